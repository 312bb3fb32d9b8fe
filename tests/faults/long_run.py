"""A long typing session in the C library.

`python -m tests.faults.long_run MODEL WORDS STEPS NETWORK`; NETWORK is `built-in` or `litert`.
Prints a digest of its answers afterwards and its resident memory as JSON.
"""

import hashlib
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.proof.runtimes import StepModel

# Share of the steps before memory is first measured, to exclude one-time allocations.
WARM_UP = 0.05
TEXT_BYTES = 4096
QUESTIONS = ("", "how are ", "I am not s", "Well, what do you want to do today? th", "the " * 500)
IDS = range(200)


def texts(words: Sequence[str]) -> Iterator[str]:
    """Yield full text fields, each of which is read from the beginning."""
    generator = random.Random(1)
    while True:
        text = " ".join(generator.choices(words, k=TEXT_BYTES // 2))
        yield text[: TEXT_BYTES - 1] + " "


def used(keyboard: CKeyboard, words: Sequence[str], steps: int) -> dict[str, int]:
    """Type until `steps` steps are done. Returns the resident kB after a warm-up and at the end."""
    fields, found = texts(words), {}
    for name, until in (("before", WARM_UP * steps), ("after", steps)):
        while keyboard.steps() < until:
            keyboard.predict(next(fields))
        found[name] = resident_kilobytes()
    return {**found, "steps": keyboard.steps()}


def answers(keyboard: CKeyboard) -> str:
    """Return a digest of logits, suggestions and their exact probabilities."""
    model = StepModel(keyboard.step, *keyboard.sizes())
    logits, _ = model.run(np.array(IDS, np.int32), model.zero_state())
    digest = hashlib.sha256(logits.tobytes())
    for question in QUESTIONS:
        digest.update(repr(keyboard.predict(question)).encode())
    return digest.hexdigest()


def resident_kilobytes() -> int:
    """Return the resident memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def main(model: Path, words: Path, steps: int, litert: bool) -> None:
    with CKeyboard(build(), model, litert) as keyboard:
        found = used(keyboard, words.read_text().split(), steps)
        keyboard.session()
        print(json.dumps({**found, "answers": answers(keyboard)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "litert")
