"""The tables of the keyboard benchmark: keystrokes saved, time per key, memory."""

from __future__ import annotations

import numpy as np

from benchmarks.common.intervals import Interval, draws, interval
from benchmarks.common.tables import MEGABYTE, Cell, Table
from benchmarks.comparison.report import cell
from benchmarks.keyboard.typing import STRIPS, Typed

SETTLED = 10_000
"""The number of calls after which memory should stop growing."""
MICROSECONDS = "{:,.0f}"


def savings_table(title: str, typed: dict[str, Typed]) -> Table:
    """The share of keystrokes saved by each suggester, for each number of suggestions."""
    rows = [
        [Cell(name), *(cell(saved(one, strip), "{:.2%}") for strip in STRIPS)]
        for name, one in typed.items()
    ]
    return Table(title, ["suggester", *(f"saved at {strip}" for strip in STRIPS)], rows)


def difference_table(title: str, typed: dict[str, Typed]) -> Table:
    """How many percentage points the first suggester saves more than each of the others."""
    (_, own), *others = typed.items()
    rows = [
        [Cell(name), *(cell(points(own, other, strip), "{:+.2f}") for strip in STRIPS)]
        for name, other in others
    ]
    return Table(title, ["compared with", *(f"points at {strip}" for strip in STRIPS)], rows)


def cost_table(title: str, typed: dict[str, Typed]) -> Table:
    """Wall-clock and CPU time per key, and memory of the program."""
    rows = [
        [
            Cell(name),
            *(Cell(MICROSECONDS.format(one.percentile(share))) for share in (50, 95, 99)),
            Cell(MICROSECONDS.format(one.processor_percentile(95))),
            Cell(f"{max(one.resident) / MEGABYTE:.1f}"),
        ]
        for name, one in typed.items()
    ]
    columns = ["suggester", "p50 µs", "p95 µs", "p99 µs", "p95 CPU µs", "MB"]
    return Table(title, columns, rows)


def endurance_table(title: str, typed: Typed, asked: list[int]) -> Table:
    """Memory over many calls; `asked` has the number of calls after each document."""
    rows = []
    for wanted in (SETTLED, *(int(asked[-1] * share) for share in (0.25, 0.5, 0.75, 1))):
        at = min(int(np.searchsorted(asked, wanted)), len(asked) - 1)
        rows.append([Cell(f"{asked[at]:,}"), Cell(f"{typed.resident[at] / MEGABYTE:.2f}")])
    return Table(title, ["calls", "resident MB"], rows)


def resampled(typed: Typed) -> np.ndarray:
    """Sums over documents drawn with replacement, int64 [resamples, fields of `Typed.sums`]."""
    return draws(len(typed.characters)) @ typed.sums()


def saved(typed: Typed, strip: int) -> Interval:
    """The share saved with `strip` suggestions, with its interval."""
    sums, at = resampled(typed), 1 + STRIPS.index(strip)
    return interval(typed.savings(strip), (1 - sums[:, at] / sums[:, 0]).tolist())


def points(own: Typed, other: Typed, strip: int) -> Interval:
    """How many percentage points `own` saves more than `other`, with the interval.

    `ValueError` if their documents differ.
    """
    if own.characters != other.characters:
        raise ValueError("the two suggesters typed different texts")
    at = 1 + STRIPS.index(strip)
    ours, theirs = resampled(own), resampled(other)
    differences = 100 * (theirs[:, at] - ours[:, at]) / ours[:, 0]
    return interval(100 * (own.savings(strip) - other.savings(strip)), differences.tolist())
