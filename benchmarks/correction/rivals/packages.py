"""Correctors from PyPI, each as a program in a separate environment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.environments import CACHE, separate_environment
from benchmarks.correction.correctors import Nothing, Reply, word_of
from benchmarks.correction.rivals.spell_checkers import ASKED
from benchmarks.correction.slips import Tap
from benchmarks.keyboard.line_program import LineProgram

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "packages_program.py"
NAMES = ("symspellpy", "pyspellchecker", "autocorrect")


def environment() -> Path:
    """The Python of the environment with the packages; `UserError` if it cannot be created."""
    return separate_environment(
        CACHE / "correctors", HERE / "requirements.txt", "correctors from PyPI"
    )


class Package(Nothing):
    """A corrector from PyPI, run by `python`. `UserError` if it fails."""

    def __init__(self, python: Path, name: str):
        self._program = LineProgram(name, [python, "-I", PROGRAM, name])
        self._known: dict[str, Reply] = {}
        try:
            self._program.line()
        except BaseException:
            self._program.close()
            raise

    def __exit__(self, *_: object) -> None:
        self._program.close()

    def correct(self, before: str, taps: Sequence[Tap]) -> Reply:
        """Ask the package; repeated words are not asked again."""
        del before
        word = word_of(taps)
        if word not in self._known:
            self._known[word] = self._ask(word)
        return self._known[word]

    def _ask(self, word: str) -> Reply:
        if not ASKED.fullmatch(word):
            return Reply(word, [word])
        self._program.send(word)
        taken, replacement, candidates = json.loads(self._program.line())
        return Reply(replacement, candidates, nanoseconds=float(taken))
