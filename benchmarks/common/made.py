"""The sentence under a table that names the command and the machine."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.tables import machine


def made_by(program: str, argv: Sequence[str] | None) -> str:
    """The sentence with the command and the machine on which it ran."""
    return f"Made by `{command_line(program, argv)}`, on {machine()}."


def command_line(program: str, argv: Sequence[str] | None) -> str:
    """`python -m program` with its arguments; None means the arguments of this process.

    Paths are shortened to their last part, since tables are published.
    """
    words = sys.argv[1:] if argv is None else argv
    return shlex.join(["python", "-m", program, *map(_without_folders, words)])


def _without_folders(word: str) -> str:
    option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    names = [_name_of(place) for place in _places(value)]
    return option + equals + (names[0] if len(names) == 1 else shlex.join(names))


def _places(value: str) -> list[str]:
    """The places in an argument, which can be several: `chats/:3 novel.txt`."""
    try:
        return [value] if Path(value).expanduser().exists() else shlex.split(value)
    except (OSError, RuntimeError, ValueError):
        return [value]


def _name_of(place: str) -> str:
    """The last part of a path, with the weight behind it."""
    path, _, weight = place.rpartition(":")
    return f"{Path(path).name}:{weight}" if path and weight.isdigit() else Path(place).name
