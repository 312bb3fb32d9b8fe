"""Fixtures: the C library with and without LiteRT and sanitizers, and a tiny model to run in it."""

import dataclasses
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from export.copies.packing import read_packed
from export.keyboard.c_library import CORE, build, litert_folder
from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from tests.conftest import Once
from tests.core.reference import Reference
from tests.core.sanitized import process
from tests.core.text_program import SANITIZED, STRICT
from training.measure.evaluation import Model
from training.text.vocabulary import Vocabulary

PROGRAM = Path(__file__).with_name("native") / "library_test.c"
WRAPPED = ["malloc", "calloc", "realloc", "free", "fsync", "fclose"]
WRAPPED_LITERT = ["LiteRtGetAcceleratorVersion", "LiteRtCreateModelFromBuffer"]
WRAPPED_LITERT += ["LiteRtRunCompiledModel"]


@dataclasses.dataclass(frozen=True)
class Built:
    """A build of the library, and which network its programs open models with."""

    folder: Path
    litert: bool
    sanitized: bool

    @contextmanager
    def keyboard(self, model: Path) -> Iterator[CKeyboard]:
        """A keyboard with a packed file, in the process of the sanitizers if they are built in."""
        opened = process().open if self.sanitized else CKeyboard
        with closing(opened(self.library, model, self.litert)) as keyboard:
            yield keyboard

    @contextmanager
    def of_network(
        self, network: Model, vocabulary: Vocabulary, tail: bytes = b""
    ) -> Iterator[CKeyboard]:
        """The same with a network in Python."""
        opened = process().of_network if self.sanitized else CKeyboard.of_network
        with closing(opened(self.library, network, vocabulary, tail)) as keyboard:
            yield keyboard

    def profile(self, source: Path | bytes | None = None) -> Profile:
        """A profile, in the process of the sanitizers if they are built in."""
        opened = process().profile if self.sanitized else Profile
        return opened(self.library, source)

    @property
    def library(self) -> Path:
        return self.folder / "libelman-python.so"


@pytest.fixture
def open_profile(built: Built) -> Iterator[Callable[..., Profile]]:
    """Opens profiles, and closes them after the test."""
    with ExitStack() as stack:

        def opened(source: Path | bytes | None = None) -> Profile:
            return stack.enter_context(closing(built.profile(source)))

        yield opened


@pytest.fixture
def profile(open_profile: Callable[..., Profile]) -> Profile:
    """An empty profile."""
    return open_profile()


# The library without LiteRT has the built-in network only.
BUILDS = ["built-in", "built-in-sanitized", "litert", "litert-sanitized"]
WITH_LITERT = pytest.mark.parametrize("built", BUILDS[2:], indirect=True)


@pytest.fixture(scope="session", params=BUILDS)
def built(request: pytest.FixtureRequest, once: Once) -> Built:
    """A build made by the Makefile, with the compiled checks."""
    litert, sanitize = "litert" in request.param, "sanitized" in request.param

    def make(folder: Path) -> None:
        build(folder, sanitize=sanitize, strict=True, litert=litert)
        compile_checks(folder, SANITIZED if sanitize else ["-O2"], litert)

    return Built(once(request.param, make), litert, sanitize)


def compile_checks(folder: Path, flags: Sequence[str], litert: bool) -> None:
    """Compile `native/library_test.c` against the library in `folder`."""
    place = litert_folder()
    names = [*WRAPPED, *WRAPPED_LITERT] if litert else WRAPPED
    command = ["gcc", *STRICT, *flags, "-pthread", f"-I{CORE}"]
    command += [f"-Wl,--wrap={name}" for name in names]
    command += ["-DELMAN_WITH_LITERT"] if litert else []
    command += [PROGRAM, folder / "libelman.a"]
    command += [f"-L{place}", f"-Wl,-rpath,{place}", "-lLiteRt"] if litert else []
    command += ["-lm", "-o", folder / "library_test"]
    compiled = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stderr


@pytest.fixture
def c_keyboard(built: Built, exported: Path) -> Iterator[CKeyboard]:
    """The library with the tiny model."""
    with built.keyboard(exported / "model.tflite") as keyboard:
        yield keyboard


@pytest.fixture
def keyboard(exported: Path) -> Reference:
    """What the library has to compute with the tiny model."""
    return Reference(read_packed(exported / "model.tflite"))


@pytest.fixture(scope="session")
def vocabulary(exported: Path) -> Vocabulary:
    return Vocabulary.load(exported / "vocabulary.txt", "message")


@pytest.fixture(scope="session")
def checked(built: Built) -> Callable[..., str]:
    """A function that runs a check of `native/library_test.c` and returns its output."""

    def run(check: str, model: Path, *arguments: object) -> str:
        words = [str(built.folder / "library_test"), check, str(model), *map(str, arguments)]
        ran = subprocess.run(words, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return run
