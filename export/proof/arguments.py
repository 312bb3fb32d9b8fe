"""The arguments that select an exported model, shared by several commands."""

import argparse
from pathlib import Path

from export.copies.places import EXPORTED
from training.arguments import add_run_arguments, chosen_run


def add_export_arguments(parser: argparse.ArgumentParser, *, folder: bool = False) -> None:
    """Add the run arguments and `--exports`; with `folder`, also `--exported` for any folder."""
    add_run_arguments(parser)
    parser.add_argument("--exports", type=Path, default=EXPORTED, help="folder of the exports")
    if folder:
        parser.add_argument(
            "--exported", type=Path, help="an exported folder, instead of the export of a run"
        )


def chosen_export(arguments: argparse.Namespace) -> Path:
    """The exported folder that the arguments name; it need not exist."""
    given = getattr(arguments, "exported", None)
    return given or arguments.exports / chosen_run(arguments).name
