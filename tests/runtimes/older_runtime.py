"""A model in a runtime of another Python environment, stepped like the copies in `make verify`."""

import json
import subprocess
from pathlib import Path

import numpy as np

from export.proof.runtimes import StepModel

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parents[1] / "cache/runtimes"
NAMES = sorted(path.stem for path in (HERE / "requirements").glob("*.txt"))


class RefusedError(Exception):
    """The runtime cannot load the model; the message is its own."""


class OlderRuntime(StepModel):
    """A process that runs one `.tflite` file. Use it as a context manager.

    `module` is the runtime's Python module; `inputs` and `outputs` are shapes in the runtime's
    order.
    """

    def __init__(self, name: str, path: Path):
        """Load `path` in the environment `name`; `RefusedError` if the runtime cannot."""
        self._process = subprocess.Popen(
            [ENVIRONMENTS / name / "bin/python", HERE / "steps.py", path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin and self._process.stdout
        self._requests, self._answers = self._process.stdin, self._process.stdout
        described = json.loads(self._answers.readline())
        if "error" in described:
            self.close()
            raise RefusedError(described["error"])
        self.module, self.inputs = described["module"], described["inputs"]
        self.outputs = described["outputs"]
        super().__init__(self._one_step, self.outputs[0][1], tuple(self.inputs[0]))

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits float32 [n, vocabulary] after each of `ids` int32 [n], and the next state."""
        head = np.array([len(ids), *ids], "<i4").tobytes()
        self._requests.write(head + state.astype("<f4").tobytes())
        self._requests.flush()
        logits = self._floats((len(ids), self.vocabulary_size))
        return logits, self._floats(state.shape)

    def _one_step(self, token_id: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        logits, state = self.run(np.array([token_id]), state)
        return logits[0], state

    def _floats(self, shape: tuple[int, ...]) -> np.ndarray:
        size = 4 * int(np.prod(shape))
        data = self._answers.read(size)
        if len(data) != size:
            raise RuntimeError("the runtime ended; see its standard error")
        return np.frombuffer(data, "<f4").reshape(shape)

    def close(self) -> None:
        """End the process."""
        self._requests.close()
        self._process.wait()
        self._answers.close()

    def __enter__(self) -> "OlderRuntime":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
