"""The runtimes in which copies are verified.

`StepModel` runs a copy in this process (SavedModel, LiteRT). In Node.js and Chromium, a program in
`web/replay` replays a golden record and returns its results.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from export.copies.packing import read_sealed
from export.copies.tflite_files import Tflite
from training.common.errors import UserError
from training.common.files import read_json, write_json
from training.common.quiet import native_stderr_hidden

# Longer than any model takes. Without a limit, a program that hangs would never be stopped.
NODE_SECONDS = 3600
WEB = Path(__file__).resolve().parents[2] / "web"

Step = Callable[[int, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Maps a token id and a state [layers, 1, units] to logits [vocabulary] and the next state."""


class UnavailableError(UserError):
    """A runtime is not available on this machine. The message says what is missing."""


class StepModel:
    """A copy that is called step by step, with the interface of `evaluation.Model`.

    Args:
        step: One step of the copy.
        vocabulary_size: Size of the logits.
        state_shape: Shape of the state, [layers, 1, units].

    Example:
        >>> model = open_tflite(Path("exported/keyboard/model.tflite"))
        >>> logits, state = model.run(np.array([0, 7]), model.zero_state())
        >>> logits.shape, state.shape
        ((2, 10000), (2, 1, 384))
    """

    def __init__(self, step: Step, vocabulary_size: int, state_shape: tuple[int, ...]):
        self.vocabulary_size = vocabulary_size
        self._step, self._state_shape = step, state_shape

    def zero_state(self) -> np.ndarray:
        """The state at the start of a text, zeros of float32 [layers, 1, units]."""
        return np.zeros(self._state_shape, np.float32)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits float32 [n, vocabulary] after each of `ids` int32 [n], and the next state."""
        logits = np.empty((len(ids), self.vocabulary_size), np.float32)
        for place, token_id in enumerate(ids):
            logits[place], state = self._step(int(token_id), state)
        return logits, state


def open_saved_model(folder: Path) -> StepModel:
    """Open a SavedModel in TensorFlow, through the signature that servers use."""
    import tensorflow as tf

    signature = tf.saved_model.load(str(folder)).signatures["serving_default"]

    def step(token_id: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        result = signature(token=tf.constant([token_id], tf.int32), state=tf.constant(state))
        return result["logits"].numpy()[0], result["next_state"].numpy()

    shapes = {name: spec.shape for name, spec in signature.structured_outputs.items()}
    return StepModel(step, shapes["logits"][1], tuple(shapes["next_state"]))


def open_tflite(path: Path) -> StepModel:
    """Open an exported `.tflite` file in LiteRT; `UserError` if its digest is wrong."""
    return step_model(read_sealed(path))


def step_model(data: bytes) -> StepModel:
    """Open the bytes of a `.tflite` file in LiteRT on one thread, addressing tensors by name."""
    from ai_edge_litert.interpreter import Interpreter

    model = Tflite.of(data)
    inputs = [tensor.name for tensor in model.inputs()]
    outputs = [tensor.name for tensor in model.outputs()]
    with native_stderr_hidden():
        interpreter = Interpreter(model_content=data, num_threads=1)
        interpreter.allocate_tensors()
    ins = dict(zip(inputs, interpreter.get_input_details(), strict=True))
    outs = dict(zip(outputs, interpreter.get_output_details(), strict=True))

    def step(token_id: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        interpreter.set_tensor(ins["token"]["index"], np.array([token_id], np.int32))
        interpreter.set_tensor(ins["state"]["index"], state)
        interpreter.invoke()
        logits = interpreter.get_tensor(outs["logits"]["index"])
        return logits[0], interpreter.get_tensor(outs["next_state"]["index"])

    shape = tuple(int(size) for size in ins["state"]["shape"])
    return StepModel(step, int(outs["logits"]["shape"][1]), shape)


def replay_in_node(folder: Path, golden: dict[str, Any]) -> dict[str, Any]:
    """Replay `golden` through the TensorFlow.js copy in `folder` in Node.js."""
    return _in_node("replay/replay_node.mjs", folder, golden)


def evaluate_in_node(folder: Path, documents: list[list[int]]) -> dict[str, float]:
    """Evaluate the TensorFlow.js copy on `documents`; `evaluate` in `replay.js` has the sums."""
    return _in_node("replay/evaluate_node.mjs", folder, documents)


def replay_in_browser(folder: Path, golden: dict[str, Any]) -> dict[str, Any]:
    """Replay `golden` in Chromium, in a page built with the copy in `folder`."""
    from export.proof.browser import chromium_path, replay_in_chromium

    if chromium_path() is None:
        raise UnavailableError("no Chromium (install chromium)")
    with tempfile.TemporaryDirectory() as temporary:
        page = Path(temporary, "page")
        _node("build/build.mjs", "--model", folder.resolve(), "--out", page)
        return replay_in_chromium(page, golden)


def _in_node(program: str, folder: Path, question: Any) -> Any:
    with tempfile.TemporaryDirectory() as temporary:
        asked, answered = Path(temporary, "asked.json"), Path(temporary, "answered.json")
        write_json(asked, question)
        _node(program, folder.resolve(), asked, answered)
        return read_json(answered)


def _node(program: str, *arguments: str | Path) -> None:
    try:
        from web.node import run_node
    except ImportError as error:
        raise UnavailableError(f"no Node.js ({error})") from error
    try:
        result = run_node(
            WEB / program, *arguments, capture_output=True, text=True, timeout=NODE_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise UserError(f"{program} did not finish within {NODE_SECONDS} seconds") from error
    except UserError as error:
        raise UnavailableError(str(error)) from error
    except OSError as error:
        raise UnavailableError(f"Node.js does not start ({error})") from error
    if result.returncode:
        raise UserError(f"{program} failed: {result.stderr.strip()[-1000:]}")
