"""Compares the speed of the built-in network with LiteRT: `python -m benchmarks.runtimes`.

Both run the same `model.tflite` in the C library, alternately, on one thread: steps of the network
with and without logits, and the keys of held-out text. The resident memory is that of a C program
with an open model and a session after one call. A busy machine slows both down.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest import mock

import numpy as np

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import MEGABYTE, Cell, Table, write_markdown
from benchmarks.keyboard.suggesters import Suggester, elman_program
from export.keyboard.c_library import build, litert_folder
from export.keyboard.core import CKeyboard
from export.proof.arguments import add_export_arguments, chosen_export
from training.arguments import Parser
from training.common.display import say
from training.common.errors import command

ROUNDS, STEPS = 8, 1000
TEXT = (
    "hey how are you doing today. i am fine and i would like to go to the beach with my friends. "
    "what do you like to do in your free time? i like music and i play the guitar. that sounds "
    "like a lot of fun. do you have any pets? yes i have two cats and a dog. "
)
RUNTIMES = {"built in": False, "LiteRT": True}
KILOBYTE = 1000
EXAMPLES = """\
  python -m benchmarks.runtimes              the default run's model
  python -m benchmarks.runtimes --keep       and write benchmarks/results/runtimes-<run>.md
"""


@dataclasses.dataclass(frozen=True)
class Times:
    """Microseconds of each call of one runtime, and its memory in bytes."""

    step: list[float]
    state: list[float]
    key: list[float]
    resident: int


def main(argv: Sequence[str] | None) -> None:
    """Measure both and print the table."""
    parser = Parser("benchmarks.runtimes", "Time the built-in network and LiteRT.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    exported = chosen_export(arguments)
    with tempfile.TemporaryDirectory() as folder:
        times = measured(Path(folder), exported / "model.tflite")
        bytes_of_library = library_bytes(Path(folder, "without"))
    result = table(exported.name, times)
    result.show()
    notes = [
        f"The stripped shared library without LiteRT has {bytes_of_library / KILOBYTE:.0f} KB, "
        f"libLiteRt.so {(litert_folder() / 'libLiteRt.so').stat().st_size / MEGABYTE:.1f} MB.",
        f"{ROUNDS} rounds of {STEPS:,} steps of each kind and {len(TEXT)} keys, in turn, on one "
        "thread; most keys need no step.",
        made_by("benchmarks.runtimes", argv),
    ]
    for note in notes:
        say(note)
    if arguments.keep:
        path = RESULTS / f"runtimes-{exported.name}.md"
        write_markdown(path, f"{exported.name}: the built-in network and LiteRT", [result], notes)
        say(f"written to {path}")


def measured(
    folder: Path, model: Path, rounds: int = ROUNDS, steps: int = STEPS
) -> dict[str, Times]:
    """Time both runtimes alternately. Builds the library in `folder`."""
    program = elman_program(folder, litert=True)
    library = folder / "library" / "libelman-python.so"
    times = {
        name: Times([], [], [], resident(program, model, litert))
        for name, litert in RUNTIMES.items()
    }
    for _ in range(rounds):
        for name, litert in RUNTIMES.items():
            with CKeyboard(library, model, litert) as keyboard:
                keyboard.step_times(50)
                times[name].step.extend(microseconds(keyboard.step_times(steps)))
                times[name].state.extend(microseconds(keyboard.step_times(steps, False)))
                times[name].key.extend(microseconds(keyboard.key_times(TEXT)))
    return times


def resident(program: Path, model: Path, litert: bool) -> int:
    """The resident memory of a program with the model, in bytes."""
    with Suggester([program, model, *["litert"] * litert]) as suggester:
        suggester.ask(TEXT, "")
        return suggester.resident()


def microseconds(nanoseconds: Sequence[int]) -> list[float]:
    """Convert nanoseconds to microseconds."""
    return [each / 1000 for each in nanoseconds]


def library_bytes(folder: Path) -> int:
    """The size of the shared library without LiteRT and without symbols."""
    with mock.patch.dict(os.environ, {"CFLAGS": "-s"}):
        build(folder, litert=False)
    return (folder / "libelman.so").stat().st_size


def table(name: str, times: dict[str, Times]) -> Table:
    """The table, with a row for each figure and a column for each runtime."""
    calls: dict[str, Callable[[Times], list[float]]] = {
        "a step with logits": lambda each: each.step,
        "a step without": lambda each: each.state,
        "a key": lambda each: each.key,
    }
    rows = []
    for what, of in calls.items():
        for percent in (50, 95):
            figures = [np.percentile(of(each), percent) for each in times.values()]
            rows.append([Cell(f"{what}, p{percent}, µs"), *(Cell(f"{x:.1f}") for x in figures)])
    memory = [Cell(f"{each.resident / MEGABYTE:.1f}") for each in times.values()]
    rows.append([Cell("resident memory, MB"), *memory])
    return Table(f"Networks of {name} in the C library", ["", *times], rows)


if __name__ == "__main__":
    command(main)
