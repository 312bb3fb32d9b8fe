"""The C library as a corrector, with and without the coordinates of the taps."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from benchmarks.correction.correctors import CANDIDATES, Nothing, Reply, word_of
from benchmarks.correction.slips import Tap
from export.keyboard.core import CKeyboard
from export.keyboard.results import Correction

STRIP = 3


class Elman(Nothing):
    """A keyboard of the C library. It is closed at the end.

    Args:
        keyboard: The keyboard.
        touches: Whether the library is given the coordinates of the taps.
    """

    suggests = True

    def __init__(self, keyboard: CKeyboard, touches: bool):
        self._keyboard, self._touches = keyboard, touches

    def __exit__(self, *_: object) -> None:
        self._keyboard.close()

    def begin(self) -> None:
        """Start a session, which does not know yet how often the writer slips."""
        self._keyboard.session()

    def correct(self, before: str, taps: Sequence[Tap]) -> Reply:
        """Replace the word with the certain reading, if there is one."""
        word = word_of(taps)
        touches = [place_of(tap) for tap in taps] if self._touches else []
        begun = time.perf_counter_ns()
        found = self._keyboard.correct(before + word, touches, k=CANDIDATES + 1)
        taken = time.perf_counter_ns() - begun
        candidates = [_placed(word, each) for each in found if not each.is_literal]
        chosen = next((each for each in found if each.is_certain), None)
        if chosen is None:
            return Reply(word, candidates, nanoseconds=taken)
        further = max(0, chosen.replaces - len(word))
        return Reply(_placed(word, chosen), candidates, further, taken)

    def suggest(self, before: str, letters: str) -> list[str]:
        """Three completions."""
        return [each.word for each in self._keyboard.predict(before, letters, k=STRIP)]


def place_of(tap: Tap) -> tuple[float, float] | None:
    """Where the screen was touched, in the library's form."""
    return None if math.isnan(tap.x) else (tap.x, tap.y)


def _placed(word: str, correction: Correction) -> str:
    """The text in place of the word; a correction may replace only its end."""
    return word[: max(0, len(word) - correction.replaces)] + correction.text
