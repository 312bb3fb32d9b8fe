"""Finds misspelled words among the words of a text.

A text contains misspellings (`recieve`), and frequent ones get into the vocabulary. A word counts
as misspelled if a list of words lacks it, and a listed word that the text has much more often is
one slip away:

- two letters that follow each other are swapped: `teh`
- in words of six or more letters, a letter inside is missing, or one too many, or a vowel inside is
  another one: `belive`, `excercise`, `seperate`

Names and slang are seldom changed in this way. The first and the last letter stay unless they are
swapped, so `amazin` and `bahaha` are not misspelled. Neither are words with a capital, words
without their apostrophe (`theyre`), and letters that are repeated on purpose (`reallly`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from string import ascii_lowercase as LETTERS

VOWELS = "aeiouy"
SHORTEST, LONG = 3, 6
"""Letters of a word in which two may be swapped, and of one with other slips."""
TIMES, TIMES_LONG = 100, 4
"""How much more often the text must have the listed word; the latter for long words."""


def misspelled(counts: Mapping[str, int], listed: Collection[str]) -> set[str]:
    """Return the keys of misspelled words.

    Args:
      counts: How often a text has each word, by its key (case-folded). Words with a capital are
        left out, unless they are listed.
      listed: The keys of a list of words.
    """
    known = {key: count for key, count in counts.items() if key in listed}
    right = {*known, *(key.replace("'", "") for key in counts if "'" in key)}
    return {
        key
        for key, count in counts.items()
        if key not in right and _most(key, known) >= count * _times(key)
    }


def _times(key: str) -> int:
    return TIMES_LONG if len(key) >= LONG else TIMES


def _most(key: str, known: Mapping[str, int]) -> int:
    """The highest count of a known word one slip away."""
    is_plain = len(key) >= SHORTEST and all(letter in LETTERS for letter in key)
    return max((known.get(other, 0) for other in _others(key)), default=0) if is_plain else 0


def _others(key: str) -> Iterator[str]:
    """Yield what somebody may have meant by typing a word of letters from a to z."""
    yield from _swapped(key)
    if len(key) >= LONG:
        yield from _shorter(key)
        yield from _longer(key)
        yield from _with_another_vowel(key)


def _swapped(key: str) -> Iterator[str]:
    for at in range(len(key) - 1):
        yield key[:at] + key[at + 1] + key[at] + key[at + 2 :]


def _shorter(key: str) -> Iterator[str]:
    for at in range(1, len(key) - 1):
        # Of two equal letters, the second one is left out; it is not the last one.
        if key[at] != key[at + 1] and key[max(0, at - 2) : at] != 2 * key[at]:
            yield key[:at] + key[at + 1 :]


def _longer(key: str) -> Iterator[str]:
    for at in range(1, len(key)):
        for letter in LETTERS:
            yield key[:at] + letter + key[at:]
    yield key + key[-1]


def _with_another_vowel(key: str) -> Iterator[str]:
    for at in range(1, len(key) - 1):
        if key[at] in VOWELS:
            for vowel in VOWELS:
                yield key[:at] + vowel + key[at + 1 :]
