"""Accepting a suggestion inside text: which characters it replaces, and where spaces go.

`core/session/taking.c` does the same for the page and for keyboards; both languages read the cases
of `tests/fixtures/taking_cases.json`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from training.text import patterns as rules
from training.text.joining import join
from training.text.lists import CLOSED_QUOTES, MARKS
from training.text.punctuation import CLOSING_BRACKETS, GLUED
from training.text.rules import Segment, normalise

SpaceKind = Literal["brought", "found", "ahead"]

_SPACE_IN_LINE = re.compile("[^\\S\n\r\u0085\u2028\u2029]")
_REST = re.compile(f"(?:{rules.PART.pattern}|['\u2019][{rules.character_class('letter')}])*")


class Taking(NamedTuple):
    """The edit that inserts a suggestion; the cursor ends up after `text`.

    `before` and `after` count the characters to delete on each side of the cursor. `space` is
    "brought" if the edit adds a space after the word, "found" if it uses the one that was there,
    and None without a space.
    """

    before: int
    after: int
    text: str
    space: SpaceKind | None


class Reaction(NamedTuple):
    """The edit for a typed character: like `Taking`, then the cursor moves `back` characters.

    `space` is "ahead" if an ASCII space follows the cursor, because a mark was typed before it.
    """

    before: int
    after: int
    text: str
    back: int
    space: SpaceKind | None


def placed(
    text: str, before: Sequence[Segment], prefix: str, word: str, segmentation: str
) -> tuple[int, str]:
    """How many characters at the end of `text` a suggestion replaces, and what to insert.

    `before` and `prefix` are the results of `typed(text, segmentation)`; `text` ends at the cursor.
    A space follows the word, except for words of scripts without spaces.
    """
    written = with_apostrophe_of(word, text)
    if segmentation == "line" or not rules.WIDE.match(written[-1:]):
        written += " "
    if prefix:
        return _written_length(text, prefix), written
    tokens = before[-1].tokens if before else []
    touching = text != "" and not text[-1].isspace()
    spaced = touching and join([*tokens, word]).endswith(f" {word}")
    return 0, f"{' ' if spaced else ''}{written}"


def taking(before: str, after: str, replaces: int, insert: str, segmentation: str) -> Taking:
    """Replace the whole word around the cursor, with the space after it."""
    rest = _rest_of_word(after) if replaces else 0
    word, following = insert.rstrip(), after[rest:]
    if word == insert:
        return Taking(replaces, rest, word, None)
    if _SPACE_IN_LINE.match(following):
        return Taking(replaces, rest + 1, word + following[0], "found")
    kept = before[: len(before) - replaces] + word
    if segmentation != "line" and belongs_to_word(following[:1], kept):
        return Taking(replaces, rest, word, None)
    return Taking(replaces, rest, f"{word} ", "brought")


def reaction(before: str, space: SpaceKind, typed: str, segmentation: str) -> Reaction | None:
    """The edit for a character typed right after an accepted word; None inserts it as usual."""
    if typed == " ":
        after = int(space == "ahead")
        return Reaction(0, after, " " * after, 0, None)
    if space == "ahead":
        return Reaction(0, 0, typed, 0, space)
    if segmentation == "line" or not belongs_to_word(typed, before[:-1]):
        return None
    if space == "brought":
        return Reaction(1, 0, typed, 0, None)
    # The core, which counts bytes, could not replace a longer space ahead.
    return Reaction(1, 0, typed + before[-1], 1, "ahead" if before[-1].isascii() else None)


def belongs_to_word(mark: str, before: str) -> bool:
    """Whether `mark`, a character or an empty string, is written without a space before it.

    A straight double quote is a closing one if another is open in the line.
    """
    line = rules.LINE_END.split(before)[-1]
    if mark == '"':
        return line.count('"') % 2 == 1
    if mark in CLOSED_QUOTES:
        return line.count(CLOSED_QUOTES[mark]) > line.count(mark)
    return mark in GLUED or mark in CLOSING_BRACKETS or mark in MARKS


def with_apostrophe_of(word: str, before: str) -> str:
    """`word` with the kind of apostrophe last used in `before`."""
    last = max(before.rfind("'"), before.rfind("\u2019"))
    return word.replace("'", "\u2019") if before[last : last + 1] == "\u2019" else word


def _rest_of_word(after: str) -> int:
    found = _REST.match(after)
    return found.end() if found else 0


def _written_length(text: str, prefix: str) -> int:
    """How many characters at the end of `text` make up `prefix`, which is normalised."""
    longest = min(len(text), 4 * len(prefix))
    for length in range(1, longest + 1):
        if normalise(text[-length:]) == prefix:
            return length
    return min(len(prefix), len(text))
