"""Compares keyboards that learn from their user: `python -m benchmarks.learning WRITERS.jsonl`."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.kept import RESULTS, check_kept
from benchmarks.common.made import made_by
from benchmarks.common.tables import Table, write_markdown
from benchmarks.comparison.texts import held_out
from benchmarks.learning.opening import NAMES, Contenders, Opening
from benchmarks.learning.replay import Replay
from benchmarks.learning.results import Results
from benchmarks.learning.tables import draw, tables_of
from benchmarks.learning.writers import Writer, conversations, limited, read_writers
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.common.options import PART
from training.data.prepare import Prepared, open_prepared
from training.network.run import Run

EXAMPLES = """\
  python -m benchmarks.learning writers.jsonl               all contenders
  python -m benchmarks.learning writers.jsonl --words 250   only the start of each writer
  python -m benchmarks.learning --part test                 the conversations of the test part
  python -m benchmarks.learning writers.jsonl --contenders network learning
  python -m benchmarks.learning writers.jsonl --overlooked 0.5   writers see every other suggestion
  python -m benchmarks.learning writers.jsonl --keep        also write benchmarks/results
"""
PROGRAM = "benchmarks.learning"


def main(argv: Sequence[str] | None) -> int:
    """Type the messages of every writer with each contender; print and save the results."""
    arguments = parsed(argv)
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    name, writers = chosen_writers(arguments, prepared)
    with tempfile.TemporaryDirectory(prefix="elman-learning-") as folder:
        contenders = Contenders(run, arguments, prepared, Path(folder))
        openings = {NAMES[each]: contenders.prepare(each) for each in chosen_names(arguments)}
        results = {
            contender: replayed(
                f"{contender} on {name}", opening, writers, prepared, arguments.overlooked
            )
            for contender, opening in openings.items()
        }
    kept = RESULTS if arguments.keep else None
    show_and_write(run, name, results, title_of(name, writers), kept, made_by(PROGRAM, argv))
    return 0


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of the command."""
    parser = Parser(PROGRAM, "Compare keyboards that learn from their user.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument(
        "writers", nargs="?", type=Path,
        help='messages in their order, one a line: {"writer": 3, "text": "see you at 5"}',
    )  # fmt: skip
    parser.add_argument("--part", type=PART, help="type this part of the corpus: test or valid")
    parser.add_argument(
        "--together", action="store_true", help="one profile for all conversations of the corpus"
    )
    parser.add_argument(
        "--contenders", nargs="+", choices=NAMES, default=list(NAMES), metavar="NAME",
        help=f"any of {', '.join(NAMES)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--words", type=int, help="about how many words of each writer to type (default: all)"
    )
    parser.add_argument(
        "--overlooked", type=float, default=0.0, metavar="SHARE",
        help="share of suggestions that writers overlook, from 0 (default) to 1",
    )  # fmt: skip
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    check(arguments)
    check_kept(parser, arguments, "words")
    return arguments


def check(arguments: argparse.Namespace) -> None:
    """Raise `UserError` if arguments contradict each other."""
    if (arguments.writers is None) == (arguments.part is None):
        raise UserError("give either a file of writers, or --part test or --part valid")
    if arguments.together and arguments.part is None:
        raise UserError("--together needs --part test or --part valid")
    if arguments.words is not None and arguments.words < 1:
        raise UserError("--words must be at least 1")
    if not 0 <= arguments.overlooked <= 1:
        raise UserError("--overlooked must be from 0 to 1")


def chosen_names(arguments: argparse.Namespace) -> list[str]:
    """The contenders, each once, in the order of `NAMES`."""
    return [name for name in NAMES if name in arguments.contenders]


def chosen_writers(arguments: argparse.Namespace, prepared: Prepared) -> tuple[str, list[Writer]]:
    """The name of the text, and its writers.

    Raises:
        UserError: If the file is not one of writers, or the part has no text.
    """
    if arguments.writers is None:
        text = held_out(prepared, arguments.part)
        name = f"{text.name}-{arguments.part}" + "-together" * arguments.together
        writers = conversations(text.documents, prepared.segmentation, arguments.together)
    else:
        name = arguments.writers.stem
        writers = read_writers(arguments.writers, prepared.segmentation)
    if arguments.words is not None:
        writers = [limited(writer, arguments.words) for writer in writers]
    if arguments.overlooked:
        name += f"-overlooked-{arguments.overlooked:g}"
    return name, writers


def replayed(
    name: str, opening: Opening, writers: list[Writer], prepared: Prepared, overlooked: float
) -> Results:
    """Type everything with a contender, and close it."""
    total = sum(writer.words for writer in writers)
    with (
        contextlib.closing(opening()) as contender,
        ProgressDisplay(name, total, "words") as display,
    ):
        replay = Replay(contender, prepared.vocabulary, overlooked)
        for done in replay.type_all(writers):
            display.update(done)
    return Results(replay.replayed)


def title_of(name: str, writers: list[Writer]) -> str:
    """The title of the first table."""
    words = sum(writer.words for writer in writers)
    messages = sum(len(field) for writer in writers for field in writer.fields)
    people = "1 writer" if len(writers) == 1 else f"{len(writers):,} writers"
    return f"{name}: {people}, {messages:,} messages, {words:,} words"


def show_and_write(
    run: Run, name: str, results: dict[str, Results], title: str, kept: Path | None, made: str
) -> None:
    """Print the tables; write them as Markdown, and the plot, to the run's folder and to `kept`."""
    tables: list[Table] = tables_of(title, results, NAMES["network"])
    sentences = [*explanation(), made]
    for table in tables:
        table.show()
    for sentence in sentences:
        say(sentence)
    paths = [folder / f"learning-{run.name}-{name}" for folder in (run.folder, kept) if folder]
    for path in paths:
        write_markdown(
            path.with_name(f"{path.name}.md"), f"{run.name}: learning", tables, sentences
        )
        draw(results, path.with_name(f"{path.name}.png"), title)
    say(f"written to {' and '.join(map(str, paths))}.md and .png")


def explanation() -> list[str]:
    """Sentences that explain the figures."""
    return [
        "Every contender suggests three words before each key, and is told each message after it "
        "was typed. Each writer starts with an empty profile.",
        "Saved: 1 - keys / characters, as defined in training/measure/keystrokes.py. Words only: "
        "the same without punctuation and Enter, where a capital costs no extra key. A word is "
        "taken as soon as it is suggested, and keyboards that learn may use this. Gain: the "
        "percentage points of keys saved more than by the network alone.",
        "Perplexity is per word, and includes the spelling of words outside the vocabulary. "
        "Presage and typing-booster have no probabilities that can be compared.",
        "The network and the modified Kneser-Ney 5-gram of its training tokens run in the same C "
        "library, with the same counts and mixing. `vocabulary only` leaves out the tail words.",
        "Presage 0.9.1 from Debian: smoothed n-grams of the training text, counted with rare words "
        "included, those of the user, and recent words, with its default weights. It never repeats "
        "a suggestion that was not taken. Apostrophes are disguised as letters.",
        "typing-booster: the database of Debian's ibus-typing-booster with the Hunspell dictionary "
        "for American English. It has no n-grams of the training text, and does not correct.",
        "Uncertainty: 95% intervals from 1,000 resamplings of whole writers (of messages or "
        "conversations, if there are fewer than 10 writers), the same for all contenders; ± is "
        "half the width.",
    ]


if __name__ == "__main__":
    command(main)
