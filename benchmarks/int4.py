"""Makes LiteRT files with 4-bit weights by editing the shipped int8 file.

Each weight is an integer from -7 to 7 times a scale. There is one scale per row (float32) or per
block of a row (float16). LiteRT's EMBEDDING_LOOKUP and FULLY_CONNECTED support both, so the shared
table stays a single tensor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from export.copies.tflite_files import BuiltinOperator, TensorType, Tflite

LARGEST = 7
SHARES = np.linspace(1, 0.6, 17)
"""The scales to try, relative to the smallest one that clips no weight."""


def in_four_bits(
    int8: bytes, float32: bytes, *, everywhere: bool, block: int | None = None
) -> bytes:
    """Convert the table, or with `everywhere` every matrix, of an int8 model to 4 bits.

    The weights are read from `float32`, the file of the same network. With `block`, there is a
    scale for each block of that many weights in a row. `ValueError` if the length of a row is not a
    multiple of `block`.
    """
    model, source = Tflite.of(int8), Tflite.of(float32)
    table = _matrices(model, BuiltinOperator.EMBEDDING_LOOKUP)
    pairs = zip(_matrices(model), _matrices(source), strict=True)
    for tensor, origin in pairs:
        if model.tensors[tensor].type != TensorType.INT8:
            continue
        if everywhere or tensor in table:
            _replace(model, tensor, _weights(source, origin), block)
    return model.packed()


def rounded(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Round to int8 [rows, n] with scales float32 [rows], minimising the squared error."""
    highest = np.abs(weights).max(axis=1)
    best = np.full(len(weights), np.inf)
    scales = np.ones(len(weights), np.float32)
    for share in SHARES:
        tried = np.where(highest > 0, share * highest / LARGEST, 1).astype(np.float32)
        errors = np.square(weights - _whole(weights, tried) * tried[:, None]).sum(axis=1)
        better = errors < best
        best[better], scales[better] = errors[better], tried[better]
    return _whole(weights, scales), scales


def nibbles(whole: np.ndarray) -> np.ndarray:
    """Pack two numbers per byte, the first in the lower half, uint8."""
    digits = whole.astype(np.uint8).ravel() & 15
    if len(digits) % 2:
        digits = np.append(digits, np.uint8(0))
    return digits[::2] | (digits[1::2] << 4)


def _whole(weights: np.ndarray, scales: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(weights / scales[:, None]), -LARGEST, LARGEST).astype(np.int8)


def _matrices(model: Tflite, builtin: int = BuiltinOperator.FULLY_CONNECTED) -> list[int]:
    """The constants of all operators of one kind, in execution order."""
    return [int(each.inputs[1]) for each in model.operators if model.code_of(each) == builtin]


def _weights(model: Tflite, tensor: int) -> np.ndarray:
    data = model.data(tensor)
    if data is None or model.tensors[tensor].type != TensorType.FLOAT32:
        raise ValueError(f"tensor {tensor} does not hold float32 weights")
    return data.view(np.float32).reshape([int(size) for size in model.tensors[tensor].shape])


def _replace(model: Tflite, index: int, weights: np.ndarray, block: int | None) -> None:
    tensor = model.tensors[index]
    if block is None:
        whole, scales = rounded(weights)
        tensor.quantization.scale = scales
    else:
        rows, columns = weights.shape
        if columns % block:
            raise ValueError(f"rows of {columns} weights cannot be divided into blocks of {block}")
        whole, scales = rounded(weights.reshape(-1, block))
        tensor.quantization = _by_blocks(model, scales.reshape(rows, -1), block)
    tensor.type = TensorType.INT4
    model.model.buffers[tensor.buffer].data = nibbles(whole)


def _by_blocks(model: Tflite, scales: np.ndarray, block: int) -> Any:
    """Quantisation parameters that point to a new tensor of scales, float16 [rows, blocks]."""
    buffer: Any = schema.BufferT()
    buffer.data = scales.astype(np.float16).view(np.uint8).ravel()
    model.model.buffers.append(buffer)
    tensor: Any = schema.TensorT()
    tensor.name, tensor.type, tensor.shape = b"scales", TensorType.FLOAT16, list(scales.shape)
    tensor.buffer = len(model.model.buffers) - 1
    model.tensors.append(tensor)
    details: Any = schema.BlockwiseQuantizationT()
    details.scales, details.zeroPoints, details.blockSize = len(model.tensors) - 1, -1, block
    quantisation: Any = schema.QuantizationParametersT()
    quantisation.detailsType = schema.QuantizationDetails.BlockwiseQuantization
    quantisation.details = details
    return quantisation
