"""Builds the C library in `core/` and runs it through the program `core/programs/driver.c`."""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from export.keyboard.keyboard import Candidate, Suggestion
from export.keyboard.line_program import LineProgram
from export.proof.runtimes import UnavailableError
from training.common.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core"
# Zig compiles parts of the C standard library and keeps them here.
ZIG_CACHE = ROOT / "cache" / "zig"
PUNCTUATION, WITHOUT_BLOCKLIST = 1, 2


class LibraryError(UserError):
    """An error from the library, with its status number."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


def litert_folder() -> Path:
    """The folder of `libLiteRt.so`; `UnavailableError` if LiteRT is not installed."""
    found = find_spec("ai_edge_litert")
    if found is None or not found.submodule_search_locations:
        raise UnavailableError("no LiteRT (install ai-edge-litert)")
    return Path(next(iter(found.submodule_search_locations)))


def compilers() -> tuple[str, str]:
    """The shell commands of a C compiler and its archiver.

    This is `CC` if it is set, otherwise Zig from the `ziglang` wheel, otherwise gcc.

    Raises:
        UnavailableError: If there is no compiler.
    """
    own = os.environ.get("CC", "")
    found = find_spec("ziglang")
    if not own and found is not None and found.submodule_search_locations:
        zig = shlex.quote(str(Path(next(iter(found.submodule_search_locations)), "zig")))
        # By default, Zig compiles for the processor of this machine only.
        return f"{zig} cc -mcpu=baseline", f"{zig} ar"
    compiler = own or "gcc"
    if shutil.which(shlex.split(compiler)[0]) is None:
        raise UnavailableError(f"no C compiler ({compiler} is not installed; install ziglang)")
    return compiler, "ar"


def build(
    folder: Path | None = None,
    sanitize: bool = False,
    strict: bool = False,
    litert: bool = True,
) -> Path:
    """Build the library and its driver.

    Args:
        folder: Folder for the build (default: `core/build`).
        sanitize: Whether to build with the address and undefined-behaviour sanitizers, using gcc.
        strict: Whether compiler warnings are errors.
        litert: Whether to include `elman_litert` besides the built-in network.

    Returns:
        The path of the driver.

    Raises:
        UnavailableError: If there is no compiler, or it cannot compile the code.
    """
    if shutil.which("make") is None:
        raise UnavailableError("no C compiler (make is not installed)")
    compiler, archiver = ("gcc", "ar") if sanitize else compilers()
    folder = folder or CORE / "build"
    folder.mkdir(parents=True, exist_ok=True)
    command = ["make", "-s", "-C", str(CORE), f"OUT={folder.resolve()}", f"CC={compiler}"]
    command += [f"AR={archiver}", f"LITERT={litert_folder() if litert else ''}"]
    command += ["SANITIZE=1"] if sanitize else []
    command += ["STRICT=1"] if strict else []
    environment = {"ZIG_GLOBAL_CACHE_DIR": str(ZIG_CACHE), **os.environ}
    with (folder / ".lock").open("w") as lock:
        # Builds into the same folder would overwrite each other's files.
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = subprocess.run(command, capture_output=True, text=True, env=environment)
    if built.returncode:
        raise UnavailableError(f"the C library cannot be built: {built.stderr.strip()[-1000:]}")
    return folder / "driver"


class CKeyboard(LineProgram):
    """A model and one session in the C library, with the methods of `Keyboard`.

    Args:
        driver: The program, as returned by `build`.
        model: A packed `.tflite` file.
        litert: Whether to run the network in LiteRT instead of the built-in one.

    Raises:
        LibraryError: If the library rejects the file or a call.
        UserError: If the program ends unexpectedly or does not answer.
    """

    def __init__(self, driver: Path, model: Path, litert: bool = False):
        super().__init__("the C library's program", [driver, model, *["litert"] * litert])
        try:
            self._answer()
        except UserError:
            self.close()
            raise

    def session(self, text_bytes: int = 0, context_tokens: int = 0) -> None:
        """Start a new session; 0 selects the library's default."""
        self._ask("session", str(text_bytes), str(context_tokens))

    def try_file(self, path: Path) -> None:
        """Open another file and close it; `LibraryError` if it is rejected."""
        self._ask("open", _digits(str(path)))

    def predict(
        self,
        context: str | bytes,
        prefix: str | bytes | None = None,
        k: int = 3,
        punctuation: bool = False,
        blocklist: bool = True,
    ) -> list[Suggestion]:
        """The same as `Keyboard.predict`."""
        flags = PUNCTUATION * punctuation + WITHOUT_BLOCKLIST * (not blocklist)
        if prefix is None:
            lines = self._ask("predict", str(k), str(flags), _digits(context))
        else:
            lines = self._ask("apart", str(k), str(flags), _digits(context), _digits(prefix))
        parts = [line.split(" ", 2) for line in lines]
        return [Suggestion(word, float(log), int(index)) for index, log, word in parts]

    def rescore(self, context: str | bytes, words: Sequence[str]) -> list[Candidate]:
        """The same as `Keyboard.rescore`."""
        lines = self._ask("rescore", _digits(context), *map(_digits, words))
        found = []
        for word, line in zip(words, lines, strict=True):
            log, tokens, unknown = line.split(" ")
            found.append(Candidate(word, float(log), int(tokens), int(unknown)))
        return found

    def block(self, words: str | bytes) -> int:
        """Block the words in `words`, one per line; return how many entries match."""
        return int(self._ask("block", _digits(words))[0])

    def steps(self) -> int:
        """How many steps of the network the session has computed."""
        return int(self._ask("steps")[0])

    def context_ids(self, text: str) -> list[int]:
        """The ids of the context after a finished text."""
        return self._numbers("ids", _digits(text))

    def times(self, text: str, repeat: int, k: int = 3) -> list[int]:
        """Nanoseconds of each of `repeat` identical calls of `predict`."""
        return self._numbers("time", str(repeat), str(k), _digits(text))

    def memory(self) -> dict[str, int]:
        """Resident memory of the program in kB: now ("VmRSS") and at its peak ("VmHWM")."""
        return {line.split()[0]: int(line.split()[1]) for line in self._ask("memory")}

    def key_times(self, text: str, k: int = 3) -> list[int]:
        """Nanoseconds of predict after each character of `text`."""
        return self._numbers("type", str(k), _digits(text))

    def step_times(self, repeat: int, with_logits: bool = True) -> list[int]:
        """Nanoseconds of each of `repeat` steps of the network."""
        return self._numbers("steps-time", str(repeat), str(int(with_logits)))

    def logits(self, ids: Sequence[int]) -> np.ndarray:
        """Logits float32 [n, vocabulary] after each of `ids`, from zeros."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "logits")
            self._ask("trace", _digits(str(path)), "-", *map(str, ids))
            return np.fromfile(path, np.float32).reshape(len(ids), -1)

    def run(self, ids: Sequence[int], state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits float32 [n, vocabulary] after each of `ids`, and the state after them.

        `state` and the one that is returned are float32 [layers, 1, units].
        """
        return self._trace("trace", ids, state)

    def each(self, ids: Sequence[int], states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits float32 [n, vocabulary] and the state after each of `ids` and its own state.

        `states` and those that are returned are float32 [n, layers, 1, units].
        """
        return self._trace("each", ids, states)

    def _trace(
        self, question: str, ids: Sequence[int], states: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        with tempfile.TemporaryDirectory() as folder:
            logits, path = Path(folder, "logits"), Path(folder, "states")
            path.write_bytes(states.astype(np.float32).tobytes())
            self._ask(question, _digits(str(logits)), _digits(str(path)), *map(str, ids))
            after = np.fromfile(path, np.float32).reshape(states.shape)
            return np.fromfile(logits, np.float32).reshape(len(ids), -1), after

    def _numbers(self, *words: str) -> list[int]:
        (line,) = self._ask(*words)
        return list(map(int, line.split()))

    def _ask(self, *words: str) -> list[str]:
        self.send(" ".join(words))
        return self._answer()

    def _answer(self) -> list[str]:
        lines: list[str] = []
        while (line := self.line()) != "ok":
            if line.startswith("error "):
                _, status, message = line.split(" ", 2)
                raise LibraryError(int(status), message)
            if not line:
                raise self.ended()
            lines.append(line)
        return lines


class CModel:
    """The C library as a model for comparisons."""

    def __init__(self, keyboard: CKeyboard, vocabulary_size: int, state_shape: tuple[int, ...]):
        self._keyboard, self._state_shape = keyboard, state_shape
        self.vocabulary_size = vocabulary_size

    def zero_state(self) -> np.ndarray:
        """The state at the start of a text, float32 [layers, 1, units]."""
        return np.zeros(self._state_shape, np.float32)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits float32 [n, vocabulary] after each of `ids` int32 [n], and the next state."""
        return self._keyboard.run(ids.tolist(), state)


def _digits(text: str | bytes) -> str:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return data.hex() or "-"
