"""Writes the TensorFlow.js graph model, converted from a SavedModel, with 8-bit matrices."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from export.copies.errors import ExportError
from export.copies.saved_model import write_for_browser
from export.copies.tfjs_files import read_tfjs, write_tfjs
from export.copies.weights import NetworkWeights

# Runs in a separate process: the converter is slow to import, prints a lot, and needs oneDNN
# switched off before TensorFlow is loaded.
CONVERTER = """
import sys
from tensorflowjs.converters.tf_saved_model_conversion_v2 import convert_tf_saved_model
convert_tf_saved_model(sys.argv[1], sys.argv[2], signature_def="step")
"""


def write_graph_model(weights: NetworkWeights, folder: Path) -> None:
    """Write `model.json` and its weights into `folder`.

    Raises:
        ExportError: If the converter fails, with its last line of output.
    """
    with tempfile.TemporaryDirectory() as temporary:
        saved_model, floats = Path(temporary, "saved_model"), Path(temporary, "floats")
        write_for_browser(weights, saved_model)
        _convert(saved_model, floats)
        model = read_tfjs(floats)
    folder.mkdir(parents=True)
    write_tfjs(model, folder, quantised=_is_matrix)


def _is_matrix(_name: str, shape: tuple[int, ...]) -> bool:
    # Biases and scales have one dimension and stay float32.
    return len(shape) == 2


def _convert(source: Path, target: Path) -> None:
    # With oneDNN, the graph optimiser creates fused operations that TensorFlow.js does not have.
    environment = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CONVERTER, str(source), str(target)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        reason = f"status {result.returncode}"
        if result.returncode < 0:
            reason = f"it was killed by signal {-result.returncode}"
        elif said := result.stderr.strip().splitlines():
            reason = said[-1]
        raise ExportError(f"the TensorFlow.js converter failed: {reason}")
