"""Counts key presses, to tell how many of them suggestions save."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass
class TypingCount:
    """Counts key presses as on a phone: a capital letter takes two, everything else one.

    Pasted characters are `foreign`: they count neither as typed nor as saved.
    """

    keys: int = 0
    foreign: int = 0

    def typed(self, letter: str) -> None:
        """A letter, digit, space or mark was typed."""
        self.keys += 2 if letter.isupper() else 1

    def pressed(self) -> None:
        """Enter or backspace was pressed, or a suggestion accepted."""
        self.keys += 1

    def changed(self, before: int, after: int) -> None:
        """An editing key or a paste changed the length; new characters were not typed."""
        self.pressed()
        self.foreign += max(0, after - before)

    def saved(self, characters: int) -> float:
        """`1 - keys / characters`, or 0 without characters."""
        return 1 - self.keys / characters if characters else 0.0
