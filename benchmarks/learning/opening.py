"""Opens the contenders by name."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path

from benchmarks.common.environments import CACHE
from benchmarks.comparison.contenders import export_of
from benchmarks.keyboard import presage
from benchmarks.keyboard.__main__ import corpus_of
from benchmarks.keyboard.suggesters import Suggester
from benchmarks.learning import typing_booster
from benchmarks.learning.contenders import (
    BoosterContender,
    KeyboardContender,
    NgramNetwork,
    ProgramContender,
)
from benchmarks.ngrams.kenlm import estimated
from benchmarks.ngrams.kenlm_build import programs
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.proof.runtimes import step_model
from training.data.prepare import Prepared
from training.measure.evaluation import Model
from training.network.run import Run

NAMES = {
    "network": "network",
    "vocabulary": "network, vocabulary only",
    "learning": "network, learning",
    "ngram": "5-gram",
    "ngram-learning": "5-gram, learning",
    "presage": "Presage, learning",
    "typing-booster": "typing-booster, learning",
}
"""The contenders: their names as arguments and in tables."""
ORDER = 5

Contender = KeyboardContender | ProgramContender
Opening = Callable[[], Contender]


class Contenders:
    """Prepares contenders, and opens them later, one at a time.

    Args:
        run: The trained run.
        arguments: Those of the command, with the folder of exports and the corpus.
        prepared: The text on which the run was trained.
        folder: A folder for temporary files.

    Raises:
        UserError: If the export is missing or stale. All methods can raise it.
    """

    def __init__(self, run: Run, arguments: argparse.Namespace, prepared: Prepared, folder: Path):
        self._run, self._corpus, self._folder = run, arguments.corpus, folder
        self._prepared = prepared
        self._model = folder / "model.tflite"
        exported = export_of(run, arguments.exports / run.name)
        self._model.write_bytes(exported.tflite(self._model.name).data)
        self._users = itertools.count()

    def prepare(self, name: str) -> Opening:
        """Install or build what a contender needs, and return a function that opens it."""
        learns = name in ("learning", "ngram-learning")
        if name == "presage":
            return partial(ProgramContender, partial(self._presage, self._presage_ngrams()))
        if name == "typing-booster":
            packages = typing_booster.require(CACHE)
            return partial(BoosterContender, partial(self._booster, packages))
        if name.startswith("ngram"):
            programs()
            return partial(self._keyboard, self._ngram, learns)
        opened = self._vocabulary_only if name == "vocabulary" else self._packed
        return partial(self._keyboard, opened, learns)

    @cached_property
    def _library(self) -> Path:
        return build()

    def _keyboard(self, opened: Callable[[], CKeyboard], learns: bool) -> KeyboardContender:
        return KeyboardContender(opened(), self._library, learns)

    def _packed(self) -> CKeyboard:
        return CKeyboard(self._library, self._model)

    def _vocabulary_only(self) -> CKeyboard:
        """The network without the tail words in its file."""
        return self._of(step_model(self._model.read_bytes()))

    def _ngram(self) -> CKeyboard:
        return self._of(self._ngram_network)

    def _of(self, model: Model) -> CKeyboard:
        return CKeyboard.of_network(self._library, model, self._prepared.vocabulary)

    @cached_property
    def _ngram_network(self) -> NgramNetwork:
        files = estimated(self._prepared, ORDER, programs())
        return NgramNetwork(files.model(len(self._prepared.vocabulary)))

    def _presage_ngrams(self) -> Path:
        corpus = corpus_of(self._run, self._corpus)
        presage.require()
        return presage.database(corpus, CACHE, helped=True)

    @cached_property
    def _presage_program(self) -> Path:
        return presage.program_in(self._folder)

    def _presage(self, ngrams: Path) -> Suggester:
        learned = self._new_folder() / "learned.db"
        return presage.suggester(
            ngrams, self._folder, helped=True, program=self._presage_program, learned=learned
        )

    def _booster(self, packages: Path) -> Suggester:
        return typing_booster.suggester(packages, self._new_folder())

    def _new_folder(self) -> Path:
        """A folder for the files of one user."""
        folder = self._folder / f"user-{next(self._users)}"
        folder.mkdir()
        return folder
