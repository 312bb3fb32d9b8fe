"""Words are judged one by one, even where spaces were left out or put in."""

import pytest

from benchmarks.correction.correctors import Reply
from benchmarks.correction.judging import Judged, Outcome, judged, same
from benchmarks.correction.slips import CLEAN, Tap
from benchmarks.correction.typed import SlippingTypist, Unit
from benchmarks.correction.typing import Page, corrected, rank
from training.corpora.base import Document

KEPT = Judged(slipped=False, right=True, changed=False)
MENDED = Judged(slipped=True, right=True, changed=True)
LEFT = Judged(slipped=True, right=False, changed=False)
WRONG = Judged(slipped=True, right=False, changed=True)
BROKEN = Judged(slipped=False, right=False, changed=True)


@pytest.mark.parametrize(
    "words, typed, final, expected",
    [
        ("the", "the", "the", [KEPT]),
        ("the", "The", "the", [KEPT]),
        ("the", "teh", "the", [MENDED]),
        ("the", "teh", "teh", [LEFT]),
        ("the", "teh", "ten", [WRONG]),
        ("Pilchuck", "Pilchuck", "Children", [BROKEN]),
        ("thank you", "thankyou", "thank you", [MENDED, MENDED]),
        ("thank you", "thankyou", "thankyou", [LEFT, LEFT]),
        ("thank you", "thankyou", "thank yon", [MENDED, WRONG]),
        ("thank you", "thankyou", "you", [WRONG, MENDED]),
        ("today", "today", "to day", [BROKEN]),
        ("in the", "i nthe", "in the", [MENDED, MENDED]),
        ("in the", "in teh", "in the", [KEPT, MENDED]),
        ("in the", "in the", "inn the", [BROKEN, KEPT]),
        ("a lot", "alot", "a lot", [MENDED, MENDED]),
    ],
)
def test_outcomes(words, typed, final, expected):
    assert judged(Outcome(tuple(words.split()), typed, final)) == expected


def test_an_apostrophe_may_be_put_in_but_not_left_out():
    assert same("dont", "don't") and same("IM", "I'm")
    assert not same("don't", "dont")
    assert not same("its", "it's") and not same("were", "we're")


# -- the page --------------------------------------------------------------------------------------


def unit(before: str, typed: str, *words: str) -> Unit:
    return Unit(before, words or (typed,), (tuple(map(Tap, typed)),))


def test_a_reply_replaces_the_word():
    page = Page()
    page.add(unit("", "I"), Reply("I"))
    page.add(unit(" ", "sqw", "saw"), Reply("saw"))
    page.add(unit(", ", "teh", "the"), Reply("teh"))
    assert page.text == "I saw, teh"
    assert page.outcomes[1:] == [Outcome(("saw",), "sqw", "saw"), Outcome(("the",), "teh", "teh")]


def test_a_reply_can_replace_the_words_before():
    page = Page()
    page.add(unit("", "see"), Reply("see"))
    page.add(unit(" ", "i", "in"), Reply("i"))
    page.add(unit(" ", "nthe", "the"), Reply("in the", before=2))
    assert page.text == "see in the"
    assert page.outcomes[-1] == Outcome(("in", "the"), "i nthe", "in the")
    assert len(page.outcomes) == 2


class Scripted:
    """Replaces words by a table, and records the text before each."""

    suggests = False

    def __init__(self, **table: str):
        self._table, self.seen = table, []

    def begin(self):
        self.seen = []

    def correct(self, before, taps):
        self.seen.append(before)
        word = "".join(tap.character for tap in taps)
        return Reply(self._table.get(word, word), ["other", self._table.get(word, word)])


def test_a_corrector_sees_what_its_corrections_made_of_the_text():
    corrector = Scripted(see="saw")
    units = SlippingTypist("message", CLEAN, 1).type(Document("one", ["I see, you", "see"]), 0)
    result = corrected(units, corrector)
    assert corrector.seen == ["", "I ", "I saw, ", "I saw, you\n"]
    assert [word.right for word in result.words] == [True, False, True, False]


def test_ranks_are_of_units_with_a_slip():
    result = corrected([unit("", "the"), unit(" ", "teh", "the")], Scripted(teh="the"))
    assert result.ranks == [1]
    joined = unit("", "thankyou", "thank", "you")
    assert rank(joined, ["thankyou", "thanks", "Thank you"]) == 2
    assert rank(joined, ["thank"]) == -1
    # A candidate that contains the word before it.
    assert rank(unit(" ", "nthe", "the"), ["in the"]) == 0
