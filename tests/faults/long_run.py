"""A keyboard that types for long, in Python: `python -m tests.faults.long_run MODEL WORDS STEPS`.

Prints what it answers afterwards and its resident memory, as JSON. `used` and `answers` serve the
C library as well, which is a process of its own.
"""

import hashlib
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from export.copies.packing import read_packed
from export.keyboard.keyboard import TEXT_BYTES, Keyboard
from export.proof.runtimes import StepModel, step_model

# Before memory is measured: what is made once is there by then.
WARM_UP = 0.05
QUESTIONS = ("", "how are ", "I am not s", "Well, what do you want to do today? th", "the " * 500)
IDS = range(200)


class Counting(StepModel):
    """A copy that counts its steps."""

    def __init__(self, model: StepModel):
        self.vocabulary_size, self._model, self.steps = model.vocabulary_size, model, 0

    def zero_state(self) -> np.ndarray:
        """As the copy has it."""
        return self._model.zero_state()

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same as the copy's."""
        self.steps += len(ids)
        return self._model.run(ids, state)


def texts(words: Sequence[str]) -> Iterator[str]:
    """Full text fields, each of which is read from its beginning."""
    generator = random.Random(1)
    while True:
        text = " ".join(generator.choices(words, k=TEXT_BYTES // 2))
        yield text[: TEXT_BYTES - 1] + " "


def used(
    predict: Callable[[str], Any],
    taken: Callable[[], int],
    memory: Callable[[], int],
    words: Sequence[str],
    steps: int,
) -> dict[str, int]:
    """Type until `steps` were taken: resident kB after a warm-up and at the end."""
    fields, found = texts(words), {}
    for name, until in (("before", WARM_UP * steps), ("after", steps)):
        while taken() < until:
            predict(next(fields))
        found[name] = memory()
    return {**found, "steps": taken()}


def answers(predict: Callable[[str], Any], logits: np.ndarray) -> str:
    """One digest of suggestions with their exact probabilities and of `logits`."""
    digest = hashlib.sha256(np.ascontiguousarray(logits, np.float32).tobytes())
    for question in QUESTIONS:
        digest.update(repr(predict(question)).encode())
    return digest.hexdigest()


def resident_kilobytes() -> int:
    """Of this process, now."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def main(model_path: Path, words_path: Path, steps: int) -> None:
    packed = read_packed(model_path)
    model = Counting(step_model(packed.data))
    keyboard = Keyboard(model, packed.vocabulary)
    words = words_path.read_text().split()
    found = used(keyboard.predict, lambda: model.steps, resident_kilobytes, words, steps)
    logits, _ = model.run(np.array(IDS, np.int32), model.zero_state())
    print(json.dumps({**found, "answers": answers(keyboard.predict, logits)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
