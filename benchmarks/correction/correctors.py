"""What a corrector does, and the corrector that does nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from benchmarks.correction.slips import Tap

CANDIDATES = 5
"""The number of candidates requested."""


@dataclass(frozen=True)
class Reply:
    """What a corrector does with a word.

    Args:
        text: The text that replaces the word; the word itself if it is left alone.
        candidates: What the word might be, the likeliest first. If the corrector thinks that the
            word is wrong, or may be, the word itself is not among them.
        before: How many characters before the word are replaced as well.
        nanoseconds: How long it took.
    """

    text: str
    candidates: list[str] = field(default_factory=list)
    before: int = 0
    nanoseconds: float = 0.0


class Corrector(Protocol):
    """Corrects a word when the key after it is typed. A context manager."""

    suggests: bool
    """Whether it also completes words."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def begin(self) -> None:
        """Start another text, of another writer."""
        ...

    def correct(self, before: str, taps: Sequence[Tap]) -> Reply:
        """Correct the word that `taps` typed after the text `before`."""
        ...

    def suggest(self, before: str, letters: str) -> list[str]:
        """Three completions of unfinished `letters` after the text `before`."""
        ...


def word_of(taps: Sequence[Tap]) -> str:
    """The characters that were typed."""
    return "".join(tap.character for tap in taps)


class Nothing:
    """Leaves every word alone and suggests nothing; the base of correctors without completion."""

    suggests = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def begin(self) -> None:
        """Do nothing: every word is treated in the same way."""

    def correct(self, before: str, taps: Sequence[Tap]) -> Reply:
        """Return the word itself."""
        del before
        word = word_of(taps)
        return Reply(word, [word])

    def suggest(self, before: str, letters: str) -> list[str]:
        """Return nothing."""
        del before, letters
        return []
