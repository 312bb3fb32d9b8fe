"""The text that was typed, until it is finished and can be learned."""

from __future__ import annotations

import re
from collections.abc import Callable

_END_OF_SENTENCE = re.compile(r"[.!?\u2026][\"'\u2019\u201d)\]]*\s+$")


class Finished:
    """Collects typed text, and passes it on at the end of a sentence or of a message.

    Text that follows a movement of the cursor starts a new piece. If the content of the field is
    known, a piece is only passed on if it is still there as whole words, so that nothing is learned
    that was deleted or changed.

    Args:
        learn: Called with each finished piece.
    """

    def __init__(self, learn: Callable[[str], None]):
        self._learn = learn
        self._pieces = [""]

    def add(self, text: str) -> bool:
        """Text was typed at the cursor. Returns whether it ends a sentence."""
        self._pieces[-1] += text
        return bool(_END_OF_SENTENCE.search(self._pieces[-1]))

    def erase(self, count: int) -> None:
        """Characters before the cursor were deleted."""
        self._pieces[-1] = self._pieces[-1][: max(0, len(self._pieces[-1]) - count)]

    def moved(self) -> None:
        """The cursor moved, or the text changed in an unknown way."""
        if self._pieces[-1]:
            self._pieces.append("")

    def end(self, content: str | None) -> None:
        """The text is finished; `content` is that of the field, or None if it is not known."""
        pieces, self._pieces = self._pieces, [""]
        for piece in (each.strip() for each in pieces):
            if piece and (content is None or _has_words(content, piece)):
                self._learn(piece)

    def discard(self) -> None:
        """Learn nothing of what was typed so far."""
        self._pieces = [""]


def _has_words(content: str, piece: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", content))
