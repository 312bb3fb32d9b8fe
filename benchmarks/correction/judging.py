"""Judges corrections word by word.

Words are compared case-folded. Some writers leave out apostrophes (`dont`). A corrector that puts
them in is not wrong, so the word with its apostrophe counts as right, too, except for words that
mean something else without one (`its`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from training.text.rules import fold

OTHER_WORDS = frozenset(
    ("hell", "id", "ill", "its", "lets", "shed", "shell", "wed", "well", "were")
)
"""Words that are not careless spellings of `he'll`, `I'd` and so on."""


@dataclass(frozen=True)
class Outcome:
    """A stretch of text: the words intended, the characters typed, and the text in the end."""

    words: tuple[str, ...]
    typed: str
    final: str


@dataclass(frozen=True)
class Judged:
    """An intended word: whether it was mistyped, and whether it is right in the end."""

    slipped: bool
    right: bool
    changed: bool


def same(wanted: str, found: str) -> bool:
    """Whether a word that was found is the word wanted."""
    wanted, found = fold(wanted), fold(found)
    if wanted == found:
        return True
    return "'" not in wanted and wanted not in OTHER_WORDS and found.replace("'", "") == wanted


def matched(wanted: Sequence[str], text: str) -> list[bool]:
    """For each of the words wanted, whether it is found in its place in `text`."""
    found = text.split()
    if len(found) == len(wanted):
        return [same(*pair) for pair in zip(wanted, found, strict=True)]
    marks = [False] * len(wanted)
    keys = [fold(word) for word in wanted], [fold(word) for word in found]
    for block in SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks():
        marks[block.a : block.a + block.size] = [True] * block.size
    return marks


def judged(outcome: Outcome) -> list[Judged]:
    """Judge each intended word."""
    typed, final = outcome.typed.split(), outcome.final.split()
    before, after = matched(outcome.words, outcome.typed), matched(outcome.words, outcome.final)
    differs = [fold(outcome.typed) != fold(outcome.final)] * len(before)
    if len(typed) == len(final) == len(before):
        differs = [fold(one) != fold(other) for one, other in zip(typed, final, strict=True)]
    return [
        Judged(not was, now, was != now or (not was and not now and differ))
        for was, now, differ in zip(before, after, differs, strict=True)
    ]
