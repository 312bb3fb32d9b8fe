"""Mean and standard deviation of the metrics over runs that differ only in their seed.

make train RUN=keyboard-2 SET="seed=2"
make train RUN=keyboard-3 SET="seed=3"
python -m benchmarks.seeds --run keyboard keyboard-2 keyboard-3
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import Cell, Table, write_markdown
from training.arguments import Parser
from training.common.display import say
from training.common.errors import UserError, command
from training.common.files import write_json
from training.common.options import RUN
from training.measure.metrics import FIGURES
from training.network.run import RUNS, Run

EXAMPLES = """\
  python -m benchmarks.seeds --run keyboard keyboard-2 keyboard-3
"""


def main(argv: Sequence[str] | None) -> None:
    """Print the table of runs that are already trained and evaluated."""
    parser = Parser("benchmarks.seeds", "Mean and standard deviation over seeds.", EXAMPLES)
    parser.add_argument(
        "--run", type=RUN, nargs="+", required=True, help="finished runs that differ only by seed"
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder of the runs")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    if len(arguments.run) < 2:
        raise UserError("one run has no standard deviation; name at least two with --run")
    runs = [Run(arguments.runs / name) for name in arguments.run]
    figures = {run.name: figures_of(run) for run in runs}
    check_alike(runs)
    result = summary(figures)
    result.show()
    if arguments.keep:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / "seeds"
        made = made_by("benchmarks.seeds", argv)
        write_markdown(path.with_suffix(".md"), "Metrics by seed", [result], [made])
        write_json(path.with_suffix(".json"), figures)
        say(f"written to {path}.md and .json")


def figures_of(run: Run) -> dict[str, float]:
    """The metrics on the test part; `UserError` if the run is not finished."""
    figures = run.required().metrics
    if figures is None or figures.get("part", "test") != "test":
        raise UserError(f"{run.folder} was not measured on a test part; run `make evaluate`")
    return figures


def check_alike(runs: Sequence[Run]) -> None:
    """Raise `UserError` if runs differ in more than their seed."""
    first = dataclasses.replace(runs[0].configuration, seed=0)
    for run in runs[1:]:
        if dataclasses.replace(run.configuration, seed=0) != first:
            raise UserError(f"{run.folder} differs from {runs[0].folder} in more than its seed")
        if text_of(run) != text_of(runs[0]):
            raise UserError(f"{run.folder} and {runs[0].folder} were trained on different texts")
    if len({run.configuration.seed for run in runs}) < len(runs):
        raise UserError("two of the runs have the same seed")


def text_of(run: Run) -> tuple[str, str]:
    """The digests of a run's corpus and vocabulary."""
    return run.information["corpus_sha256"], run.information["vocabulary_sha256"]


def summary(figures: dict[str, dict[str, float]]) -> Table:
    """The table, with a row for each metric: each run, the mean, and the standard deviation."""
    rows = []
    for figure in FIGURES:
        values = [record[figure.key] for record in figures.values() if figure.key in record]
        if len(values) == len(figures):
            shown = [*values, statistics.mean(values), statistics.stdev(values)]
            rows.append([Cell(figure.title), *(Cell(figure.text(value)) for value in shown)])
    return Table(
        f"{len(figures)} seeds, test part",
        ["figure", *figures, "mean", "standard deviation"],
        rows,
    )


if __name__ == "__main__":
    command(main)
