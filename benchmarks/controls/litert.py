"""Converts a step of each network to LiteRT, without Flex, and measures its size and time."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.controls.networks import class_of
from export.copies.saved_model import ENDPOINT
from export.copies.tflite import write_float32, write_int8
from export.copies.tflite_files import Tflite
from training.common.display import say
from training.common.quiet import native_stderr_hidden
from training.network.run import Run, assign_weights

if TYPE_CHECKING:
    from training.network.model import ElmanModel

WRITERS: dict[str, Callable[[Path, Path], None]] = {"float32": write_float32, "int8": write_int8}
NEXT = "next_"
ROUNDS, STEPS = 20, 50


@dataclass(frozen=True)
class Cost:
    """The size of a file, and the median time of a step on one thread."""

    bytes: int
    microseconds: float


def converted(name: str, run: Run) -> dict[str, bytes]:
    """Return the step of a trained network as `.tflite` files, by the type of the weights.

    A file that cannot be converted without Flex operations is left out, with a message.
    """
    from tensorflow.lite.python.convert_phase import ConverterError

    configuration = replace(run.configuration, lanes=1)
    model = class_of(name)(configuration, len(run.vocabulary))
    assign_weights(model, run.weights(), run.folder)
    files = {}
    with tempfile.TemporaryDirectory(prefix="elman-controls-") as temporary:
        folder = Path(temporary)
        _save(model, folder / "saved")
        for kind, write in WRITERS.items():
            try:
                write(folder / "saved", folder / kind)
            except ConverterError as error:
                reason = str(error).strip().splitlines()[0][:200]
                say(f"{name}, {kind}: cannot be converted without Flex ({reason})")
            else:
                files[kind] = (folder / kind).read_bytes()
    return files


def costs(files: Mapping[str, Mapping[str, bytes]]) -> dict[str, dict[str, Cost]]:
    """Time the steps of all files in turn, so that all of them share what else the machine does.

    Args:
        files: The files by the type of the weights, by network.
    """
    steppers = {
        (name, kind): Stepper(data) for name, kinds in files.items() for kind, data in kinds.items()
    }
    times: dict[tuple[str, str], list[float]] = {key: [] for key in steppers}
    for _ in range(ROUNDS):
        for key, stepper in steppers.items():
            times[key] += stepper.seconds(STEPS)
    found: dict[str, dict[str, Cost]] = {name: {} for name in files}
    for (name, kind), seconds in times.items():
        median = 1e6 * statistics.median(seconds)
        found[name][kind] = Cost(len(files[name][kind]), median)
    return found


class Stepper:
    """A `.tflite` file in LiteRT on one thread.

    An output `next_x` is the input `x` of the next step. Inputs other than these and `token` do not
    exist.
    """

    def __init__(self, data: bytes):
        from ai_edge_litert.interpreter import Interpreter

        model = Tflite.of(data)
        with native_stderr_hidden():
            self._interpreter = Interpreter(model_content=data, num_threads=1)
            self._interpreter.allocate_tensors()
        inputs, outputs = (
            {tensor.name: detail for tensor, detail in zip(tensors, details, strict=True)}
            for tensors, details in (
                (model.inputs(), self._interpreter.get_input_details()),
                (model.outputs(), self._interpreter.get_output_details()),
            )
        )
        self._token = inputs.pop("token")
        self._logits = outputs.pop("logits")
        self._states = [(detail, outputs[NEXT + name]) for name, detail in inputs.items()]
        self.reset()

    def reset(self) -> None:
        """Start a new text: zeros in every state."""
        for detail, _ in self._states:
            zeros = np.zeros(detail["shape"], detail["dtype"])
            self._interpreter.set_tensor(detail["index"], zeros)

    def step(self, token: int) -> float:
        """Process one token; return the seconds that the network took."""
        self._interpreter.set_tensor(self._token["index"], np.array([token], np.int32))
        begun = time.perf_counter()
        self._interpreter.invoke()
        seconds = time.perf_counter() - begun
        after = [self._interpreter.get_tensor(output["index"]) for _, output in self._states]
        for (detail, _), value in zip(self._states, after, strict=True):
            self._interpreter.set_tensor(detail["index"], value)
        return seconds

    def logits(self) -> np.ndarray:
        """The logits of the last step, float32 [vocabulary]."""
        return self._interpreter.get_tensor(self._logits["index"])[0]

    def seconds(self, steps: int) -> list[float]:
        """Process a new text with these many tokens; return the seconds of each step."""
        self.reset()
        words = int(self._logits["shape"][1])
        return [self.step(7 * step % words) for step in range(steps)]


def _save(model: ElmanModel, folder: Path) -> None:
    """Write a SavedModel with the endpoint `step` of a model with one lane."""
    import keras

    step, signature = _step_of(model)
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(ENDPOINT, step, input_signature=signature)
    archive.write_out(str(folder), verbose=False)


def _step_of(model: ElmanModel) -> tuple[Callable[..., Any], list[Any]]:
    """Return a step that keeps nothing inside, and the specifications of its arguments."""
    import tensorflow as tf

    from benchmarks.controls.transformer import TransformerModel

    token = tf.TensorSpec([1], tf.int32, name="token")
    if isinstance(model, TransformerModel):
        position = tf.TensorSpec([1], tf.int32, name="position")
        cache = tf.TensorSpec(model.cache_shape(), tf.float32, name="cache")
        return model.cached_step, [token, position, cache]

    def step(token: tf.Tensor, state: tf.Tensor) -> dict[str, tf.Tensor]:
        # `write_int8` expects a lookup of one dimension, and a product as the last operation.
        words = tf.convert_to_tensor(model.embedding.embeddings)
        features, after = model.process(tf.gather(words, token)[:, None], state)
        # [1, 1, embedding size] -> [1, vocabulary]
        logits = tf.matmul(features[:, 0], words, transpose_b=True) + model.output_bias
        return {"logits": logits, "next_state": after}

    return step, [token, tf.TensorSpec(model.zero_state().shape, tf.float32, name="state")]
