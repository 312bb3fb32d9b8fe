"""Which words of a text are misspelled."""

import pytest

from training.text.misspelled import misspelled

COUNTS = {"the": 5000, "believe": 900, "exercise": 600, "separate": 400, "still": 800, "know": 900}
COUNTS |= {"all": 3000, "going": 3000, "yeah": 2000, "so": 3000, "well": 2000, "lot": 4000, "I": 1}
COUNTS |= {"definitely": 900, "they're": 40, "there": 800, "amazing": 900, "really": 900}
LISTED = frozenset(COUNTS)


def found(**words: int) -> set[str]:
    return misspelled({**COUNTS, **words}, LISTED)


@pytest.mark.parametrize(
    "word",
    ["teh", "hte", "beleive", "belive", "exsercise", "excercise", "seperate", "rreally"],
)
def test_a_rare_word_one_slip_away_from_a_frequent_one_is_misspelled(word: str):
    assert found(**{word: 5}) == {word}


@pytest.mark.parametrize(
    "word",
    [
        # The first or the last letter is another one, missing or added.
        *("amazin", "famazing", "reallyo", "amazinc", "emazing"),
        # Repeated letters, words without an apostrophe, and what is no single slip.
        *("reallly", "amaaazing", "reallyy", "theyre", "believble", "definately5", "x"),
        # Too short for other slips.
        *("stil", "knnow", "goeng", "ot", "os"),
    ],
)
def test_other_words_are_not(word: str):
    assert found(**{word: 5}) == set()


def test_the_right_word_must_be_much_more_frequent():
    assert found(knwo=9) == {"knwo"} and found(knwo=10) == set()
    assert found(beleive=225) == {"beleive"} and found(beleive=226) == set()


def test_listed_words_are_right():
    assert misspelled({**COUNTS, "teh": 5}, LISTED | {"teh"}) == set()


def test_only_listed_words_that_the_text_has_are_the_right_ones():
    assert misspelled({"teh": 5, "the": 5000}, {"them"}) == set()
    assert misspelled({"teh": 5}, {"the"}) == set()
    assert misspelled({}, LISTED) == set()
