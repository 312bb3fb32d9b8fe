"""Keys are counted for words that are completed, mended, or typed again."""

import numpy as np
import pytest

from benchmarks.correction.completing import SlippingHands, Stems, completions, steps
from benchmarks.correction.correctors import Nothing, Reply, word_of
from benchmarks.correction.slips import CLEAN, SLIPS, Tap
from benchmarks.correction.typed import SlippingTypist, Unit
from training.corpora.base import Document


class Strip(Nothing):
    """Suggests words for letters and replaces words by tables."""

    suggests = True

    def __init__(self, suggestions=None, corrections=None):
        self._suggestions, self._corrections = suggestions or {}, corrections or {}
        self.seen = []

    def suggest(self, before, letters):
        self.seen.append((before, letters))
        return self._suggestions.get(letters, [])

    def correct(self, before, taps):
        word = word_of(taps)
        return Reply(self._corrections.get(word, word))


def unit(before: str, *pairs: tuple[str, str]) -> Unit:
    """A unit of pairs: typed and meant."""
    return Unit(before, tuple(word for _, word in pairs), tuple(taps(typed) for typed, _ in pairs))


def taps(typed: str) -> tuple[Tap, ...]:
    return tuple(map(Tap, typed))


def counted(corrector, *units: Unit) -> tuple[int, int]:
    hands = SlippingHands(corrector)
    hands.type(units)
    return hands.keys, hands.characters


def test_without_help_a_right_word_costs_its_letters_and_shift():
    assert counted(Nothing(), unit("", ("Hello", "Hello")), unit(" ", ("you", "you"))) == (10, 9)


def test_a_wrong_word_is_deleted_and_typed_again():
    assert counted(Nothing(), unit("", ("teh", "the"))) == (3 + 3 + 3, 3)
    mending = Strip(corrections={"teh": "the"})
    assert counted(mending, unit("", ("teh", "the"))) == (3, 3)
    breaking = Strip(corrections={"the": "them"})
    assert counted(breaking, unit("", ("the", "the"))) == (3 + 4 + 3, 3)


def test_a_word_is_accepted_behind_a_slip_and_brings_its_space():
    strip = Strip({"yp": ["yours", "you"]})
    assert counted(strip, unit("", ("ypu", "you")), unit(" ", ("a", "a"))) == (2 + 1 + 1, 5)
    assert strip.seen[:3] == [("", ""), ("", "y"), ("", "yp")]
    assert strip.seen[3] == ("you ", "")


def test_an_accepted_word_is_not_joined_with_the_next():
    strip = Strip({"th": ["thank"]})
    joined = unit("", ("thank", "thank"), ("you", "you"))
    assert counted(strip, joined) == (2 + 1 + 3, 9)
    assert counted(Nothing(), joined) == (8 + 8 + 9, 9)


# -- completion ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed, expected",
    [("beca", 0), ("bexa", 1), ("bec", 1), ("bca", 1), ("beeca", 1), ("ebca", 1), ("ebxa", 2)]
    + [("", 2), ("becax", 1), ("xbeca", 1), ("beac", 1), ("ceba", 2)],
)
def test_steps(typed, expected):
    assert steps("beca", typed) == expected


def test_stems_have_exactly_one_slip():
    stems = Stems(SLIPS, np.random.default_rng(1))
    found = [stems.slipped("Because") for _ in range(200)]
    assert all(stem is not None and steps("beca", stem.lower()) == 1 for stem in found)
    assert len(set(found)) > 10
    assert stems.slipped("have") is None and stems.slipped("it's-a") is None


def test_completions_are_asked_for_long_words_in_a_clean_text():
    units = SlippingTypist("message", CLEAN, 1).type(Document("one", ["hello you, because"]), 0)

    class Knowing(Strip):
        def suggest(self, before, letters):
            super().suggest(before, letters)
            return ["because"]

    corrector = Knowing()
    assert list(completions([units], corrector, SLIPS, 1)) == [(2, 1)]
    assert [before for before, _ in corrector.seen] == ["", "hello you, "]
