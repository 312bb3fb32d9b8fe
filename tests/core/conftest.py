"""Fixtures: the C library, built with and without sanitizers, and a tiny model to run in it."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from export.keyboard.c_library import CORE, CKeyboard, build, litert_folder
from export.keyboard.keyboard import Keyboard
from tests.conftest import Once
from training.text.vocabulary import Vocabulary

PROGRAM = Path(__file__).with_name("native") / "library_test.c"
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pthread")
WRAPPED = ["malloc", "calloc", "realloc", "LiteRtGetAcceleratorVersion"]
WRAPPED += ["LiteRtCreateModelFromBuffer", "LiteRtRunCompiledModel"]
SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@pytest.fixture(scope="session", params=["plain", "sanitized"])
def built(request: pytest.FixtureRequest, once: Once) -> Path:
    """The folder of a build made by the Makefile, with the compiled checks."""
    sanitize = request.param == "sanitized"

    def make(folder: Path) -> None:
        build(folder, sanitize=sanitize, strict=True)
        compile_checks(folder, SANITIZED if sanitize else ["-O2"])

    return once(request.param, make)


def compile_checks(folder: Path, flags: Sequence[str]) -> None:
    """Compile `native/library_test.c` against the library in `folder`."""
    litert = litert_folder()
    wrapped = [f"-Wl,--wrap={name}" for name in WRAPPED]
    command = ["gcc", *STRICT, *flags, *wrapped, f"-I{CORE}", PROGRAM, folder / "libelman.a"]
    command += [f"-L{litert}", f"-Wl,-rpath,{litert}", "-lLiteRt", "-lm"]
    command += ["-o", folder / "library_test"]
    compiled = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stderr


@pytest.fixture
def c_keyboard(built: Path, exported: Path) -> Iterator[CKeyboard]:
    """A new process of the library with the tiny model. A sanitizer report fails the test."""
    keyboard = CKeyboard(built / "driver", exported / "model.tflite")
    yield keyboard
    assert keyboard.close() == 0


@pytest.fixture
def keyboard(exported: Path) -> Keyboard:
    """The same keyboard in Python."""
    return Keyboard.open(exported / "model.tflite")


@pytest.fixture(scope="session")
def vocabulary(exported: Path) -> Vocabulary:
    return Vocabulary.load(exported / "vocabulary.txt", "message")


@pytest.fixture(scope="session")
def checked(built: Path) -> Callable[..., str]:
    """A function that runs a check of `native/library_test.c` and returns its output."""

    def run(check: str, model: Path, *arguments: object) -> str:
        words = [str(built / "library_test"), check, str(model), *map(str, arguments)]
        ran = subprocess.run(words, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return run
