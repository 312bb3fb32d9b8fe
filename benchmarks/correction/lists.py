"""Lists of real misspellings: how often the right word is the first candidate or among five.

A list has a line `wrong<TAB>right` for each misspelling. There is no context. Words are compared
case-folded.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from benchmarks.common.tables import Table
from benchmarks.correction.correctors import CANDIDATES, Corrector
from benchmarks.correction.judging import same
from benchmarks.correction.measuring import MeasuredCorrector, Sums
from benchmarks.correction.slips import Tap
from benchmarks.correction.tables import rows
from training.common.display import ProgressDisplay
from training.common.errors import UserError
from training.common.files import read_lines

COLUMNS = {
    "top-1": ("top_1", "{:.1%}"),
    "top-5": ("top_5", "{:.1%}"),
    "replaced": ("recall", "{:.1%}"),
    "precision": ("precision", "{:.1%}"),
    "µs a word": ("microseconds", "{:,.0f}"),
}


@dataclass(frozen=True)
class Misspellings:
    """A named list of pairs: the wrong and the right word."""

    name: str
    pairs: list[tuple[str, str]]


def read_list(path: Path) -> Misspellings:
    """Read a list; `UserError` if it is missing, empty or has other lines."""
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(read_lines(path), start=1):
        wrong, tab, right = line.partition("\t")
        if not (tab and wrong.strip() and right.strip()) or "\t" in right:
            raise UserError(f"line {number} of {path} is not `wrong<TAB>right`")
        pairs.append((wrong.strip(), right.strip()))
    if not pairs:
        raise UserError(f"{path} is empty; give lines of `wrong<TAB>right`")
    return Misspellings(path.name, pairs)


def measure_list(name: str, corrector: Corrector, misspellings: Misspellings) -> MeasuredCorrector:
    """Ask a corrector for every word. Each word is a document of its own."""
    pairs, found = misspellings.pairs, list[tuple[float, ...]]()
    with ProgressDisplay(f"{name} on {misspellings.name}", len(pairs), "words") as display:
        for done, (wrong, right) in enumerate(pairs, start=1):
            found.append(astuple(asked(corrector, wrong, right)))
            display.update(done)
    return MeasuredCorrector(np.array(found, np.float64))


def asked(corrector: Corrector, wrong: str, right: str) -> Sums:
    """The sums of one word."""
    reply = corrector.correct("", [Tap(character) for character in wrong])
    hits = [same(right, each) for each in reply.candidates[:CANDIDATES]]
    changed, mended = not same(wrong, reply.text), same(right, reply.text)
    return Sums(
        words=1, right=mended, slipped=1, mended=mended, changed=changed,
        well_changed=changed and mended, ranked=1, first=any(hits[:1]), among_three=any(hits[:3]),
        among_five=any(hits), calls=1, nanoseconds=reply.nanoseconds,
    )  # fmt: skip


def list_table(misspellings: Misspellings, measured: dict[str, MeasuredCorrector]) -> Table:
    """A table with a row for each corrector."""
    title = f"{misspellings.name}: {len(misspellings.pairs):,} misspellings without context"
    return Table(title, ["corrector", *COLUMNS], rows(measured, COLUMNS))
