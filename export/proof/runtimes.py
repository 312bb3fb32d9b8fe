"""The runtimes that copies are proved in, behind one interface each.

`StepModel` is a copy that runs in this process (SavedModel, LiteRT); the replays in Node.js and in
Chromium hand a golden record to a program of the page and read what it computed.
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

# No file of a model takes so long; without an end, a program that hangs would be waited for always.
NODE_SECONDS = 3600
WEB = Path(__file__).resolve().parents[2] / "web"

Step = Callable[[int, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""A token id and a state [layers, 1, units] to logits [vocabulary] and the next state."""


class UnavailableError(UserError):
    """A runtime that this machine does not have. The message says what is missing."""


class StepModel:
    """A copy that is called step by step, with the interface that evaluation and replay want."""

    def __init__(self, step: Step, vocabulary_size: int, state_shape: tuple[int, ...]):
        self.vocabulary_size = vocabulary_size
        self._step, self._state_shape = step, state_shape

    def zero_state(self) -> np.ndarray:
        """The state at the start of a text, float32 [layers, 1, units]."""
        return np.zeros(self._state_shape, np.float32)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits float32 [n, vocabulary] after each of `ids` int32 [n], and the next state."""
        logits = np.empty((len(ids), self.vocabulary_size), np.float32)
        for place, token_id in enumerate(ids):
            logits[place], state = self._step(int(token_id), state)
        return logits, state


def open_saved_model(folder: Path) -> StepModel:
    """A SavedModel in TensorFlow, through the signature that a server uses."""
    import tensorflow as tf

    signature = tf.saved_model.load(str(folder)).signatures["serving_default"]

    def step(token_id: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        result = signature(token=tf.constant([token_id], tf.int32), state=tf.constant(state))
        return result["logits"].numpy()[0], result["next_state"].numpy()

    shapes = {name: spec.shape for name, spec in signature.structured_outputs.items()}
    return StepModel(step, shapes["logits"][1], tuple(shapes["next_state"]))


def open_tflite(path: Path) -> StepModel:
    """A `.tflite` file of an export in LiteRT; `UserError` where its digest is not right."""
    return step_model(read_sealed(path))


def step_model(data: bytes) -> StepModel:
    """The bytes of a `.tflite` file in LiteRT on one thread, its tensors found by their names."""
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
    """Sums over `documents` under the TensorFlow.js copy; `evaluate` of `replay.js` has them."""
    return _in_node("replay/evaluate_node.mjs", folder, documents)


def replay_in_browser(folder: Path, golden: dict[str, Any]) -> dict[str, Any]:
    """Replay `golden` in Chromium, in a page that is built around the copy in `folder`."""
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
        raise UserError(f"{program} gave no answer in {NODE_SECONDS} seconds") from error
    except UserError as error:
        raise UnavailableError(str(error)) from error
    except OSError as error:
        raise UnavailableError(f"Node.js does not start ({error})") from error
    if result.returncode:
        raise UserError(f"{program} failed: {result.stderr.strip()[-1000:]}")
