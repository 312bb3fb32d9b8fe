"""What the commands have in common: which run they are about."""

import argparse
import hashlib
import re
from pathlib import Path

from training.common.errors import UserError
from training.common.options import RUN, SEGMENTATION
from training.common.options import Parser as Parser
from training.corpora import BUILT_IN
from training.network.run import RUNS, Run

DEFAULT_CORPUS = "chitchat"
DEFAULT_PRESET = "keyboard"
# The preset that a built-in corpus is trained with, where none is given.
PRESET_OF_CORPUS = {"chitchat": "keyboard", "shakespeare": "shakespeare"}
# The corpus that a preset was made for: its runs are called like the preset alone.
CORPUS_OF_PRESET = {"keyboard": "chitchat", "best": "chitchat", "shakespeare": "shakespeare"}


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """`--run`, `--corpus`, `--preset`: which run is meant."""
    parser.add_argument("--run", default="", help="name of the run (default: by preset and corpus)")
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, help="corpus name, file, folder, glob")
    parser.add_argument("--preset", default="", help="named configuration")
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
            f"{run.start_anew}"
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
    return arguments.preset or PRESET_OF_CORPUS.get(arguments.corpus, DEFAULT_PRESET)


def default_run_name(corpus: str, preset: str) -> str:
    """The preset's name; with the corpus behind it where that is not the preset's own.

    So `make train` and `make train CORPUS=novel.txt` do not meet in one directory.
    """
    preset = preset or PRESET_OF_CORPUS.get(corpus, DEFAULT_PRESET)
    path = Path(corpus)
    is_treebank = preset == "ptb" and corpus not in PRESET_OF_CORPUS and not path.suffix
    if CORPUS_OF_PRESET.get(preset) == corpus or is_treebank:
        return preset
    stem = re.sub(r"(\.txt)?(\.gz)?$", "", path.name)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-").lower() or "text"
    if any(letter.isalnum() and not letter.isascii() for letter in stem):
        # Names in other letters would all be alike.
        slug += f"-{hashlib.sha256(stem.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
    return f"{preset}-{slug}"


def main() -> None:
    """Print the default name of a run: `python -m training.arguments CORPUS PRESET`."""
    import sys

    print(default_run_name(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))


if __name__ == "__main__":
    main()
