"""Completion behind a slip, and keys saved while slipping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.correction.correctors import Corrector
from benchmarks.correction.judging import matched, same
from benchmarks.correction.layout import KEYS
from benchmarks.correction.slips import Fingers, Rates, Tap
from benchmarks.correction.typed import Unit
from training.measure.keystrokes import typing_keys
from training.text.rules import fold

STEM = 4
"""How many letters of a word are typed before its completion is judged."""
MOST_TRIES = 1_000_000


class Stems:
    """Types the first letters of words with exactly one slip.

    Args:
        rates: How often each slip occurs, which decides between them.
        random: The source of chance.
    """

    def __init__(self, rates: Rates, random: np.random.Generator):
        self._fingers = Fingers(rates, random)

    def slipped(self, word: str) -> str | None:
        """The first `STEM` letters of a longer word with one slip; None for other words."""
        stem = word[:STEM]
        if len(word) <= STEM or not all(letter.lower() in KEYS for letter in stem):
            return None
        for _ in range(MOST_TRIES):
            typed = "".join(tap.character for tap in self._fingers.word(stem))
            if steps(fold(stem), fold(typed)) == 1:
                return typed
        raise ValueError("the rates allow no slips")


def steps(wanted: str, typed: str) -> int:
    """The number of slips between two words: 0, 1, or 2 for more."""
    if wanted == typed:
        return 0
    start = next((i for i, (a, b) in enumerate(zip(wanted, typed, strict=False)) if a != b), None)
    start = min(len(wanted), len(typed)) if start is None else start
    left, right = wanted[start:], typed[start:]
    exchanged = left[1::-1] + left[2:]
    one = left[1:] == right[1:] if len(left) == len(right) else False
    return 1 if one or left[1:] == right or left == right[1:] or exchanged == right else 2


def completions(
    documents: Sequence[Sequence[Unit]], corrector: Corrector, rates: Rates, seed: int
) -> Iterator[tuple[int, int]]:
    """Yield, for each document, how many words were asked for and how many were completed.

    The context is free of slips.
    """
    for number, units in enumerate(documents):
        stems = Stems(rates, np.random.default_rng((seed, number)))
        text, asked, found = "", 0, 0
        for unit in units:
            text += unit.before
            for word in unit.words:
                letters = stems.slipped(word)
                if letters is not None:
                    asked += 1
                    found += any(same(word, each) for each in corrector.suggest(text, letters))
                text += word + " "
            text = text.removesuffix(" ")
        yield asked, found


class SlippingHands:
    """Types a document with a corrector and counts keys.

    As in `training.measure.keystrokes`, a capital costs an extra key, and a suggested word is
    accepted with one key, which brings the space after it. What is wrong in the end is deleted, a
    key for each character, and typed again without a slip. So the text before a word is right.
    """

    def __init__(self, corrector: Corrector):
        self._corrector = corrector
        self._text, self._brought = "", False
        self.keys = self.characters = 0

    def type(self, units: Sequence[Unit]) -> None:
        """Type a document."""
        self._corrector.begin()
        for unit in units:
            self.characters += len(unit.before) + len(" ".join(unit.words))
            self._type_unit(unit)

    def _type_unit(self, unit: Unit) -> None:
        self._press(unit.before)
        written, first = " ".join(unit.words), unit.meant[0]
        shown = self._letters_until_shown(first, unit.taps[0])
        if shown is None:
            self.keys += self._mistyped_keys(unit, written)
            self._text += written
            self._brought = False
            return
        self.keys += _typed_keys(unit.taps[0][:shown]) + 1
        self._text += first
        self._brought = True
        if len(unit.taps) > 1:
            # The accepted word brought the space that would have been left out.
            self._type_unit(Unit(" ", unit.meant[1:], unit.taps[1:]))

    def _press(self, before: str) -> None:
        self.keys += len(before) - (self._brought and before.startswith(" "))
        self._text += before

    def _letters_until_shown(self, word: str, taps: Sequence[Tap]) -> int | None:
        """How many letters must be typed until the word is suggested; None if it never is."""
        if not self._corrector.suggests:
            return None
        for count in range(len(taps)):
            letters = "".join(tap.character for tap in taps[:count])
            if any(same(word, each) for each in self._corrector.suggest(self._text, letters)):
                return count
        return None

    def _mistyped_keys(self, unit: Unit, written: str) -> int:
        """Keys for typing all of a unit, and for typing it again if it is wrong in the end."""
        keys = _typed_keys(unit.all_taps)
        reply = self._corrector.correct(self._text, unit.all_taps)
        if reply.before == 0 and all(matched(unit.words, reply.text)):
            return keys
        changed = self._text[len(self._text) - reply.before :] if reply.before else ""
        return keys + len(reply.text) + typing_keys(changed + written)


def _typed_keys(taps: Sequence[Tap]) -> int:
    return typing_keys("".join(tap.character for tap in taps))
