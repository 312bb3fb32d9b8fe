"""Writes the SavedModel, which servers use and from which the other copies are converted."""

from __future__ import annotations

from pathlib import Path

import keras
import tensorflow as tf

from export.copies.step import BrowserStep, ServerStep, signature
from export.copies.tflite_files import TensorFacts
from export.copies.weights import NetworkWeights
from training.common.errors import UserError

ENDPOINT = "step"


def write_saved_model(weights: NetworkWeights, folder: Path) -> None:
    """Write a SavedModel with the endpoint `step`, also its default signature.

    Raises:
        UserError: If the disk cannot be written.
    """
    _write(ServerStep(weights), weights, folder)


def write_for_browser(weights: NetworkWeights, folder: Path) -> None:
    """Write the same function in the layout for TensorFlow.js, ready for its converter."""
    _write(BrowserStep(weights), weights, folder)


def _write(step: ServerStep | BrowserStep, weights: NetworkWeights, folder: Path) -> None:
    archive = keras.export.ExportArchive()
    archive.track(step)
    archive.add_endpoint(ENDPOINT, step.__call__, input_signature=signature(weights))
    try:
        archive.write_out(str(folder), verbose=False)
    except tf.errors.OpError as error:
        # "{{node ...}} path; No space left on device [Op:SaveV2]"
        reason = error.message.rpartition("; ")[2].partition(" [Op:")[0]
        raise UserError(f"cannot write {folder}: {reason}; free some disk space") from error


def saved_model_tensors(folder: Path) -> tuple[list[TensorFacts], list[TensorFacts]]:
    """The inputs and outputs of the endpoint, in the order of the file.

    Raises:
        UserError: If the SavedModel cannot be loaded or has no such endpoint.
    """
    try:
        function = tf.saved_model.load(str(folder)).step.concrete_functions[0]
        inputs, _ = function.structured_input_signature
    except (OSError, ValueError, AttributeError, tf.errors.OpError) as error:
        raise UserError(f"{folder} is not a usable SavedModel ({error}); export again") from error
    outputs = function.structured_outputs
    return [_facts(spec) for spec in inputs], [_facts(outputs[name]) for name in sorted(outputs)]


def _facts(spec: tf.TensorSpec) -> TensorFacts:
    return TensorFacts(spec.name, spec.dtype.name, spec.shape.as_list())
