"""Aspell and Hunspell, as Debian packages them, through the protocol of Ispell.

A word that is not in the dictionary is replaced by the first suggestion.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.correction.correctors import CANDIDATES, Nothing, Reply, word_of
from benchmarks.correction.slips import Tap
from benchmarks.keyboard.line_program import LineProgram
from benchmarks.ngrams.debian import install
from training.common.errors import UserError, command
from training.common.options import Parser

PACKAGES = {
    "aspell": ("aspell", "aspell-en"),
    "hunspell": ("hunspell", "hunspell-en-us"),
}
COMMANDS = {
    "aspell": ("aspell", "-a", "--lang=en_US", "--encoding=utf-8"),
    "hunspell": ("hunspell", "-a", "-i", "utf-8", "-d", "en_US"),
}
DICTIONARIES = {
    "aspell": Path("/usr/lib/aspell/en_US.multi"),
    "hunspell": Path("/usr/share/hunspell/en_US.dic"),
}
ASKED = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
"""Words of letters and apostrophes; the programs would split any other."""


def require() -> None:
    """Install Aspell and Hunspell from Debian if they are missing; `UserError` if that fails."""
    missing = [
        name for name in PACKAGES if not (shutil.which(name) and DICTIONARIES[name].exists())
    ]
    if missing:
        packages = [package for name in missing for package in PACKAGES[name]]
        names = " and ".join(name.capitalize() for name in missing)
        install(names, packages, f"{names} with an American dictionary not installed")


class SpellChecker(Nothing):
    """Aspell or Hunspell, named by `name`. `UserError` if the program fails."""

    def __init__(self, name: str):
        self._program = LineProgram(name, COMMANDS[name])
        greeting = self._program.line()
        if not greeting.startswith("@(#)"):
            self._program.close()
            raise UserError(f"{name} greets with {greeting!r}, not in Ispell's way")
        self._known: dict[str, Reply] = {}

    def __exit__(self, *_: object) -> None:
        self._program.close()

    def correct(self, before: str, taps: Sequence[Tap]) -> Reply:
        """Replace a word that is not in the dictionary; repeated words are not asked again."""
        del before
        word = word_of(taps)
        if word not in self._known:
            self._known[word] = self._ask(word)
        return self._known[word]

    def _ask(self, word: str) -> Reply:
        if not ASKED.fullmatch(word):
            return Reply(word, [word])
        begun = time.perf_counter_ns()
        # A circumflex says that the line is text and not a command.
        self._program.send(f"^{word}")
        answer = self._program.line()
        taken = time.perf_counter_ns() - begun
        suggestions = suggestions_in(answer)
        while answer:
            answer = self._program.line()
        candidates = suggestions or [word]
        return Reply(candidates[0], candidates[:CANDIDATES], nanoseconds=taken)


def suggestions_in(answer: str) -> list[str]:
    """The suggestions in a line of Ispell's protocol; none if the word is right or hopeless."""
    if not answer.startswith("&"):
        return []
    return [word.strip() for word in answer.partition(":")[2].split(",")]


def main(argv: Sequence[str] | None) -> None:
    """Install the programs if they are missing."""
    program = "benchmarks.correction.rivals.spell_checkers"
    description = "Install Aspell and Hunspell from Debian."
    Parser(program, description, f"  python -m {program}").parse_args(argv)
    require()


if __name__ == "__main__":
    command(main)
