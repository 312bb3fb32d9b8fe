"""Command-line arguments shared by all commands: they select the run."""

import argparse
import hashlib
import re
from pathlib import Path

from training.common.errors import UserError
from training.common.options import RUN, SEGMENTATION
from training.common.options import Parser as Parser
from training.corpora import BUILT_IN, DEFAULT_CORPUS
from training.corpora.standard_input import NAME
from training.corpora.weights import Source, sources_of
from training.network.run import RUNS, Run

PACKED_TEXT = re.compile(r"(\.txt)?(\.gz|\.zst)?$")
DEFAULT_PRESET = BUILT_IN[DEFAULT_CORPUS].preset

CORPUS_HELP = (
    f"{', '.join(BUILT_IN)}; a file, folder or glob, or several with weights, as in "
    f'"chats/:3 novel.txt"; - for standard input (default: {DEFAULT_CORPUS})'
)
PRESET_HELP = "named set of settings (default: the preset of the corpus)"


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that select a run: `--run`, `--corpus`, `--preset` and so on."""
    parser.add_argument(
        "--run", default="", help="name of the run (default: from preset and corpus)"
    )
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, help=CORPUS_HELP)
    parser.add_argument("--preset", default="", help=PRESET_HELP)
    parser.add_argument(
        "--segmentation",
        default="",
        type=SEGMENTATION,
        help="what ends a sentence in your own text: a line end (message), punctuation "
        "(sentence), or a line end in text that is already tokenized (line); default: detected",
    )
    parser.add_argument(
        "--field",
        default="",
        help="column of text in .jsonl, .csv, .tsv, .parquet and .arrow files",
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder that contains the runs")


def chosen_run(arguments: argparse.Namespace) -> Run:
    """Return the run that the arguments select.

    Raises:
      UserError: If the name is not a plain file name, or if the run was trained with a different
        segmentation.
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
    """Return the requested segmentation, or that of the existing run; "" detects it from the text.

    A built-in corpus always uses its own segmentation.
    """
    if arguments.segmentation or not run.exists or arguments.corpus in BUILT_IN:
        return arguments.segmentation
    return run.information["segmentation"]


def chosen_preset(arguments: argparse.Namespace) -> str:
    """Return the requested preset, or the default preset of the corpus."""
    return arguments.preset or default_preset(arguments.corpus)


def default_preset(corpus: str) -> str:
    """Return the preset that a corpus is trained with unless another is requested."""
    return BUILT_IN[corpus].preset if corpus in BUILT_IN else DEFAULT_PRESET


def default_run_name(corpus: str, preset: str) -> str:
    """Return the preset's name, followed by the corpus unless the preset was made for it.

    This way `make train` and `make train CORPUS=novel.txt` use different folders.
    """
    preset = preset or default_preset(corpus)
    made_for_it = corpus in BUILT_IN and preset in BUILT_IN[corpus].made_for_it
    is_treebank = preset == "ptb" and corpus not in BUILT_IN and not Path(corpus).suffix
    if made_for_it or is_treebank:
        return preset
    sources = [Source(NAME)] if corpus == "-" else sources_of(corpus)
    return "-".join([preset, *map(_slug, sources)])


def _slug(source: Source) -> str:
    """A source in lower-case letters, digits and hyphens, with its weight."""
    stem = PACKED_TEXT.sub("", Path(source.place).name)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-").lower() or "text"
    if any(letter.isalnum() and not letter.isascii() for letter in stem):
        # The slug drops non-ASCII letters, so different names could collide: add a digest.
        slug += f"-{hashlib.sha256(stem.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
    return slug if source.weight == 1 else f"{slug}-x{source.weight}"
