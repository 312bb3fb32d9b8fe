"""Reads and writes the files of a TensorFlow.js graph model: `model.json` and one weights file.

An 8-bit weight is `value = quantised * scale + min`, with one scale and one `min` per tensor.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from export.copies.weights import LayerWeights, NetworkWeights
from training.common.errors import UserError
from training.common.files import write_text, writing
from training.network.cell import ARRAYS, neutral, shapes

WEIGHTS_FILE = "group1-shard1of1.bin"
LARGEST_QUANTISED = 127


@dataclasses.dataclass(frozen=True)
class GraphModel:
    """A graph model: the parsed `model.json`, and the dequantised constants by name."""

    description: dict[str, Any]
    weights: dict[str, np.ndarray]

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """The operations of the graph."""
        return self.description["modelTopology"]["node"]

    def constant(self, name: str) -> np.ndarray | None:
        """A weight by the last part of its name, or None.

        TensorFlow's graph optimiser removes biases of zeros and scales of ones.
        """
        found = [array for key, array in self.weights.items() if key.split("/")[-1] == name]
        return found[0] if found else None


def read_tfjs(folder: Path, read: Callable[[str], bytes] | None = None) -> GraphModel:
    """Read a graph model; `UserError` if files are missing or inconsistent.

    `read` maps the name of a file in the folder to its bytes (default: read without checks).
    """
    read = read or (lambda name: (folder / name).read_bytes())
    weights: dict[str, np.ndarray] = {}
    try:
        description = json.loads(read("model.json"))
        for part in (description["modelTopology"]["node"], description["signature"]):
            if not part:
                raise ValueError("an empty graph")
        for group in description["weightsManifest"]:
            data = b"".join(map(read, group["paths"]))
            weights |= _unpacked(group["weights"], data)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{folder} cannot be read ({error}); export it again") from error
    return GraphModel(description, weights)


def write_tfjs(
    model: GraphModel, folder: Path, quantised: Callable[[str, tuple[int, ...]], bool]
) -> None:
    """Write a graph model, in 8 bits where `quantised(name, shape)` is true."""
    entries, parts = [], []
    for name, array in model.weights.items():
        entry: dict[str, Any] = {
            "name": name,
            "shape": list(array.shape),
            "dtype": str(array.dtype),
        }
        if quantised(name, array.shape):
            array, entry["quantization"] = _quantise(array)
        entries.append(entry)
        parts.append(np.ascontiguousarray(array).tobytes())
    manifest = [{"paths": [WEIGHTS_FILE], "weights": entries}]
    with writing(folder / WEIGHTS_FILE, "wb") as stream:
        stream.write(b"".join(parts))
    write_text(
        folder / "model.json", json.dumps({**model.description, "weightsManifest": manifest})
    )


def network_weights(model: GraphModel, layers: int, units: int, activation: str) -> NetworkWeights:
    """The rounded weights of the page's network, in the layout of Keras.

    Raises:
        UserError: If the table or a kernel is missing.
    """
    words = _restored(model, "words").T  # [embedding size, vocabulary] to Keras's order
    projected = model.constant("projection") is not None
    return NetworkWeights(
        words=words,
        layers=tuple(_layer(model, index, units) for index in range(layers)),
        final_scale=_vector(model, "final_scale", units, 1),
        projection=_restored(model, "projection") if projected else None,
        output_bias=_vector(model, "output_bias", len(words), 0),
        activation=activation,
    )


def _layer(model: GraphModel, index: int, units: int) -> LayerWeights:
    both = _restored(model, f"layer_{index}_kernel")  # [inputs + units, columns]
    arrays = {"kernel": both[:-units], "recurrent_kernel": both[-units:]}
    inputs = len(arrays["kernel"])
    for name in ARRAYS:
        if name not in arrays:
            (size,) = shapes(inputs, units)[name]
            arrays[name] = _vector(model, f"layer_{index}_{name}", size, neutral(name))
    scale = _vector(model, f"layer_{index}_norm_scale", inputs, 1)
    return LayerWeights(**arrays, norm_scale=scale)


def _restored(model: GraphModel, name: str) -> np.ndarray:
    matrix = _required(model, name)
    return matrix * _vector(model, f"{name}_scales", matrix.shape[1], 1)


def _vector(model: GraphModel, name: str, size: int, removed: float | None) -> np.ndarray:
    """An array of one dimension; the optimiser takes out one in which all numbers are `removed`."""
    if removed is None:
        return _required(model, name)
    array = model.constant(name)
    return np.full(size, removed, np.float32) if array is None else array


def _required(model: GraphModel, name: str) -> np.ndarray:
    array = model.constant(name)
    if array is None:
        raise UserError(f"tfjs/model.json has no weight {name!r}; export it again")
    return array


def _quantise(array: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    largest = float(np.abs(array).max()) or 1.0
    scale = largest / LARGEST_QUANTISED
    rounded = np.round(array.astype(np.float64) / scale).astype(np.int16) + LARGEST_QUANTISED
    return rounded.astype(np.uint8), {
        "dtype": "uint8",
        "scale": scale,
        "min": -LARGEST_QUANTISED * scale,
    }


def _unpacked(entries: list[dict[str, Any]], data: bytes) -> dict[str, np.ndarray]:
    weights, offset = {}, 0
    for entry in entries:
        quantisation = entry.get("quantization")
        stored = np.dtype(quantisation["dtype"] if quantisation else entry["dtype"])
        count = math.prod(entry["shape"])
        array = np.frombuffer(data, stored, count, offset).reshape(entry["shape"])
        offset += array.nbytes
        if quantisation:
            array = array.astype(np.float64) * quantisation["scale"] + quantisation["min"]
        weights[entry["name"]] = array.astype(entry["dtype"])
    if offset != len(data):
        raise ValueError(f"{len(data)} bytes of weights, but model.json describes {offset}")
    return weights
