"""Figures are computed from sums over documents."""

import math

import numpy as np
import pytest

from benchmarks.correction.correctors import Nothing, Reply, word_of
from benchmarks.correction.lists import list_table, measure_list, read_list
from benchmarks.correction.measuring import NAMES, MeasuredCorrector, Sums, TypedText, measure
from benchmarks.correction.mistakes import Mistakes
from benchmarks.correction.slips import CLEAN, Tap
from benchmarks.correction.tables import tables
from benchmarks.correction.typed import SlippingTypist, Unit
from training.common.errors import UserError
from training.corpora.base import Document


class Table(Nothing):
    def __init__(self, **table: list[str]):
        self._table = table

    def correct(self, before, taps):
        candidates = self._table.get(word_of(taps), [word_of(taps)])
        return Reply(candidates[0], candidates, nanoseconds=2_000)


WORDS = {"the", "cat", "sat", "on", "mat"}


def text(*slips: tuple[str, str], documents: int = 1) -> TypedText:
    """Documents of pairs: typed and meant."""
    clean = SlippingTypist("message", CLEAN, 1).type(
        Document("one", [" ".join(word for _, word in slips)]), 0
    )
    slipped = [
        Unit(unit.before, unit.meant, (tuple(map(Tap, typed)),))
        for unit, (typed, _) in zip(clean, slips, strict=True)
    ]
    dictionary = {word for _, word in slips if word in WORDS}
    return TypedText("words", "phrases", [slipped] * documents, [clean] * documents, 1, dictionary)


SLIPS = text(("teh", "the"), ("cat", "cat"), ("sst", "sat"), ("om", "on"), ("mat", "mat"))
CORRECTOR = Table(teh=["the", "ten"], sst=["set", "sat"], mat=["mate"], on=["in"])


@pytest.fixture
def sums() -> Sums:
    return measure("table", CORRECTOR, SLIPS, Mistakes(None)).whole


def test_every_word_is_counted(sums):
    assert (sums.words, sums.slipped, sums.right) == (5, 3, 2)
    # `the` is mended; `sat` is replaced wrongly, `on` is left, and `mat` is broken.
    assert (sums.mended, sums.changed, sums.well_changed, sums.broken) == (1, 3, 1, 1)
    assert (sums.ranked, sums.first, sums.among_three) == (3, 1, 2)
    # Without slips, `on` is broken as well.
    assert (sums.clean_words, sums.clean_broken) == (5, 2)
    assert (sums.listed, sums.listed_right, sums.listed_slipped) == (5, 2, 3)
    assert (sums.listed_broken, sums.listed_clean, sums.listed_clean_broken) == (1, 5, 2)
    assert sums.calls == 5


def test_words_that_a_dictionary_has_are_also_counted_apart():
    typed = text(("xqa", "xqa"), ("on", "on"), ("caat", "cat"), ("Xqb", "Xqb"))
    corrector = Table(xqa=["at"], on=["in"], caat=["cat"])
    sums = measure("table", corrector, typed, Mistakes(None)).whole
    assert (sums.right_words, sums.right_listed_words) == (1 / 2, 1 / 2)
    assert (sums.broken_words, sums.broken_listed_words) == (2 / 3, 1)
    assert (sums.broken_clean_words, sums.broken_listed_clean_words) == (2 / 4, 1 / 2)


def test_each_document_has_another_writer():
    class Counted(Table):
        begun = 0

        def begin(self):
            self.begun += 1

    corrector = Counted()
    measure("table", corrector, text(("on", "on"), documents=3), Mistakes(None))
    # With slips, without, and for the keys.
    assert corrector.begun == 9


def test_figures(sums):
    assert sums.right_words == pytest.approx(2 / 5)
    assert (sums.precision, sums.recall) == pytest.approx((1 / 3, 1 / 3))
    assert sums.f_score == pytest.approx(1 / 3)
    assert Sums(slipped=10, mended=6, changed=8, well_changed=6).f_score == pytest.approx(
        1.81 * 0.75 * 0.6 / (0.81 * 0.75 + 0.6)
    )
    assert (sums.broken_words, sums.broken_clean_words) == (0.5, 0.4)
    assert sums.microseconds == pytest.approx(2)
    # Each wrong word is deleted and typed again; there are four spaces.
    assert sums.characters == 18
    assert sums.keys == 18 + (3 + 3) + (2 + 2) + (4 + 3)
    assert math.isnan(sums.completion)


def test_what_never_happens_is_a_dash():
    measured = {"nothing": measure("nothing", Nothing(), SLIPS, Mistakes(None))}
    first, dictionary, second = tables(SLIPS, measured)
    row = dict(zip(first.columns, first.rows[0], strict=True))
    assert (row["precision"].value, row["recall"].value) == ("–", "0.00%")
    assert "the 5 words" in dictionary.title
    assert dict(zip(second.columns, second.rows[0], strict=True))["completed"].value == "–"


def test_intervals_are_of_documents():
    rows = np.zeros((12, len(NAMES)))
    rows[:, NAMES.index("words")] = 10
    rows[:6, NAMES.index("right")] = 10
    found = MeasuredCorrector(rows).interval(lambda sums: sums.right_words)
    assert found.value == 0.5 and found.low is not None and found.high is not None
    assert 0.1 < found.low < 0.5 < found.high < 0.9
    assert MeasuredCorrector(rows[:9]).interval(lambda sums: sums.right_words).low is None


def test_mistakes_are_listed(tmp_path):
    mistakes = Mistakes(tmp_path / "mistakes.tsv")
    measure("table", CORRECTOR, SLIPS, mistakes)
    mistakes.save()
    lines = [line.split("\t") for line in (tmp_path / "mistakes.tsv").read_text().splitlines()]
    assert [line[:6] for line in lines] == [
        ["table", "slips", "wrong", "sat", "sst", "set"],
        ["table", "slips", "left", "on", "om", "om"],
        ["table", "slips", "broken", "mat", "mat", "mate"],
        ["table", "clean", "broken", "on", "on", "in"],
        ["table", "clean", "broken", "mat", "mat", "mate"],
    ]
    assert lines[1][6] == "the cat set"


# -- lists -----------------------------------------------------------------------------------------


def test_a_list_is_measured(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("teh\tthe\nsst\tsat\nalot\ta lot\n", encoding="utf-8-sig")
    misspellings = read_list(path)
    corrector = Table(teh=["the"], sst=["set", "sit", "sot", "sat"], alot=["a lot"])
    measured = measure_list("table", corrector, misspellings)
    row = list_table(misspellings, {"table": measured}).rows[0]
    assert [cell.value for cell in row] == ["table", "66.7%", "100.0%", "66.7%", "66.7%", "2"]


@pytest.mark.parametrize(
    "content, problem",
    [
        ("", "is empty"),
        ("teh\tthe\nteh the\n", r"line 2 of .* is not"),
        ("teh\t\n", "line 1"),
        ("a\tb\tc\n", "line 1"),
        (None, "cannot read"),
    ],
)
def test_a_list_of_another_kind_is_refused(tmp_path, content, problem):
    path = tmp_path / "list.txt"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UserError, match=problem):
        read_list(path)
