"""Writes the LiteRT files: float32, and dynamic-range int8 with the shared table stored once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from export.copies.saved_model import ENDPOINT
from export.copies.tflite_files import Tflite
from export.copies.tflite_scales import adapt_to_older_runtimes
from training.common.quiet import native_stderr_hidden
from training.common.stopping import stop_if_told


def write_float32(saved_model: Path, path: Path) -> None:
    """Convert a SavedModel's step to float32."""
    path.write_bytes(_converted(saved_model, []))


def write_int8(saved_model: Path, path: Path) -> None:
    """Convert a SavedModel's step to int8 matrices with one scale per row; activations are float32.

    Matrices with fewer than 1,024 elements stay float32.
    """
    model = Tflite.of(_converted(saved_model, [tf.lite.Optimize.DEFAULT]))
    adapt_to_older_runtimes(model)
    path.write_bytes(model.packed())


def _converted(saved_model: Path, optimisations: list[Any]) -> bytes:
    with native_stderr_hidden():
        converter = tf.lite.TFLiteConverter.from_saved_model(
            str(saved_model), signature_keys=[ENDPOINT]
        )
        converter.optimizations = optimisations
        converted = bytes(converter.convert())
    stop_if_told()
    return converted
