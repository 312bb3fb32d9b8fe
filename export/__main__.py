"""Export a trained run: `python -m export RUN`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from export.copies.errors import ExportError
from export.copies.places import EXPORTED
from training.arguments import Parser
from training.common.display import say
from training.common.errors import command
from training.network.run import RUNS, Run

EXAMPLES = """\
  python -m export keyboard                       to exported/keyboard
  python -m export keyboard --output /tmp/model   to another folder
  python -m export keyboard --no-metrics          without measuring the copies
  python -m export keyboard --if-changed          only if the weights are newer than the export
"""


def main(argv: Sequence[str] | None) -> int:
    """Write every copy of a run, with manifest, golden record and model card; 1 if that fails."""
    parser = Parser("export", "Export a run to SavedModel, LiteRT and TensorFlow.js.", EXAMPLES)
    parser.add_argument("run", help="name of the run, such as keyboard")
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder of the runs")
    parser.add_argument("--output", type=Path, help="folder to write (default: exported/RUN)")
    parser.add_argument("--no-metrics", action="store_true", help="do not measure the copies")
    parser.add_argument("--if-changed", action="store_true", help="keep an export that is current")
    arguments = parser.parse_args(argv)
    run = Run(arguments.runs / arguments.run).required()
    output = arguments.output or EXPORTED / run.name
    from training.common.quiet import load_tensorflow

    load_tensorflow(run.configuration.threads)
    from export.build import export_run, is_current

    if arguments.if_changed and is_current(run, output, not arguments.no_metrics):
        say(f"{output} is already exported from these weights")
        return 0
    try:
        export_run(run, output, metrics=not arguments.no_metrics)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    command(main)
