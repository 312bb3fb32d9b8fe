"""Measures what the keyboard library adds to an app: `python -m benchmarks.footprint`.

The size is that of the stripped shared library without LiteRT. The resident memory is that of a C
program that opens the model, suggests, corrects, and learns the words of the vocabulary, which are
more than a profile holds.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import MEGABYTE, Cell, Table, write_markdown
from benchmarks.keyboard.suggesters import compiled_alone
from benchmarks.runtimes import library_bytes
from export.keyboard.c_library import CORE
from export.proof.arguments import add_export_arguments, chosen_export
from export.proof.exported import Exported
from training.arguments import Parser
from training.common.display import say
from training.common.errors import UserError, command

WORDS_AT_ONCE = 20
STAGES = {
    "model": "resident memory: an open model and a session",
    "suggestions": "and suggestions",
    "corrections": "and corrections",
    "profile": "and a full profile",
}
EXAMPLES = """\
  python -m benchmarks.footprint             the default run's model
  python -m benchmarks.footprint --keep      and write benchmarks/results/footprint-<run>.md
"""


def main(argv: Sequence[str] | None) -> None:
    """Measure and print the table."""
    parser = Parser("benchmarks.footprint", "Measure size and memory of the library.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    exported = chosen_export(arguments)
    model = Exported(exported).bytes_of("model.tflite")
    with tempfile.TemporaryDirectory() as folder:
        library = library_bytes(Path(folder))
        memory = resident(Path(folder), exported)
    result = table(exported.name, library, len(model), memory)
    result.show()
    notes = [
        "Memory is counted from that of the same program before it opened the model.",
        made_by("benchmarks.footprint", argv),
    ]
    for note in notes:
        say(note)
    if arguments.keep:
        path = RESULTS / f"footprint-{exported.name}.md"
        write_markdown(path, f"{exported.name}: what the library adds to an app", [result], notes)
        say(f"written to {path}")


def texts(exported: Path) -> list[str]:
    """The words of the vocabulary as messages."""
    words = Exported(exported).bytes_of("vocabulary.txt").decode("utf-8").split()
    return [" ".join(words[n : n + WORDS_AT_ONCE]) for n in range(0, len(words), WORDS_AT_ONCE)]


def resident(folder: Path, exported: Path) -> dict[str, int]:
    """Bytes of resident memory after each of `STAGES`; needs `libelman.a` in `folder`."""
    options = f"-I{CORE}", folder / "libelman.a", "-lm"
    program = compiled_alone("footprint.c", folder / "footprint", *options)
    command = [program, exported / "model.tflite", *texts(exported)]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise UserError(ran.stderr.strip())
    measured = dict(line.split("\t") for line in ran.stdout.splitlines())
    return {stage: int(measured[stage]) - int(measured["nothing"]) for stage in STAGES}


def table(name: str, library: int, model: int, memory: dict[str, int]) -> Table:
    """The table in megabytes."""
    figures = {"shared library, stripped": library, "model.tflite": model}
    figures |= {STAGES[stage]: size for stage, size in memory.items()}
    rows = [[Cell(what), Cell(f"{size / MEGABYTE:.2f}")] for what, size in figures.items()]
    return Table(f"What the library with {name} adds to an app", ["", "MB"], rows)


if __name__ == "__main__":
    command(main)
