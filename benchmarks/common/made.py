"""With what command a table was made, for the sentence under it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.tables import machine


def made_by(program: str, argv: Sequence[str] | None) -> str:
    """The sentence under a table: the command, and the machine that it ran on."""
    return f"Made by `{command_line(program, argv)}`, on {machine()}."


def command_line(program: str, argv: Sequence[str] | None) -> str:
    """`python -m program` with the arguments as given; None stands for those of this process.

    Of paths only the last part is told: tables are published, and folders are the user's own.
    """
    words = sys.argv[1:] if argv is None else argv
    return shlex.join(["python", "-m", program, *map(_without_folders, words)])


def _without_folders(word: str) -> str:
    option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    return option + equals + Path(value).name
