"""Costs are fitted to samples, and thresholds keep the limits."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import fit_correction
from benchmarks.comparison.texts import Text
from benchmarks.correction import misspellings
from benchmarks.correction.fitting import (
    Limits,
    Proposals,
    Quality,
    Thresholds,
    coordinate_search,
    prior,
    quality,
    thresholds,
)
from benchmarks.correction.samples import LEAST, Sample, loss, samples_of, samples_of_pairs
from benchmarks.correction.slips import CLEAN, SLIPS, Tap
from benchmarks.correction.typed import SlippingTypist
from export.keyboard.interface import SLIP_COSTS
from export.keyboard.results import Correction
from training.common.errors import UserError
from training.corpora.base import Document


def reading(text: str, share: float, typed: str = "", replaces: int = 0) -> Correction:
    return Correction(text, replaces or len(typed), -1.0, share, text == typed, False)


def sample(typed: str, *words: str, **options) -> Sample:
    return Sample("", tuple(map(Tap, typed)), words, **options)


# -- samples ---------------------------------------------------------------------------------------


def test_samples_have_the_right_text_before_them():
    units = SlippingTypist("message", SLIPS, 3).type(
        Document("one", ["so this is it, my friend"]), 0
    )
    samples = samples_of([units] * 50, seed=1)
    assert len(samples) == 50 * len(units)
    assert 0.3 < sum(each.is_touched for each in samples) / len(samples) < 0.7
    assert all("so this is it, my friend".startswith(each.before) for each in samples)
    clean = SlippingTypist("message", CLEAN, 3).type(Document("one", ["so this"]), 0)
    assert [(each.before, each.typed) for each in samples_of([clean], seed=1)] == [
        ("", "so"),
        ("so ", "this"),
    ]


def test_words_without_a_slip_may_be_thinned_out():
    typed = SlippingTypist("message", SLIPS, 3).type_all([Document("one", ["so this is it"])] * 500)
    everything, kept = samples_of(typed, 1), samples_of(typed, 1, {"so", "this", "is"}, 0.25)
    assert [each for each in kept if each.typed == "it"] == [
        each for each in kept if each.typed == "it" and each.weight == 1
    ]
    slipped = [each for each in everything if each.is_slipped]
    assert len(slipped) == sum(each.is_slipped for each in kept)
    weights = [sum(each.weight for each in samples) for samples in (everything, kept)]
    assert weights[1] == pytest.approx(weights[0], rel=0.05)
    assert len(kept) < 0.7 * len(everything)


def test_the_loss_is_that_of_what_was_meant():
    def correct(text, touches, k):
        return [reading("the", 0.5, text), reading("The", 0.25, text), reading(text, 0.25, text)]

    samples = [sample("teh", "the", weight=3.0), sample("xyz", "abc")]
    expected = (3 * -np.log(0.75) - np.log(LEAST)) / 4
    assert loss(samples, correct) == pytest.approx(expected)


def test_a_reading_that_changes_words_before_is_not_right():
    one = sample("nthe", "the")
    assert not one.is_right(reading("in the", 1, replaces=6))
    assert one.is_right(reading("the", 1, replaces=4))
    # Only the end of what was typed is replaced.
    assert sample("2nthe", "2the").is_right(reading("the", 1, replaces=4))


def test_misspellings_have_no_context():
    (one,) = samples_of_pairs([("alot", "a lot")], 0.5)
    assert (one.before, one.typed, one.words, one.weight) == ("", "alot", ("a", "lot"), 0.5)


# -- the search ------------------------------------------------------------------------------------


def test_the_search_finds_a_minimum_and_leaves_other_costs():
    def distance(costs):
        return (costs["one"] - 3) ** 2 + (costs["two"] - 7 + costs["one"]) ** 2

    told = []
    start = {"one": 1.0, "two": 9.0, "kept": 5.0}
    found = coordinate_search(start, distance, ["one", "two"], 8, lambda *each: told.append(each))
    assert found["one"] == pytest.approx(3, abs=0.1)
    assert found["two"] == pytest.approx(4, abs=0.1)
    assert found["kept"] == 5
    assert [done for done, _ in told] == list(range(1, 17))
    nats = [value for _, value in told]
    assert nats == sorted(nats, reverse=True)


def test_costs_out_of_range_are_not_taken():
    def bounded(costs):
        return costs["one"] if costs["one"] > 0 else float("inf")

    found = coordinate_search({"one": 1.0}, bounded, ["one"], 6, lambda *_: None)
    assert 0 < found["one"] < 0.1


def test_the_prior_draws_costs_to_the_usual_ones():
    usual = {"one": 10.0, "context": 1.0, "zero": 0.0}
    assert prior(usual, usual) == 0
    assert prior({**usual, "one": 12.0, "free": 9.0}, usual) == pytest.approx(0.5)
    assert prior({**usual, "context": 1.2}, usual) == pytest.approx(0.5)
    assert prior({**usual, "zero": 0.2}, usual) == pytest.approx(0.5)


# -- thresholds ------------------------------------------------------------------------------------


def proposed(*rows: tuple[float, float, bool, bool, bool]) -> Proposals:
    """Rows: share, share against the literal reading, known, right, slipped."""
    share, against, *marks = zip(*rows, strict=True)
    return Proposals(np.array(share), np.array(against), *map(np.array, marks))


def test_thresholds_mend_as_much_as_the_limits_allow():
    good = [(0.9, 0.99, False, True, True)] * 30 + [(0.6, 0.62, False, True, True)] * 10
    bad = [(0.9, 0.42, False, False, False)] * 5 + [(0.0, 0.0, True, False, False)] * 995
    found = proposed(*good, *bad)
    best = thresholds(found, Limits(precision=0.95, broken=0.001))
    assert 0.42 < best.certain_unknown <= 0.62
    assert found.replaced(best).sum() == 40


def test_known_words_have_a_threshold_of_their_own():
    unknown = [(0.5, 0.5, False, True, True)] * 100
    known = [(0.9, 0.97, True, True, True)] * 10 + [(0.9, 0.8, True, False, False)] * 50
    best = thresholds(proposed(*unknown, *known), Limits(precision=0.95, broken=0.0))
    assert 0.8 < best.certain_known <= 0.97
    assert best.certain_unknown <= 0.5


def test_a_reading_must_stand_out_among_all():
    good = [(0.7, 0.9, False, True, True)] * 20
    undecided = [(0.4, 0.9, False, False, True)] * 20
    best = thresholds(proposed(*good, *undecided), Limits(precision=0.95, broken=0.0))
    assert 0.4 < best.certain <= 0.7


def test_the_thresholds_spare_a_text_without_slips():
    good = [(0.9, 0.99, False, True, True)] * 30 + [(0.6, 0.7, False, True, True)] * 10
    right = [(0.0, 0.0, True, False, False)] * 960
    clean = proposed(*[(0.6, 0.7, False, False, False)] * 2, *right)
    found, limits = proposed(*good, *right), Limits()
    assert found.replaced(thresholds(found, limits)).sum() == 40
    assert found.replaced(thresholds(found, limits, clean)).sum() == 30


def test_the_quality_of_replacements():
    rows = [(0.9, 0.9, False, True, True)] * 6 + [(0.9, 0.9, False, False, True)] * 2
    rows += [(0.9, 0.9, True, False, False)] * 2 + [(0.0, 0.0, True, False, False)] * 10
    found = quality(proposed(*rows), Thresholds(0.5, 0.5, 0.5))
    assert found.right == pytest.approx((6 + 10) / 20)
    assert found.precision == pytest.approx(6 / 10)
    assert found.broken == pytest.approx(2 / 12)
    assert found.f_score == pytest.approx(1.81 * 0.6 * 0.75 / (0.81 * 0.6 + 0.75))


def test_nothing_is_certain_where_everything_is_wrong():
    wrong = proposed(*[(0.999, 0.999, False, False, False)] * 20)
    assert not wrong.replaced(thresholds(wrong, Limits(precision=0.95, broken=0.0))).any()


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def command(trained, exported, monkeypatch, tmp_path) -> Callable[[], Path]:
    """Runs the command with a small fit, and returns where it writes."""
    entries = [word for word in trained.vocabulary.entries if len(word) > 5 and word.isalpha()]
    text = "".join(f"{word[:-2]}{word[-1]}{word[-2]}q->{word}\n" for word in entries[:60])
    monkeypatch.setattr(misspellings, "dictionary", lambda: text)
    monkeypatch.setattr(fit_correction, "dictionary", lambda: text)
    monkeypatch.setattr(fit_correction, "WRITTEN", tmp_path / "slip_costs.c")
    where = ["--run", trained.name, "--runs", str(trained.folder.parent)]
    where += ["--exports", str(exported.parent)]
    small = ["--documents", "5", "--misspellings", "10", "--rounds", "1", "--write"]

    def run() -> Path:
        fit_correction.main([*where, *small])
        return tmp_path / "slip_costs.c"

    return run


def test_the_command_fits_and_writes_the_source(command, monkeypatch, capsys):
    monkeypatch.setattr(fit_correction, "is_better", lambda before, after: True)
    written = command().read_text()
    told = capsys.readouterr().out
    nats = [float(each) for each in re.findall(r"([\d.]+) nats a word", told)]
    assert nats[1] < nats[0]
    assert len(re.findall(r"costs, on other conversations: [\d.]+% right at the end", told)) == 2
    assert tuple(re.findall(r"\.(\w+) = ", written)) == SLIP_COSTS
    assert "python -m benchmarks.fit_correction" in written


def test_costs_that_are_not_better_are_not_written(command, monkeypatch, capsys):
    monkeypatch.setattr(fit_correction, "is_better", lambda before, after: False)
    assert not command().exists()
    assert "stays as it is" in capsys.readouterr().out


def test_conversations_to_judge_on_are_required_before_the_fit(monkeypatch):
    valid = Text("valid", "", [Document(str(number), ["so this is it"]) for number in range(10)])
    monkeypatch.setattr(fit_correction, "held_out", lambda _, part: valid)
    arguments = fit_correction.parsed(["--documents", "5"])
    with pytest.raises(UserError, match="--documents 5 .* has 10; choose fewer"):
        fit_correction.all_samples(None, None, arguments)


@pytest.mark.parametrize(
    ("changes", "clean", "expected"),
    [
        ({}, 0.001, False),
        ({"right": 0.971, "f_score": 0.94}, 0.001, True),
        ({"right": 0.971, "f_score": 0.93}, 0.001, True),
        ({"right": 0.971, "f_score": 0.92}, 0.001, False),
        ({"right": 0.969, "f_score": 0.94}, 0.001, False),
        ({"right": 0.98, "f_score": 0.95, "precision": 0.94}, 0.001, False),
        ({"right": 0.98, "f_score": 0.95, "broken": 0.004}, 0.001, False),
        ({"right": 0.98, "f_score": 0.95}, 0.004, False),
    ],
)
def test_better_costs_make_more_words_right_within_the_limits(changes, clean, expected):
    before = Quality(right=0.97, f_score=0.93, precision=0.97, broken=0.002)
    without = Quality(right=0.999, f_score=0.0, precision=0.0, broken=0.001)
    after = replace(before, **changes), replace(without, broken=clean)
    assert fit_correction.is_better((before, without), after) == expected


def test_the_source_in_the_library_has_the_form_that_the_command_writes():
    text = fit_correction.WRITTEN.read_text()
    costs = {name: float(cost) for name, cost in re.findall(r"\.(\w+) = ([-.\d]+),", text)}
    assert tuple(costs) == SLIP_COSTS
    assert text.endswith(fit_correction.source(costs, "").split("\n", 1)[1])
