"""Writes the LiteRT files: float32, and dynamic-range int8 with the shared table stored once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from export.copies.saved_model import ENDPOINT
from export.copies.tflite_files import BuiltinOperator, TensorType, Tflite
from training.common.quiet import native_stderr_hidden
from training.common.stopping import stop_if_told

# From this version on, EMBEDDING_LOOKUP supports one scale per row.
LOOKUP_VERSION = 4


def write_float32(saved_model: Path, path: Path) -> None:
    """Convert a SavedModel's step to float32."""
    path.write_bytes(_converted(saved_model, []))


def write_int8(saved_model: Path, path: Path) -> None:
    """Convert a SavedModel's step to int8 matrices with one scale per row; activations are float32.

    Matrices with fewer than 1,024 elements stay float32.
    """
    model = Tflite.of(_converted(saved_model, [tf.lite.Optimize.DEFAULT]))
    share_table(model)
    path.write_bytes(model.packed())


def share_table(model: Tflite) -> None:
    """Look up words in the matrix of the output layer, and remove the converter's second copy.

    The converter quantises the table twice: with a single scale for the lookup, and with one scale
    per row for the output layer. One lookup in the latter replaces GATHER and DEQUANTIZE.
    """
    (gather,) = _operators(model, BuiltinOperator.GATHER)
    copy, token = (int(tensor) for tensor in gather.inputs)
    if model.tensors[copy].type != TensorType.INT8:
        return
    (dequantise,) = _operators(model, BuiltinOperator.DEQUANTIZE)
    logits = model.output_index("logits")
    (output_layer,) = [
        operator
        for operator in _operators(model, BuiltinOperator.FULLY_CONNECTED)
        if operator.outputs[0] == logits
    ]
    lookup = model.operation(
        BuiltinOperator.EMBEDDING_LOOKUP,
        inputs=[token, int(output_layer.inputs[1])],
        outputs=[int(dequantise.outputs[0])],
        version=LOOKUP_VERSION,
    )
    model.operators[model.operators.index(gather)] = lookup
    model.operators.remove(dequantise)
    model.remove_tensors([copy, int(gather.outputs[0])])


def _operators(model: Tflite, builtin: int) -> list[Any]:
    return [operator for operator in model.operators if model.code_of(operator) == builtin]


def _converted(saved_model: Path, optimisations: list[Any]) -> bytes:
    with native_stderr_hidden():
        converter = tf.lite.TFLiteConverter.from_saved_model(
            str(saved_model), signature_keys=[ENDPOINT]
        )
        converter.optimizations = optimisations
        converted = bytes(converter.convert())
    stop_if_told()
    return converted
