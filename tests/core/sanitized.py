"""A process that runs the C library with sanitizers, which have to be loaded before Python."""

import multiprocessing
import os
import subprocess
from functools import cache
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any
from unittest import mock

from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from training.measure.evaluation import Model
from training.text.vocabulary import Vocabulary

# Python does not free everything at its end. `native/library_test.c` looks for leaks.
OPTIONS = {"ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc"}


class Opener:
    """Opens keyboards and profiles. Errors cross processes in methods, not in constructors."""

    def open(self, library: Path, model: Path, litert: bool) -> CKeyboard:
        """A keyboard with a packed file."""
        return CKeyboard(library, model, litert)

    def of_network(
        self, library: Path, network: Model, vocabulary: Vocabulary, tail: bytes
    ) -> CKeyboard:
        """A keyboard with a network in Python."""
        return CKeyboard.of_network(library, network, vocabulary, tail)

    def profile(self, library: Path, source: Path | bytes | None) -> Profile:
        """A profile from a file or bytes."""
        return Profile(library, source)


class Manager(BaseManager):
    """Creates an opener in its process, and returns proxies of what it opens."""

    opener: Any


OPENED = {"open": "keyboard", "of_network": "keyboard", "profile": "profile"}
for kind in set(OPENED.values()):
    Manager.register(kind, create_method=False)
Manager.register("opener", Opener, method_to_typeid=OPENED)


@cache
def process() -> Any:
    """The opener in that process. A report of a sanitizer ends it, and every later call fails."""
    command = ["gcc", "-print-file-name=libasan.so"]
    library = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    manager = Manager(ctx=multiprocessing.get_context("spawn"))
    with mock.patch.dict(os.environ, {**OPTIONS, "LD_PRELOAD": library}):
        manager.start()
    return manager.opener()
