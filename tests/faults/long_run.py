"""A long typing session in Python: `python -m tests.faults.long_run MODEL WORDS STEPS`.

Prints a digest of its answers afterwards and its resident memory as JSON. The test of the C
library, which runs in a separate process, also uses `used` and `answers`.
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

# Share of the steps before memory is first measured, to exclude one-time allocations.
WARM_UP = 0.05
QUESTIONS = ("", "how are ", "I am not s", "Well, what do you want to do today? th", "the " * 500)
IDS = range(200)


class Counting(StepModel):
    """A model that counts its steps."""

    def __init__(self, model: StepModel):
        self.vocabulary_size, self._model, self.steps = model.vocabulary_size, model, 0

    def zero_state(self) -> np.ndarray:
        """Return the state at the start of a text."""
        return self._model.zero_state()

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Run the model and count the steps."""
        self.steps += len(ids)
        return self._model.run(ids, state)


def texts(words: Sequence[str]) -> Iterator[str]:
    """Yield full text fields, each of which is read from the beginning."""
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
    """Type until `steps` steps are done. Returns the resident kB after a warm-up and at the end."""
    fields, found = texts(words), {}
    for name, until in (("before", WARM_UP * steps), ("after", steps)):
        while taken() < until:
            predict(next(fields))
        found[name] = memory()
    return {**found, "steps": taken()}


def answers(predict: Callable[[str], Any], logits: np.ndarray) -> str:
    """Return a digest of suggestions, their exact probabilities, and `logits`."""
    digest = hashlib.sha256(np.ascontiguousarray(logits, np.float32).tobytes())
    for question in QUESTIONS:
        digest.update(repr(predict(question)).encode())
    return digest.hexdigest()


def resident_kilobytes() -> int:
    """Return the resident memory of this process."""
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
