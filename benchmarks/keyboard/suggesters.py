"""Suggesters as programs: a keyboard's library behind `native/keys.c`, asked key by key."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from export.keyboard.c_library import CORE, build
from export.keyboard.line_program import LineProgram
from training.common.errors import UserError

NATIVE = Path(__file__).with_name("native")
STRICT = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
MOST_WORDS = 5
"""Words that are asked for: as many as the largest strip shows."""


@dataclass(frozen=True)
class Answer:
    """What stands above the keys, the likeliest first, and what it took, in nanoseconds."""

    words: list[str]
    wall: float
    processor: float


def compiled(source: str, program: Path, *options: str | Path) -> Path:
    """Compile `keys.c` with a suggester's source; `UserError` where that fails."""
    command = [os.environ.get("CC", "gcc"), *STRICT, f"-I{NATIVE}", NATIVE / "keys.c"]
    command += [NATIVE / source, *options, "-o", program]
    try:
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    except FileNotFoundError:
        raise UserError(f"there is no {command[0]}; install gcc and libc6-dev") from None
    if result.returncode:
        raise UserError(f"{source} does not build: {result.stderr.strip()[-500:]}")
    return program


def elman_program(folder: Path) -> Path:
    """The C library, built and linked into a program in `folder`."""
    build(folder / "library", litert=False)
    library = [f"-I{CORE}", folder / "library" / "libelman.a", "-lm"]
    return compiled("elman_keys.c", folder / "elman_keys", *library)


def unchanged(text: str) -> str:
    """A text as it is."""
    return text


class Suggester(LineProgram):
    """A suggester that runs as a program.

    `spelled` is applied to what is sent, and `read` to the words that come back, for a library
    that wants something written in its own way. Raises `UserError` where the program fails.
    """

    def __init__(
        self,
        command: list[str | Path],
        spelled: Callable[[str], str] = unchanged,
        read: Callable[[str], str] = unchanged,
    ):
        self._spelled, self._read = spelled, read
        program, *arguments = command
        super().__init__(Path(program).name, [program, str(MOST_WORDS), *arguments])
        try:
            self.line()
        except UserError:
            self.close()
            raise

    def ask(self, context: str, prefix: str) -> Answer:
        """What is suggested where `context`, which ends before a word, goes on with `prefix`."""
        self.send(" ".join(self._spelled(text).encode().hex() or "-" for text in (context, prefix)))
        wall, processor, *found = self.line().split("\t")
        return Answer([self._read(word) for word in found], float(wall), float(processor))
