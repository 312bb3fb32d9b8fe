"""The tables and explanations of the comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter

from benchmarks.common.intervals import CONFIDENCE, RESAMPLES, Interval
from benchmarks.common.tables import MEGABYTE, NOTHING, Cell, Table
from benchmarks.comparison.contenders import RIVAL, Costs
from benchmarks.comparison.measure import Measured
from benchmarks.comparison.texts import Text
from training.measure.metrics import FIGURES, Figure, Metrics

COMPARED = tuple(figure for figure in FIGURES if figure.change)
CHANGE_FORMS = {"relative": "{:+.1%}", "points": "{:+.2f} points"}


def change(own: Metrics, other: Metrics, figure: Figure) -> float:
    """The change from `other` to `own`, relative or in percentage points."""
    first, second = getattr(own, figure.key), getattr(other, figure.key)
    if figure.change == "points":
        return 100 * (first - second)
    return first / second - 1 if second else (math.inf if first else 0.0)


@dataclass
class Results:
    """The results of each contender on one text."""

    text: Text
    measured: dict[str, tuple[Costs, Measured]] = field(default_factory=dict)
    """By the name of the contender."""

    def tables(self) -> list[Table]:
        """The table of metrics, and that of the differences from the 5-gram."""
        metrics = next(iter(self.measured.values()))[1].metrics
        title = (
            f"{self.text.name} ({self.text.kind}): {metrics.documents:,} documents, "
            f"{metrics.tokens:,} tokens, {metrics.unknown:,} of them unknown, "
            f"{metrics.words:,} words, {metrics.characters:,} characters"
        )
        return [self._figures(title), self._differences()]

    def _figures(self, title: str) -> Table:
        rows = []
        for name, (costs, measured) in self.measured.items():
            figures = [
                cell(measured.interval(attrgetter(figure.key)), figure.form) for figure in FIGURES
            ]
            megabytes = None if costs.bytes is None else costs.bytes / MEGABYTE
            written = [number(megabytes, "{:.1f}"), number(costs.microseconds, "{:,.0f}")]
            rows.append([Cell(name), *figures, *written])
        return Table(title, ["model", *(figure.short for figure in FIGURES), "MB", "µs"], rows)

    def _differences(self) -> Table:
        rival = self.measured[RIVAL][1]
        rows = [
            [
                Cell(name),
                *(
                    cell(
                        own.difference(rival, partial(change, figure=figure)),
                        CHANGE_FORMS[str(figure.change)],
                    )
                    for figure in COMPARED
                ),
            ]
            for name, (_, own) in self.measured.items()
            if name != RIVAL
        ]
        title = f"{self.text.name}: differences from the {RIVAL}"
        return Table(title, ["model", *(figure.short for figure in COMPARED)], rows)

    def as_dict(self) -> dict[str, object]:
        """The metrics by model, for JSON."""
        models = {
            name: {
                **measured.metrics.as_dict(),
                "bytes": costs.bytes,
                "microseconds": costs.microseconds,
                "intervals": {
                    figure.short: [bounds.low, bounds.high]
                    for figure in FIGURES
                    for bounds in [measured.interval(attrgetter(figure.key))]
                },
            }
            for name, (costs, measured) in self.measured.items()
        }
        return {"text": self.text.name, "kind": self.text.kind, "models": models}


def cell(interval: Interval, form: str) -> Cell:
    """Format a figure, with its uncertainty if known."""
    value = form.format(interval.value)
    if interval.low is None or interval.high is None:
        return Cell(value)
    # Margins have neither sign nor unit.
    plain = form.replace("+", "").removesuffix(" points")
    margin = plain.format((interval.high - interval.low) / 2).removesuffix("%")
    low, high = (
        form.format(bound).removesuffix(" points") for bound in (interval.low, interval.high)
    )
    return Cell(value, f"±{margin}", f"{low} to {high}")


def number(value: float | None, form: str) -> Cell:
    """Format a number; a dash for None."""
    return Cell(NOTHING if value is None else form.format(value))


def explanation(suggestable: int) -> list[str]:
    """Sentences that explain the figures."""
    return [
        "RNN: the Keras SimpleRNN, in LiteRT if exported; KN: modified Kneser-Ney by KenLM, "
        "unpruned. All models read the same ids and are evaluated by the same code. Saved: "
        "keystrokes, with three suggestions.",
        f"Uncertainty: {CONFIDENCE}% intervals from {RESAMPLES:,} resamplings of whole documents, "
        "the same for both models of a difference; ± is half the width of the interval.",
        "The network's context is the whole document so far; an n-gram's starts over at each "
        "segment.",
        "MB on disk: for an n-gram, KenLM's trie with 8-bit values and packed pointers (its "
        "metrics use exact probabilities).",
        "µs per prediction on one thread: for the network, a step in LiteRT called from Python, "
        f"which scores all words; for an n-gram, KenLM in C++ ranks {suggestable:,} words.",
    ]
