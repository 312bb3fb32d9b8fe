"""The database of ibus-typing-booster, a keyboard of Linux desktops that learns.

Debian packages it. The package is unpacked, not installed. The database counts words with the two
words before them, and completes words from a Hunspell dictionary that were never typed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.environments import CACHE
from benchmarks.keyboard.suggesters import Suggester
from benchmarks.ngrams.debian import unpacked
from training.common.errors import command
from training.common.options import Parser

PACKAGES = ("ibus-typing-booster", "hunspell-en-us")
ENGINE = Path("usr/share/ibus-typing-booster/engine")
DICTIONARIES = Path("usr/share/hunspell")
PROGRAM = Path(__file__).with_name("booster_program.py")


def require(cache: Path) -> Path:
    """The folder of the unpacked packages, downloaded on first use; `UserError` if that fails."""
    return unpacked(PACKAGES, cache / "typing-booster")


class Booster(Suggester):
    """The running program."""

    def begin(self) -> None:
        """Start with a new user. Faster than starting the program again."""
        self.request()


def suggester(packages: Path, home: Path) -> Booster:
    """Start the program with an empty database. It may write to `home`."""
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home)}
    environment["DICPATH"] = str((packages / DICTIONARIES).resolve())
    return Booster([PROGRAM, (packages / ENGINE).resolve()], environment=environment)


def main(argv: Sequence[str] | None) -> None:
    """Download the packages if they are missing."""
    program = "benchmarks.learning.typing_booster"
    description = "Download ibus-typing-booster from Debian."
    Parser(program, description, f"  python -m {program}").parse_args(argv)
    require(CACHE)


if __name__ == "__main__":
    command(main)
