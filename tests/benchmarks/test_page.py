"""The table of the page's speed."""

import pytest

from benchmarks.page import FIGURES, KEYS, SENTENCES, main, notes, p95, summary
from training.common.errors import UserError


def run(**changed: float) -> dict[str, float]:
    """A run in which every figure equals its limit."""
    return {**{key: figure.bound for key, figure in FIGURES.items()}, "loop": 20.0, **changed}


def test_p95_is_not_exceeded_by_95_of_100():
    assert p95([float(value) for value in range(1, 101)]) == pytest.approx(95.05)


def test_the_median_run_counts_and_the_others_are_shown():
    rows = {
        row[0].value: row for row in summary("x", [run(strip=9), run(strip=1), run(strip=2)]).rows
    }
    name, median, span, bound, holds = rows["key to updated suggestions, p95, ms"]
    assert (median.value, span.value) == ("2.0", "1.0 to 9.0")
    assert (bound.value, holds.value) == ("at most 16", "yes")


def test_words_a_second_must_be_many_and_times_short():
    rows = {row[0].value: row[-1].value for row in summary("x", [run(words=199, first=1501)]).rows}
    assert rows["words generated per second"] == "no"
    assert rows["navigation to first suggestion, ms"] == "no"
    assert rows["transfer on the first visit, MB"] == "yes"


def test_it_says_how_busy_the_machine_was():
    assert "took 20 to 30 ms" in notes([run(), run(loop=30)])[-1]


def test_there_are_enough_letters_to_type():
    assert len(SENTENCES * 2) >= KEYS


def test_a_mistake_is_told_before_anything_is_timed(tmp_path):
    with pytest.raises(UserError, match="the page cannot be built: .*manifest.json"):
        main(["--exported", str(tmp_path)])
    with pytest.raises(UserError, match="at least 1"):
        main(["--exported", str(tmp_path), "--rounds", "0"])
