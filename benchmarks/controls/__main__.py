"""Trains gated networks and a transformer like the network: `python -m benchmarks.controls`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import Table, write_markdown
from benchmarks.controls.networks import NAMES
from benchmarks.controls.report import (
    Results,
    cost_table,
    explanation,
    quality_table,
    transformer_context,
)
from benchmarks.controls.speeds import speeds
from benchmarks.controls.training import Budget, Task, results_of
from benchmarks.recipe import prepared_text
from training.arguments import CORPUS_HELP, DEFAULT_CORPUS, DEFAULT_PRESET, Parser
from training.common.display import say
from training.common.errors import INTERRUPTED_STATUS, UserError, command
from training.common.locks import locked, require_writable
from training.common.quiet import load_tensorflow
from training.data.prepare import Prepared
from training.network.configuration import Configuration, preset
from training.network.run import RUNS

PROGRAM = "benchmarks.controls"
FOLDER = RUNS / "controls"
MINUTES = 30.0
EXAMPLES = """\
  python -m benchmarks.controls                    30 minutes each, and 10 epochs each
  python -m benchmarks.controls --epochs 0         only 30 minutes each
  python -m benchmarks.controls --contenders gru   only one of them
  python -m benchmarks.controls --keep             also write benchmarks/results/controls-*.md
"""


def main(argv: Sequence[str] | None) -> int:
    """Train, measure and compare the networks, as far as this was not done before."""
    arguments = _parser().parse_args(argv)
    base = preset(arguments.preset)
    budgets = _budgets(arguments, base)
    prepared = prepared_text(arguments.corpus, base)
    _check(prepared)
    load_tensorflow(base.threads)
    from training.network.session import StopRequested

    names = [name for name in NAMES if name in arguments.contenders]
    require_writable(arguments.folder, "--folder")
    with locked(arguments.folder, "--folder"):
        speed = speeds(names, base, prepared, arguments.folder)
    tasks = [
        Task(name, budget, base, arguments.folder, speed[name])
        for budget in budgets
        for name in names
    ]
    try:
        results = _trained(tasks, prepared)
    except StopRequested:
        say(f"stopped; run the same command to resume ({arguments.folder})")
        return INTERRUPTED_STATUS
    quality = {budget: quality_table(budget, found) for budget, found in results.items()}
    costs = _costs(tasks, results, speed)
    _show_and_write(quality, costs, made_by(PROGRAM, argv), arguments.keep)
    return 0


def _parser() -> Parser:
    parser = Parser(
        PROGRAM, "Train gated networks and a transformer like the network, as large.", EXAMPLES
    )
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, help=CORPUS_HELP)
    parser.add_argument("--preset", default=DEFAULT_PRESET, help="named set of settings")
    parser.add_argument(
        "--minutes",
        type=float,
        default=MINUTES,
        help="train each network for as many steps as fit into this time, but at least one epoch "
        f"(default: {MINUTES:g}); 0: leave this out",
    )
    parser.add_argument(
        "--epochs",
        type=int,
        help="train each network again for this many epochs (default: those of the preset); "
        "0: leave this out",
    )
    parser.add_argument(
        "--contenders", nargs="+", choices=NAMES, default=list(NAMES), metavar="NAME",
        help=f"any of {', '.join(NAMES)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="folder for the networks, to resume"
    )
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    return parser


def _budgets(arguments: argparse.Namespace, base: Configuration) -> list[Budget]:
    """The budgets that the arguments ask for; `UserError` if there is none."""
    epochs = base.epochs if arguments.epochs is None else arguments.epochs
    if not 0 <= arguments.minutes <= 100_000 or not 0 <= epochs <= 100_000:
        raise UserError("--minutes and --epochs must be between 0 and 100000")
    chosen = [Budget(arguments.minutes, "minutes"), Budget(epochs, "epochs")]
    budgets = [budget for budget in chosen if budget.amount]
    if not budgets:
        raise UserError("--minutes and --epochs are both 0; set at least one of them")
    return budgets


def _check(prepared: Prepared) -> None:
    if not {"valid", "test"} <= set(prepared.parts):
        raise UserError(
            f"{prepared.corpus['name']} is too short for held-out parts; use a longer text"
        )


def _trained(tasks: list[Task], prepared: Prepared) -> dict[Budget, Results]:
    """Train and measure everything, one network after another."""
    results: dict[Budget, dict[str, dict]] = {}
    for number, task in enumerate(tasks, start=1):
        say(f"{task.title} ({number} of {len(tasks)})")
        require_writable(task.run.folder, "--folder")
        with locked(task.run.folder, "--folder"):
            results.setdefault(task.budget, {})[task.name] = results_of(task, prepared)
    return dict(results)


def _costs(tasks: list[Task], results: dict[Budget, Results], speed: dict[str, float]) -> Table:
    """The table of costs, which do not depend on the budget."""
    from benchmarks.controls.litert import converted, costs

    first = {task.name: task.run for task in reversed(tasks)}
    say("converting to LiteRT")
    files = {name: converted(name, run) for name, run in first.items()}
    return cost_table(next(iter(results.values())), speed, costs(files))


def _show_and_write(quality: dict[Budget, Table], costs: Table, made: str, keep: bool) -> None:
    """Print the tables, and write a file for each budget if they are to be kept."""
    from benchmarks.controls.transformer import CONTEXT, WINDOW

    sentences = [*explanation(transformer_context(WINDOW, CONTEXT)), made]
    for table in (*quality.values(), costs):
        table.show()
    for sentence in sentences:
        say(sentence)
    for budget, table in quality.items() if keep else ():
        path = RESULTS / f"controls-{budget.name}.md"
        title = f"Controls: other networks of the same size, {budget}"
        write_markdown(path, title, [table, costs], sentences)
        say(f"written to {path}")


if __name__ == "__main__":
    command(main)
