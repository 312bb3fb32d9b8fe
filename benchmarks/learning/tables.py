"""The tables and the plot of the learning benchmark."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np

from benchmarks.common.intervals import Interval
from benchmarks.common.tables import NOTHING, Cell, Table
from benchmarks.comparison.report import cell
from benchmarks.learning.replay import LETTERS, TYPED_BEFORE
from benchmarks.learning.results import FEWEST_WORDS, FIGURES, SAVED, Results
from training.common.files import writing

GAIN = "{:+.2f}"


def tables_of(title: str, results: dict[str, Results], base: str) -> list[Table]:
    """All tables. Gains are those over the contender `base`, if it is among the results."""
    compared = results.get(base)
    tables = [total_table(title, results, compared)]
    first = next(iter(results.values()))
    if len(first.by_writer) > 1 and (writers := len(first.of_writers(SAVED))):
        tables += writer_tables(writers, results, compared)
    return [*tables, curve_table(results), new_words_table(results)]


def total_table(title: str, results: dict[str, Results], base: Results | None) -> Table:
    """Every figure over all writers, and the gain in keys saved."""
    rows = []
    for name, one in results.items():
        figures = [figure_cell(one.interval(figure), figure.form) for figure in FIGURES]
        gain = gain_cell(one.gain(base) if base else None)
        rows.append([Cell(name), figures[0], gain, *figures[1:]])
    return Table(title, columns("gain"), rows)


def writer_tables(writers: int, results: dict[str, Results], base: Results | None) -> list[Table]:
    """The median and the worst of the writers in each column."""
    median, worst = [], []
    for name, one in results.items():
        figures = [(figure, one.of_writers(figure)) for figure in FIGURES]
        gains = one.gains_of_writers(base) if base else None
        medians = [value_cell(float(np.median(values)), f.form) for f, values in figures]
        worsts = [value_cell(float(f.worst(values)), f.form) for f, values in figures]
        middle = gain_cell(None if gains is None else Interval(float(np.median(gains))))
        lowest = gain_cell(None if gains is None else Interval(float(gains.min())))
        median.append([Cell(name), medians[0], middle, *medians[1:]])
        worst.append([Cell(name), worsts[0], lowest, *worsts[1:]])
    count = f"{writers} writers with at least {FEWEST_WORDS} words"
    return [
        Table(f"median in each column, {count}", columns("gain"), median),
        Table(f"worst in each column, {count}", columns("lowest gain"), worst),
    ]


def curve_table(results: dict[str, Results]) -> Table:
    """Keys saved by how many words the writer had typed before."""
    parts = next(iter(results.values())).curve()
    rows = [
        [Cell("writers"), *(Cell(f"{writers}") for _, writers, _ in parts)],
        [Cell("words"), *(Cell(f"{sums['words']:,.0f}") for _, _, sums in parts)],
    ]
    rows += [
        [Cell(name), *(value_cell(SAVED.value(sums), SAVED.form) for _, _, sums in one.curve())]
        for name, one in results.items()
    ]
    title = "keys saved, by the number of words that the writer had typed before"
    return Table(title, ["from", *(f"{begin:,}" for begin, _, _ in parts)], rows)


def new_words_table(results: dict[str, Results]) -> Table:
    """How soon words outside the vocabulary are suggested."""
    rows = []
    for name, one in results.items():
        cells = [Cell(name)]
        for key in ("new_words", "long_new_words"):
            words, offered = one.total[key], one.total[f"{key}_offered"]
            share = value_cell(offered / words if words else math.nan, "{:.1%}")
            cells += [Cell(f"{words:,.0f}"), share]
        rows.append(cells)
    title = (
        f"words outside the vocabulary, typed {TYPED_BEFORE} times before: how many are suggested "
        f"after {LETTERS} letters at most"
    )
    longer = f"over {LETTERS} letters"
    return Table(title, ["contender", "all words", "suggested", longer, "suggested"], rows)


def columns(gain: str) -> list[str]:
    """The headings of a table with all figures."""
    first, *others = (figure.title for figure in FIGURES)
    return ["contender", first, gain, *others]


def figure_cell(found: Interval, form: str) -> Cell:
    """A figure with its interval; a dash for NaN."""
    return Cell(NOTHING) if math.isnan(found.value) else cell(found, form)


def value_cell(value: float, form: str) -> Cell:
    """A figure without an interval; a dash for NaN."""
    return figure_cell(Interval(value), form)


def gain_cell(found: Interval | None) -> Cell:
    """A gain in percentage points; a dash for None."""
    return Cell(NOTHING) if found is None else cell(found, GAIN)


def draw(results: dict[str, Results], path: Path, title: str) -> None:
    """Plot the curve of each contender as a PNG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    parts = next(iter(results.values())).curve()
    places = range(len(parts))
    for (name, one), mark in zip(results.items(), itertools.cycle("osv^D<>P"), strict=False):
        saved = [100 * SAVED.value(sums) for _, _, sums in one.curve()]
        axes.plot(places, saved, marker=mark, label=name)
    axes.set_xticks(places, [f"{begin:,}" for begin, _, _ in parts])
    axes.set(xlabel="from this many words typed", ylabel="keys saved, %", title=title)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=8)
    with writing(path, "wb") as stream:
        figure.savefig(stream, format="png", dpi=120)
