"""A process that runs the C library with sanitizers, which have to be loaded before Python."""

import multiprocessing
import os
import subprocess
from functools import cache
from multiprocessing.managers import BaseManager
from typing import Any
from unittest import mock

from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile

# Python does not free everything at its end. `native/library_test.c` looks for leaks.
OPTIONS = {"ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc"}


class Manager(BaseManager):
    """Creates keyboards and profiles in its process, and returns proxies of them."""

    open: Any
    of_network: Any
    profile: Any


Manager.register("open", CKeyboard)
Manager.register("of_network", CKeyboard.of_network)
Manager.register("profile", Profile)


@cache
def process() -> Manager:
    """The process. A report of a sanitizer ends it, and every later call fails."""
    command = ["gcc", "-print-file-name=libasan.so"]
    library = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    manager = Manager(ctx=multiprocessing.get_context("spawn"))
    with mock.patch.dict(os.environ, {**OPTIONS, "LD_PRELOAD": library}):
        manager.start()
    return manager
