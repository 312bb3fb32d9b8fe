"""Rewrites a converted int8 model so that TensorFlow Lite 2.12 and later can run it.

The converter stores one scale per row of a matrix in the quantisation parameters of its tensor.
Reading them takes FULLY_CONNECTED version 12 or EMBEDDING_LOOKUP version 4, and TensorFlow Lite
2.12 to 2.17 lack at least one of these. In the rewritten model, every int8 matrix has the single
scale 1, and its row scales are a float32 constant for a separate MUL:

    FULLY_CONNECTED version 9   product = matrix x + bias / scales
    MUL                         product * scales

    EMBEDDING_LOOKUP version 1  row of the table, and its scale
    MUL                         row * scale

The int8 weights do not change, so results differ only by rounding. Dividing the bias by the scales
saves an ADD over all logits.

In LiteRT, the MUL over the logits is nearly all of what a step takes longer than in the converted
model. A CONV_2D, which may have one scale per row, would save half of that, but a step without
XNNPACK would take twice as long.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from export.copies.tflite_files import BuiltinOperator, TensorType, Tflite, schema

OLDEST_RUNTIME = "2.12.0"
FULLY_CONNECTED_VERSION = 9


def adapt_to_older_runtimes(model: Tflite) -> None:
    """Replace per-row quantisation in `model`, and store the table of words only once.

    The converter quantises the table twice: with a single scale for the lookup, and with one scale
    per row for the output layer. The rewritten model looks up words in the latter.
    """
    table = _output_matrix(model)
    scales = _take_scales_out(model)
    if table in scales:
        _look_up_words(model, table, scales[table])
    model.remove_unused()
    # The converter computed this field, of 16 bytes, from the operators that it wrote.
    model.set_metadata("min_runtime_version", OLDEST_RUNTIME.encode().ljust(16, b"\0"))


def _output_matrix(model: Tflite) -> int:
    logits = model.output_index("logits")
    (layer,) = [each for each in _fully_connected(model) if each.outputs[0] == logits]
    return int(layer.inputs[1])


def _take_scales_out(model: Tflite) -> dict[int, int]:
    """Move the scales of int8 matrices into constants.

    Returns:
        The constant of shape [1, rows] for each int8 matrix, both as indices of tensors.
    """
    scales: dict[int, int] = {}
    for layer in _fully_connected(model):
        matrix = int(layer.inputs[1])
        # The converter gives all layers the highest version that any of them needs.
        model.set_version(layer, FULLY_CONNECTED_VERSION)
        if model.tensors[matrix].type != TensorType.INT8:
            continue
        if matrix not in scales:
            scales[matrix] = _add_scales(model, model.tensors[matrix])
        multiply = _scale_after(model, layer, scales[matrix])
        model.operators.insert(model.operators.index(layer) + 1, multiply)
    return scales


def _add_scales(model: Tflite, tensor: Any) -> int:
    # Biases can be divided by the scales: even for a row of zeros, the converter writes about 4e-9.
    rows = np.asarray(tensor.quantization.scale, np.float32)
    tensor.quantization = _scale_of_one()
    return model.add_constant(f"{tensor.name.decode()}_scales", rows[None])


def _scale_after(model: Tflite, layer: Any, scales: int) -> Any:
    """Make `layer` compute the unscaled product; returns the MUL that scales it."""
    vector, matrix, bias = (int(index) for index in layer.inputs)
    output = int(layer.outputs[0])
    name = model.tensors[output].name.decode()
    if bias >= 0:
        unscaled = model.float_data(bias) / model.float_data(scales)[0]
        bias = model.add_constant(f"{name}_bias", unscaled)
    multiply = schema.MulOptionsT()
    multiply.fusedActivationFunction = layer.builtinOptions.fusedActivationFunction
    layer.builtinOptions.fusedActivationFunction = schema.ActivationFunctionType.NONE
    product = model.add_tensor(f"{name}_unscaled", model.tensors[output].shape)
    layer.inputs, layer.outputs = [vector, matrix, bias], [product]
    return model.operation(BuiltinOperator.MUL, [product, scales], [output], 1, multiply)


def _look_up_words(model: Tflite, table: int, scales: int) -> None:
    """Replace GATHER and DEQUANTIZE by lookups of the row and of its scale."""
    (gather,) = model.operators_of(BuiltinOperator.GATHER)
    (dequantise,) = model.operators_of(BuiltinOperator.DEQUANTIZE)
    token, vector = int(gather.inputs[1]), int(dequantise.outputs[0])
    words, size = model.tensors[table].shape
    column = model.add_view("word_scales", scales, [words, 1])
    row, scale = model.add_tensor("word_row", [1, size]), model.add_tensor("word_scale", [1, 1])
    lookup, multiply = BuiltinOperator.EMBEDDING_LOOKUP, schema.MulOptionsT()
    place = model.operators.index(gather)
    model.operators[place : place + 1] = [
        model.operation(lookup, [token, table], [row], 1),
        model.operation(lookup, [token, column], [scale], 1),
        model.operation(BuiltinOperator.MUL, [row, scale], [vector], 1, multiply),
    ]
    model.operators.remove(dequantise)


def _fully_connected(model: Tflite) -> list[Any]:
    return model.operators_of(BuiltinOperator.FULLY_CONNECTED)


def _scale_of_one() -> Any:
    quantisation: Any = schema.QuantizationParametersT()
    quantisation.scale, quantisation.zeroPoint = [1.0], [0]
    return quantisation
