"""Perplexity and file size with int8 and int4 weights: `python -m benchmarks.quantisation`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import MEGABYTE, Cell, Table, write_markdown
from benchmarks.comparison.contenders import export_of
from benchmarks.int4 import in_four_bits
from export.proof.arguments import add_export_arguments
from export.proof.exported import Exported
from export.proof.runtimes import StepModel, step_model
from training.arguments import Parser, chosen_run
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.common.files import writing
from training.common.options import PART
from training.data.prepare import open_prepared
from training.measure.evaluation import evaluate
from training.measure.metrics import Metrics

EXAMPLES = """\
  python -m benchmarks.quantisation                  the default run
  python -m benchmarks.quantisation --tokens 5000    on fewer tokens
  python -m benchmarks.quantisation --keep           also write benchmarks/results
"""
SHIPPED, FLOAT32 = "model.tflite", "model-float32.tflite"
REFERENCE = "float32"
FOUR_BITS = {
    "int4 table": (False, None),
    "int4 table, 64": (False, 64),
    "int4 table, 32": (False, 32),
    "int4": (True, None),
    "int4, 64": (True, 64),
    "int4, 32": (True, 32),
}
"""Whether all matrices are 4-bit (or only the table), and how many weights share a scale."""


@dataclass(frozen=True)
class Variant:
    """A file and its measurements."""

    name: str
    bytes: int
    metrics: Metrics
    likeliest: np.ndarray
    """The most likely id at each token, int64 [tokens]."""
    microseconds: float
    """CPU time per step."""


class Watched:
    """Wraps a model and records its most likely words and its CPU time."""

    def __init__(self, model: StepModel):
        self._model, self.vocabulary_size = model, model.vocabulary_size
        self._likeliest: list[np.ndarray] = []
        self._seconds = 0.0

    def zero_state(self) -> np.ndarray:
        """The state before a document."""
        return self._model.zero_state()

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits float32 [n, vocabulary] after each of `ids` int32 [n], and the next state."""
        begun = time.process_time()
        logits, state = self._model.run(ids, state)
        self._seconds += time.process_time() - begun
        self._likeliest.append(logits.argmax(axis=1))
        return logits, state

    def variant(self, name: str, size: int, metrics: Metrics) -> Variant:
        """The measurements so far, for a file of `size` bytes."""
        likeliest = np.concatenate(self._likeliest)
        return Variant(name, size, metrics, likeliest, 1e6 * self._seconds / len(likeliest))


def main(argv: Sequence[str] | None) -> int:
    """Measure every variant of a run's network and print the table."""
    parser = Parser("benchmarks.quantisation", "Compare int8 and int4 weights.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("--part", type=PART, default="test", help="part to measure: test or valid")
    parser.add_argument("--tokens", type=int, default=20_000, help="number of tokens to measure on")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    if arguments.tokens < 1:
        raise UserError("--tokens must be at least 1")
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    exported = export_of(run, arguments.exports / run.name)
    measured: list[Variant] = []
    for name, data in variants(exported):
        model, vocabulary = Watched(step_model(data)), prepared.vocabulary
        with ProgressDisplay(name, arguments.tokens, "tokens") as display:
            metrics = evaluate(
                model,
                prepared,
                vocabulary,
                part=arguments.part,
                maximum_tokens=arguments.tokens,
                progress=lambda done, _total, _what, display=display: display.update(done),
            )
        measured.append(model.variant(name, len(data), metrics))
    folders = [run.folder, *([RESULTS] if arguments.keep else [])]
    tokens = measured[0].metrics.tokens
    title = f"{run.name}: perplexity against bytes, first {tokens:,} tokens of {arguments.part}"
    made = made_by("benchmarks.quantisation", argv)
    write_all(title, f"quantisation-{run.name}", measured, folders, made)
    return 0


def variants(exported: Exported) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an export, and 4-bit files made from them, by name.

    Blocks that do not divide every row are skipped with a notice.
    """
    float32, int8 = (exported.tflite(name).data for name in (FLOAT32, SHIPPED))
    network = exported.manifest["network"]
    yield REFERENCE, float32
    yield "int8, shipped", int8
    for name, (everywhere, block) in FOUR_BITS.items():
        rows = [network["embedding_size"], *([network["units"]] if everywhere else [])]
        if block and any(row % block for row in rows):
            say(f"{name}: skipped, since {block} does not divide rows of {rows} weights")
            continue
        yield name, in_four_bits(int8, float32, everywhere=everywhere, block=block)


def table_of(title: str, measured: list[Variant]) -> Table:
    """The table, with a row for each variant: size, quality and speed."""
    reference = next(one for one in measured if one.name == REFERENCE)
    rows = [
        [
            Cell(one.name),
            Cell(f"{one.bytes / MEGABYTE:.2f}"),
            Cell(f"{one.metrics.perplexity:.2f}"),
            Cell(f"{one.metrics.perplexity / reference.metrics.perplexity - 1:+.2%}"),
            Cell(f"{(one.likeliest == reference.likeliest).mean():.2%}"),
            Cell(f"{one.metrics.top3:.2%}"),
            Cell(f"{one.metrics.keystroke_savings:.2%}"),
            Cell(f"{one.microseconds:,.0f}"),
        ]
        for one in measured
    ]
    columns = ["weights", "MB", "perplexity", "change", "same", "top-3", "saved", "µs"]
    return Table(title, columns, rows)


def write_all(
    title: str, name: str, measured: list[Variant], folders: list[Path], made: str
) -> None:
    """Print the table, and write it as Markdown and the plot as PNG to each folder.

    `made` names the command.
    """
    table = table_of(title, measured)
    sentences = [
        "Each file runs in LiteRT unchanged; its size includes vocabulary, facts and self-test.",
        "int4: integers from -7 to 7, with scales that minimise the squared error, one per row or "
        "per 64 or 32 weights. With an int4 table, the other matrices are int8.",
        "Same: how often the most likely word is that of float32. Saved: keystrokes, with three "
        "suggestions. µs: CPU time of a step called from Python, on one thread.",
        made,
    ]
    table.show()
    for folder in folders:
        write_markdown(folder / f"{name}.md", title, [table], sentences)
        draw(measured, folder / f"{name}.png", title)
        say(f"written to {folder / name}.md and .png")


def draw(measured: list[Variant], path: Path, title: str) -> None:
    """Plot perplexity by size, with a labelled point per variant, as a PNG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    for one, mark in zip(measured, itertools.cycle("osv^D<>P"), strict=False):
        megabytes = one.bytes / MEGABYTE
        axes.plot(megabytes, one.metrics.perplexity, mark, linestyle="", label=one.name)
    axes.set(xlabel="MB", ylabel="perplexity", title=title, xscale="log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: f"{value:g}")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=8)
    with writing(path, "wb") as stream:
        figure.savefig(stream, format="png", dpi=120)


if __name__ == "__main__":
    command(main)
