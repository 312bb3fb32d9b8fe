"""Compares correctors on text with slips: `python -m benchmarks.correction`."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.kept import RESULTS, check_kept
from benchmarks.common.made import made_by
from benchmarks.common.tables import Table, write_markdown
from benchmarks.comparison.contenders import export_of
from benchmarks.comparison.texts import Text, chosen_texts
from benchmarks.correction.lists import Misspellings, list_table, measure_list, read_list
from benchmarks.correction.measuring import TypedText, measure
from benchmarks.correction.misspellings import intended
from benchmarks.correction.mistakes import Mistakes
from benchmarks.correction.rivals.contenders import CHOICES, Contenders
from benchmarks.correction.rivals.dictionaries import dictionary_words
from benchmarks.correction.slips import CLEAN, SLIPS
from benchmarks.correction.tables import explanation, tables
from benchmarks.correction.typed import SlippingTypist
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import say
from training.common.errors import UserError, command
from training.common.options import PART
from training.data.prepare import open_prepared
from training.network.run import Run

EXAMPLES = """\
  python -m benchmarks.correction                     the default run, on part of its test text
  python -m benchmarks.correction phrases.txt         also on other phrases
  python -m benchmarks.correction --lists wrong.txt   also on a list of misspellings
  python -m benchmarks.correction --documents 10      a smaller part: some contenders are slow
  python -m benchmarks.correction --part valid        on the part used for choosing settings
  python -m benchmarks.correction --keep              also write benchmarks/results
"""


def main(argv: Sequence[str] | None) -> int:
    """Correct every text with each contender, and print and save the tables."""
    arguments = parsed(argv)
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    lists = [read_list(path) for path in arguments.lists]
    texts = [
        typed_text(text, prepared.segmentation, arguments.documents, arguments.seed)
        for text in chosen_texts(prepared, arguments.part, arguments.texts)
    ]
    model = export_of(run, arguments.exports / run.name).tflite("model.tflite").data
    with tempfile.TemporaryDirectory(prefix="elman-correction-") as folder:
        contenders = Contenders(Path(folder), model, tuple(arguments.contenders))
        mistakes = Mistakes(arguments.mistakes)
        found = [table for text in texts for table in text_tables(contenders, text, mistakes)]
        mistakes.save()
        found += [table_of_list(contenders, each) for each in lists]
    sentences = [*explanation(arguments.seed), made_by("benchmarks.correction", argv)]
    show_and_write(run, found, sentences, RESULTS if arguments.keep else None)
    return 0


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of the command."""
    parser = Parser("benchmarks.correction", "Compare correctors on text with slips.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("texts", nargs="*", help="more texts: files, folders or globs")
    parser.add_argument("--part", type=PART, default="test", help="part to type: test or valid")
    parser.add_argument("--documents", type=int, default=40, help="documents of each text to type")
    parser.add_argument("--seed", type=int, default=1, help="seed of the slips")
    parser.add_argument(
        "--lists", nargs="+", type=Path, default=[], metavar="FILE",
        help="lists of misspellings, with lines of wrong<TAB>right",
    )  # fmt: skip
    parser.add_argument(
        "--contenders", nargs="+", choices=CHOICES, default=list(CHOICES), metavar="NAME",
        help=f"any of {', '.join(CHOICES)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--mistakes", type=Path, help="file for every word that is wrong at the end"
    )
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    if arguments.documents < 1 or arguments.seed < 0:
        raise UserError("--documents must be at least 1, and --seed at least 0")
    check_kept(parser, arguments, "documents")
    return arguments


def typed_text(text: Text, segmentation: str, count: int, seed: int) -> TypedText:
    """Type the first `count` documents of a text, with slips and without."""
    documents, meant = text.documents[:count], intended()
    kind = f"{text.kind}, the first {len(documents):,} of {len(text.documents):,} documents"
    slipped, clean = (
        SlippingTypist(segmentation, rates, seed, meant).type_all(documents)
        for rates in (SLIPS, CLEAN)
    )
    words = {word for units in clean for unit in units for word in unit.words}
    return TypedText(text.name, kind, slipped, clean, seed, dictionary_words(words))


def text_tables(contenders: Contenders, text: TypedText, mistakes: Mistakes) -> list[Table]:
    """Correct a text with every contender."""
    measured = {}
    for name in contenders.names:
        with contenders.start(name) as corrector:
            measured[name] = measure(name, corrector, text, mistakes)
    return tables(text, measured)


def table_of_list(contenders: Contenders, misspellings: Misspellings) -> Table:
    """Correct a list of misspellings with every contender."""
    measured = {}
    for name in contenders.names_for_lists:
        with contenders.start(name) as corrector:
            measured[name] = measure_list(name, corrector, misspellings)
    return list_table(misspellings, measured)


def show_and_write(run: Run, found: list[Table], sentences: list[str], kept: Path | None) -> None:
    """Print the tables, and write them as Markdown to the run's folder and to `kept`."""
    for table in found:
        table.show()
    for sentence in sentences:
        say(sentence)
    paths = [run.folder / "correction.md", *([kept / f"correction-{run.name}.md"] if kept else [])]
    for path in paths:
        write_markdown(path, f"{run.name}: correction of slips", found, sentences)
    say(f"written to {' and '.join(map(str, paths))}")


if __name__ == "__main__":
    command(main)
