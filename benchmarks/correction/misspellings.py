"""Makes a list of real misspellings: `python -m benchmarks.correction.misspellings FILE`.

The misspellings are entries of codespell's dictionary, drawn at random, which have one correction,
a single word of letters and apostrophes that the model knows. Half of all entries, by the
digest of the misspelling, are kept for fitting (`--half fitting`), the others for tests.
"""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from benchmarks.correction.rivals.packages import environment
from benchmarks.correction.rivals.spell_checkers import ASKED
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import say
from training.common.errors import UserError, command
from training.common.files import write_text
from training.network.run import Run
from training.text.rules import fold

EXAMPLES = """\
  python -m benchmarks.correction.misspellings list.txt
  python -m benchmarks.correction.misspellings list.txt --misspellings 500 --seed 2
"""
HALVES = ("fitting", "test")
LOCATION = "import codespell_lib, pathlib; print(pathlib.Path(codespell_lib.__file__).parent)"


def main(argv: Sequence[str] | None) -> None:
    """Write a list."""
    parser = Parser("benchmarks.correction.misspellings", "Make a list of misspellings.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("file", type=Path, help="the list to write")
    parser.add_argument("--misspellings", type=int, default=5_000, help="how many misspellings")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw")
    parser.add_argument("--half", choices=HALVES, default="test", help="half of the dictionary")
    arguments = parser.parse_args(argv)
    if arguments.misspellings < 1:
        raise UserError("--misspellings must be at least 1")
    run = chosen_run(arguments).required()
    pairs = usable(dictionary(), known_words(run), arguments.half)
    drawn = random.Random(arguments.seed).sample(pairs, min(arguments.misspellings, len(pairs)))
    write_text(arguments.file, "".join(f"{wrong}\t{right}\n" for wrong, right in drawn))
    say(f"{len(drawn):,} of {len(pairs):,} misspellings written to {arguments.file}")


def known_words(run: Run) -> set[str]:
    """The words of the vocabulary and the tail words, case-folded."""
    return {fold(word) for word in (*run.vocabulary.entries, *(word for word, _ in run.tail.words))}


def dictionary() -> str:
    """The text of codespell's dictionary; `UserError` if it cannot be installed."""
    found = subprocess.run([environment(), "-c", LOCATION], capture_output=True, text=True)
    if found.returncode:
        raise UserError("codespell cannot be imported; delete cache/correctors and try again")
    path = Path(found.stdout.strip(), "data", "dictionary.txt")
    return path.read_text(encoding="utf-8")


def entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield the entries with one correction and no remark, such as `teh->the`."""
    for line in text.splitlines():
        wrong, arrow, right = line.partition("->")
        if arrow and right and "," not in right:
            yield wrong, right


def first_corrections(text: str) -> Iterator[tuple[str, str]]:
    """Yield every entry with its first correction; remarks follow the last comma."""
    for line in text.splitlines():
        wrong, arrow, rights = line.partition("->")
        if arrow and rights.split(",")[0].strip():
            yield wrong, rights.split(",")[0].strip()


def intended() -> dict[str, str]:
    """The misspellings of the dictionary, case-folded, and what their writers mean.

    This is the first correction of those with several, such as `alot->a lot, allot,`.
    """
    pairs = [(fold(wrong), right) for wrong, right in first_corrections(dictionary())]
    return {wrong: right for wrong, right in pairs if fold(right).replace("'", "") != wrong}


def half_of(wrong: str) -> str:
    """The half of the dictionary that an entry belongs to."""
    return HALVES[hashlib.sha256(wrong.encode()).digest()[0] % 2]


def usable(text: str, known: Container[str], half: str) -> list[tuple[str, str]]:
    """The entries of a half whose correction is known, and whose misspelling is not."""
    return [
        (wrong, right)
        for wrong, right in entries(text)
        if ASKED.fullmatch(wrong)
        and ASKED.fullmatch(right)
        and fold(right) in known
        and fold(wrong) not in known
        and half_of(wrong) == half
    ]


if __name__ == "__main__":
    command(main)
