"""The C library, built once plainly and once with sanitizers, and the tiny model to try it on."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from export.c_library import MOBILE, CKeyboard, build, litert_folder
from export.keyboard import Keyboard
from training.vocabulary import Vocabulary

PROGRAM = Path(__file__).with_name("native") / "library_test.c"
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pthread")
WRAPPED = ["malloc", "calloc", "realloc", "LiteRtGetAcceleratorVersion"]
WRAPPED += ["LiteRtCreateModelFromBuffer", "LiteRtRunCompiledModel"]
SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@pytest.fixture(scope="session", params=["plain", "sanitized"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build, by the Makefile."""
    folder = tmp_path_factory.mktemp(request.param)
    build(folder, sanitize=request.param == "sanitized", strict=True)
    (folder / "flags").write_text(" ".join(SANITIZED if request.param == "sanitized" else ["-O2"]))
    return folder


@pytest.fixture
def c_keyboard(built: Path, exported: Path) -> Iterator[CKeyboard]:
    """A fresh process of the library with the tiny model; a sanitizer's report fails the test."""
    keyboard = CKeyboard(built / "driver", exported / "model.tflite")
    yield keyboard
    assert keyboard.close() == 0


@pytest.fixture
def keyboard(exported: Path) -> Keyboard:
    """Its twin."""
    return Keyboard.open(exported / "model.tflite")


@pytest.fixture(scope="session")
def vocabulary(exported: Path) -> Vocabulary:
    return Vocabulary.load(exported / "vocabulary.txt", "message")


@pytest.fixture(scope="session")
def checked(built: Path) -> Callable[..., str]:
    """Runs a check of `native/library_test.c` and gives what it printed."""
    program, litert = built / "library_test", litert_folder()
    flags = (built / "flags").read_text().split()
    wrapped = [f"-Wl,--wrap={name}" for name in WRAPPED]
    command = ["gcc", *STRICT, *flags, *wrapped, f"-I{MOBILE}", PROGRAM, built / "libelman.a"]
    command += [f"-L{litert}", f"-Wl,-rpath,{litert}", "-lLiteRt", "-lm", "-o", program]
    compiled = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stderr

    def run(check: str, model: Path, *arguments: object) -> str:
        words = [str(program), check, str(model), *map(str, arguments)]
        ran = subprocess.run(words, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return run
