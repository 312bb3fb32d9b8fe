"""Where sentences end and begin (rules B1 to B3 in `rules.py`)."""

from collections.abc import Sequence
from enum import IntEnum

from training.text import patterns as rules
from training.text.lists import ABBREVIATIONS, ELLIPSIS, GREEK_QUESTION_MARK
from training.text.punctuation import CLOSERS, LOWER_CASE, TERMINATORS, WIDE_TERMINATORS
from training.text.unicode_tables import FOLD

_MARKS = TERMINATORS | {GREEK_QUESTION_MARK}


class Ending(IntEnum):
    """Whether a sentence ends after some tokens."""

    NO = 0
    PERHAPS = 1  # after an ellipsis, if the next token begins a sentence
    YES = 2


def ending_of(token: str, previous: str) -> Ending | None:
    """Return whether a sentence ends with `token`, or None if it is not a terminator (B1).

    `previous` is the token before it, or empty at the start of a segment.
    """
    if token not in _MARKS:
        return None
    if token == ELLIPSIS:
        return Ending.PERHAPS
    if token == ".":
        return Ending.NO if previous and _is_abbreviation(previous) else Ending.YES
    if token == GREEK_QUESTION_MARK and not rules.GREEK.match(previous[-1:]):
        return None
    return Ending.YES


def _is_abbreviation(token: str) -> bool:
    is_capital = len(token) == 1 and ord(token) in FOLD and token != "I"
    return is_capital or token.translate(FOLD) in ABBREVIATIONS


def next_ending(ending: Ending, previous: str, token: str) -> Ending:
    """Return whether a sentence ends after `token`, given the result for the tokens before it."""
    found = ending_of(token, previous)
    if found is None:
        return ending if token in CLOSERS else Ending.NO
    return found


def ending_after(tokens: Sequence[str]) -> Ending:
    """Return whether a sentence ends after `tokens`."""
    last = len(tokens) - 1
    while last >= 0 and tokens[last] in CLOSERS:
        last -= 1
    if last < 0:
        return Ending.NO
    return ending_of(tokens[last], tokens[last - 1] if last else "") or Ending.NO


def may_begin(token: str) -> bool:
    """Return whether `token` may be the first of a sentence after a terminator and a space (B2)."""
    return token not in TERMINATORS and token[0] not in LOWER_CASE


def is_wide_end(tokens: Sequence[str], token: str) -> bool:
    """Return whether `tokens` end a sentence without a space, and `token` does not continue it."""
    if token in CLOSERS:
        return False
    last = next((last for last in reversed(tokens) if last not in CLOSERS), "")
    return last in WIDE_TERMINATORS


def starts_sentence(tokens: Sequence[str]) -> bool:
    """Return whether a word after `tokens`, the segment so far, is the first of a sentence (B3)."""
    for place in range(len(tokens) - 1, -1, -1):
        ending = ending_of(tokens[place], tokens[place - 1] if place else "")
        if ending:
            return ending is Ending.YES
        if rules.LETTER_OR_DIGIT.search(tokens[place]):
            return False
    return True


def sentence_starts(tokens: Sequence[str]) -> list[int]:
    """Return the places of those tokens of a segment before which a sentence starts (B3)."""
    places, start = [], True
    for place, token in enumerate(tokens):
        if start:
            places.append(place)
        if token in _MARKS:
            if ending := ending_of(token, tokens[place - 1] if place else ""):
                start = ending is Ending.YES
        elif start:
            start = not rules.LETTER_OR_DIGIT.search(token)
    return places
