"""Export a trained run: `python -m export`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from export.copies.errors import ExportError
from export.copies.places import EXPORTED
from training.arguments import Parser, add_run_arguments, chosen_run
from training.common.display import say
from training.common.errors import command

EXAMPLES = """\
  python -m export                                the default run, to exported/keyboard
  python -m export --run novel                    another run, to exported/novel
  python -m export --run novel --output /tmp/model   to another folder
  python -m export --no-metrics                   skip measuring the copies
  python -m export --if-changed                   only if the weights are newer than the export
"""


def main(argv: Sequence[str] | None) -> int:
    """Write every copy of a run, its manifest, golden record and model card; 1 on failure."""
    parser = Parser("export", "Export a run to SavedModel, LiteRT and TensorFlow.js.", EXAMPLES)
    add_run_arguments(parser)
    parser.add_argument("--output", type=Path, help="folder to write (default: exported/RUN)")
    parser.add_argument("--no-metrics", action="store_true", help="do not measure the copies")
    parser.add_argument("--if-changed", action="store_true", help="skip if already up to date")
    arguments = parser.parse_args(argv)
    run = chosen_run(arguments).required()
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
