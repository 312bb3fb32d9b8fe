"""What the commands have in common: which run they are about."""

import argparse
import hashlib
import re
from pathlib import Path

from training.common.errors import UserError
from training.common.options import RUN, SEGMENTATION
from training.common.options import Parser as Parser
from training.corpora import BUILT_IN, DEFAULT_CORPUS
from training.network.run import RUNS, Run

DEFAULT_PRESET = BUILT_IN[DEFAULT_CORPUS].preset

CORPUS_HELP = f"{', '.join(BUILT_IN)}, or a file, folder or glob (default: {DEFAULT_CORPUS})"
PRESET_HELP = "named configuration (default: the one that goes with the corpus)"


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """`--run`, `--corpus`, `--preset`: which run is meant."""
    parser.add_argument("--run", default="", help="name of the run (default: by preset and corpus)")
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, help=CORPUS_HELP)
    parser.add_argument("--preset", default="", help=PRESET_HELP)
    parser.add_argument(
        "--segmentation",
        default="",
        type=SEGMENTATION,
        help="what ends a sentence of your own text: a line (message), punctuation (sentence), or "
        "a line whose words are parted by spaces already (line); default: decided by the text",
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder of the runs")


def chosen_run(arguments: argparse.Namespace) -> Run:
    """The run that the arguments name.

    `UserError` for a name that is not a plain file name, and for a run that was trained with
    another segmentation than is given.
    """
    name = arguments.run or default_run_name(arguments.corpus, arguments.preset)
    run = Run(arguments.runs / RUN(name))
    given = arguments.segmentation
    if given and run.exists and given != (trained_with := run.information["segmentation"]):
        raise UserError(
            f"{run.folder} was trained with segmentation {trained_with}, not {given}; "
            f"{run.start_over}"
        )
    return run


def chosen_segmentation(arguments: argparse.Namespace, run: Run) -> str:
    """The segmentation given, or the one that the run was trained with; "" to decide by the text.

    A built-in corpus has its own.
    """
    if arguments.segmentation or not run.exists or arguments.corpus in BUILT_IN:
        return arguments.segmentation
    return run.information["segmentation"]


def chosen_preset(arguments: argparse.Namespace) -> str:
    """The preset given, or the one that goes with the corpus."""
    return arguments.preset or default_preset(arguments.corpus)


def default_preset(corpus: str) -> str:
    """The preset that a corpus is trained with, where none is given."""
    return BUILT_IN[corpus].preset if corpus in BUILT_IN else DEFAULT_PRESET


def default_run_name(corpus: str, preset: str) -> str:
    """The preset's name; with the corpus behind it where that is not the preset's own.

    So `make train` and `make train CORPUS=novel.txt` do not meet in one directory.
    """
    preset = preset or default_preset(corpus)
    path = Path(corpus)
    made_for_it = corpus in BUILT_IN and preset in BUILT_IN[corpus].made_for_it
    is_treebank = preset == "ptb" and corpus not in BUILT_IN and not path.suffix
    if made_for_it or is_treebank:
        return preset
    stem = re.sub(r"(\.txt)?(\.gz)?$", "", path.name)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-").lower() or "text"
    if any(letter.isalnum() and not letter.isascii() for letter in stem):
        # Names in other letters would all be alike.
        slug += f"-{hashlib.sha256(stem.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
    return f"{preset}-{slug}"
