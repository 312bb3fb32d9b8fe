"""The text around the cursor: as the application tells it, or else as it was typed."""

from __future__ import annotations

MOST_CHARACTERS = 4096
"""Of text that is remembered where the application does not tell its text."""


class Surroundings:
    """The text before and after the cursor, without the word being composed.

    Attributes:
        before: The text before the cursor.
        after: The text after the cursor; empty if it is not known.
        known: Whether the application tells its text. Only then can text be deleted.
    """

    def __init__(self) -> None:
        self.before = ""
        self.after = ""
        self.known = False

    def tell(self, text: str, cursor: int, anchor: int) -> None:
        """The application's text; what is selected, between `cursor` and `anchor`, is left out."""
        first, last = sorted((cursor, anchor))
        self.before, self.after, self.known = text[:first], text[last:], True

    def insert(self, text: str) -> None:
        """Text was inserted at the cursor."""
        self.before += text
        if not self.known:
            self.before = self.before[-MOST_CHARACTERS:]

    def delete(self, before: int, after: int) -> None:
        """Characters on both sides of the cursor were deleted."""
        self.before = self.before[: max(0, len(self.before) - before)]
        self.after = self.after[after:]

    def moved(self) -> None:
        """The cursor moved. Until the application tells its text, nothing is known about it."""
        if not self.known:
            self.before = ""

    def forget(self) -> None:
        """Another field has the cursor."""
        self.before, self.after, self.known = "", "", False

    def content(self) -> str | None:
        """The whole text, or None if it is not known."""
        return self.before + self.after if self.known else None
