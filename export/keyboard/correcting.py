"""Corrections while a line is typed: which word may be corrected, and how that is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from export.keyboard.core import CKeyboard
from export.keyboard.results import Correction, Edit, Suggestion

READINGS = 4
# So few letters are rather the beginning of a likelier word than a slip.
_SHORT = 3
_END = re.compile(r"[\s.,;:!?…)\]}\"”»]")
_WORD = re.compile(r"(^|\s)\S{1,64}$")


@dataclass(frozen=True)
class Slip:
    """A typed word with a likelier reading.

    Attributes:
        typed: The literal reading.
        best: The likeliest one.
        others: The rest, the likeliest first.
    """

    typed: Correction
    best: Correction
    others: tuple[Correction, ...]


class Choice(NamedTuple):
    """What the strip offers for a slip: a text that replaces characters before the cursor."""

    text: str
    replaces: int
    is_literal: bool = False


class _Made(NamedTuple):
    """A correction that was made: the line up to the cursor after it, and what it replaced."""

    line: str
    text: str
    replaced: str
    word: str


class Correcting:
    """Corrects the words of one line.

    Only what the latest keys typed without a break is corrected, so pasted words never are.

    Args:
        keyboard: Corrects a word.
        keep: Called with a word that is to stay as it was typed.
    """

    def __init__(self, keyboard: CKeyboard, keep: Callable[[str], None]):
        self._keyboard = keyboard
        self._keep = keep
        self._kept: set[str] = set()
        self._start = self._end = 0
        self._made: _Made | None = None

    def typed(self, start: int, end: int) -> None:
        """Note that a key replaced or inserted the characters from `start` to `end` of the line."""
        if not self._start <= start <= self._end:
            self._start = start
        self._end = end

    def erased(self, cursor: int) -> None:
        """Note that the character behind `cursor` was deleted."""
        self._made = None
        if cursor + 1 != self._end:
            self._start = cursor
        self._start, self._end = min(self._start, cursor), cursor

    def interrupted(self, cursor: int) -> None:
        """Note that what is before the cursor was not typed."""
        self._made = None
        self._start = self._end = cursor

    def slip(self, context: str, line: str, after: str) -> Slip | None:
        """The word before the cursor if it was typed and has a likelier reading.

        Args:
            context: All text before the cursor.
            line: The part of it on the last line.
            after: The text after the cursor.
        """
        if not _WORD.search(line) or after[:1].isalnum() or len(line) != self._end:
            return None
        readings = self._keyboard.correct(context, k=READINGS)
        both, alone = _slip_of(readings), _slip_of(_without_word_before(readings))
        return next((slip for slip in (both, alone) if slip and self._is_open(slip, line)), None)

    def _is_open(self, slip: Slip, line: str) -> bool:
        """Whether all that a slip's correction replaces was typed, and is not to stay."""
        is_typed = len(line) - slip.best.replaces >= self._start
        return is_typed and slip.typed.text.lower() not in self._kept

    def finish(self, slip: Slip | None, line: str, letter: str) -> Edit | None:
        """The edit for a letter that ends a word with a certain correction."""
        self._made = None
        if slip is None or not slip.best.is_certain or not _END.fullmatch(letter):
            return None
        replaces, text = slip.best.replaces, slip.best.text + letter
        kept = line[: len(line) - replaces]
        replaced = line[len(kept) :] + letter
        self._made = _Made(kept + text, text, replaced, slip.typed.text)
        return Edit(replaces, 0, text)

    def take_back(self, line: str) -> Edit | None:
        """The edit that takes a correction back if the cursor is right behind it."""
        made = self._made
        if made is None or made.line != line:
            return None
        self._made = None
        self.leave(made.word)
        return Edit(len(made.text), 0, made.replaced)

    def leave(self, word: str) -> None:
        """Leave a word as it was typed, here and later."""
        self._kept.add(word.lower())
        self._keep(word)


def _slip_of(readings: Sequence[Correction]) -> Slip | None:
    """The slip that readings tell of; none if the typed word is the likeliest one."""
    others = [reading for reading in readings if not reading.is_literal]
    literal = next((reading for reading in readings if reading.is_literal), None)
    if literal is None or readings[0] is literal:
        return None
    return Slip(literal, others[0], tuple(others[1:]))


def _without_word_before(readings: Sequence[Correction]) -> list[Correction]:
    """The readings of the typed word alone, if the first one also replaces the word before."""
    is_revised = any(reading.is_literal and " " in reading.text for reading in readings)
    return [_of_last_word(reading) for reading in readings[1:]] if is_revised else []


def _of_last_word(reading: Correction) -> Correction:
    word = _last_word(reading.text)
    return replace(reading, text=word, replaces=len(word)) if reading.is_literal else reading


def _last_word(text: str) -> str:
    return text[text.rfind(" ") + 1 :]


def choices(slip: Slip, suggestions: list[Suggestion]) -> list[Choice]:
    """The typed word, its correction, and the best other word; none if suggestions are more useful.

    They are if the word may be the beginning of another one.
    """
    if _is_beginning(slip, suggestions):
        return []
    typed, best = slip.typed, slip.best
    others = [Choice(each.text, each.replaces) for each in slip.others]
    word, corrected = (_last_word(reading.text) for reading in (typed, best))
    if suggestions and suggestions[0].word not in (best.text, corrected, word):
        others = [Choice(suggestions[0].word, len(word))]
    return [
        Choice(typed.text, typed.replaces, is_literal=True),
        Choice(best.text, best.replaces),
        *others[:1],
    ]


def _is_beginning(slip: Slip, suggestions: list[Suggestion]) -> bool:
    """Whether the word is rather the beginning of another one."""
    typed, best = (_folded(_last_word(reading.text)) for reading in (slip.typed, slip.best))
    begun = [each for each in suggestions if _folded(each.word).startswith(typed)]
    if not begun or not slip.best.is_certain:
        return bool(begun)
    is_short_or_completed = len(typed) <= _SHORT or best.startswith(typed)
    return begun[0] is suggestions[0] and is_short_or_completed


def _folded(word: str) -> str:
    return word.lower().replace("’", "'")
