"""Suggesters as programs: a keyboard library driven by `native/keys.c`, one call per key."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.keyboard.line_program import LineProgram
from export.keyboard.c_library import CORE, build, litert_folder
from training.common.errors import UserError

NATIVE = Path(__file__).with_name("native")
STRICT = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
MOST_WORDS = 5
"""The number of words requested, the largest number of suggestions measured."""


@dataclass(frozen=True)
class Answer:
    """Suggested words, the most likely first, and wall-clock and CPU time in nanoseconds."""

    words: list[str]
    wall: float
    processor: float


def compiled(source: str, program: Path, *options: str | Path) -> Path:
    """Compile `keys.c` with a suggester's source; `UserError` if that fails."""
    return compiled_alone(source, program, f"-I{NATIVE}", NATIVE / "keys.c", *options)


def compiled_alone(source: str, program: Path, *options: str | Path) -> Path:
    """Compile a source in `native/`; `UserError` if that fails."""
    command = [os.environ.get("CC", "gcc"), *STRICT, NATIVE / source, *options, "-o", program]
    try:
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    except FileNotFoundError:
        raise UserError(f"{command[0]} is not installed; install gcc and libc6-dev") from None
    if result.returncode:
        raise UserError(f"{source} cannot be built: {result.stderr.strip()[-500:]}")
    return program


def elman_program(folder: Path, litert: bool = False) -> Path:
    """Build the C library and link it into a program in `folder`."""
    build(folder / "library", litert=litert)
    options: list[str | Path] = [f"-I{CORE}", folder / "library" / "libelman.a"]
    if litert:
        place = litert_folder()
        options += ["-DELMAN_WITH_LITERT", f"-L{place}", f"-Wl,-rpath,{place}", "-lLiteRt"]
    return compiled("elman_keys.c", folder / "elman_keys", *options, "-lm")


def unchanged(text: str) -> str:
    """Return the text unchanged."""
    return text


class Suggester(LineProgram):
    """A suggester that runs as a program.

    Args:
        command: The program and its arguments. A program that ends with `.py` runs in `python`.
        spelled: Converts text for the program.
        read: Converts words from the program.
        environment: Its environment variables (default: those of this process).
        python: The Python for it (default: this one).

    Raises:
        UserError: If the program fails.
    """

    def __init__(
        self,
        command: list[str | Path],
        spelled: Callable[[str], str] = unchanged,
        read: Callable[[str], str] = unchanged,
        environment: Mapping[str, str] | None = None,
        python: str | Path = sys.executable,
    ):
        self._spelled, self._read = spelled, read
        program, *arguments = command
        name = Path(program).name
        interpreter = [python] if name.endswith(".py") else []
        super().__init__(name, [*interpreter, program, str(MOST_WORDS), *arguments], environment)
        try:
            self.line()
        except UserError:
            self.close()
            raise

    def ask(self, context: str, prefix: str) -> Answer:
        """Suggest words that start with `prefix` after `context`, which ends before the word."""
        return self.request(context, prefix)

    def teach(self, text: str) -> Answer:
        """Learn from a finished text."""
        return self.request(text)

    def request(self, *texts: str) -> Answer:
        """Send texts, and return the answer. `native/keys.c` describes the requests."""
        self.send(" ".join(self._spelled(text).encode().hex() or "-" for text in texts))
        wall, processor, *found = self.line().split("\t")
        return Answer([self._read(word) for word in found], float(wall), float(processor))
