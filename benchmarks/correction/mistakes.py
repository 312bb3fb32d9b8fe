"""Lists what correctors get wrong, for looking at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.correction.judging import Outcome, matched
from training.common.files import write_text

CONTEXT = 5
"""How many stretches of text before a mistake are shown."""


class Mistakes:
    """Collects lines: corrector, text, what happened, meant, typed, final, and the text before.

    Args:
        path: Where to write them; None collects nothing.
    """

    def __init__(self, path: Path | None):
        self._path = path
        self._lines: list[str] = []

    def note(self, corrector: str, kind: str, outcomes: Sequence[Outcome]) -> None:
        """Add the stretches of a document that contain a word that is wrong in the end."""
        if self._path is None:
            return
        for place, outcome in enumerate(outcomes):
            if not all(matched(outcome.words, outcome.final)):
                before = " ".join(each.final for each in outcomes[max(0, place - CONTEXT) : place])
                happened = what_happened(outcome)
                fields = (corrector, kind, happened, " ".join(outcome.words), outcome.typed)
                self._lines.append("\t".join((*fields, outcome.final, before)) + "\n")

    def save(self) -> None:
        """Write the file."""
        if self._path is not None:
            write_text(self._path, "".join(self._lines))


def what_happened(outcome: Outcome) -> str:
    """`broken`: it was typed right; `left`: it was not mended; `wrong`: it was mended wrongly."""
    if all(matched(outcome.words, outcome.typed)):
        return "broken"
    return "left" if outcome.typed == outcome.final else "wrong"
