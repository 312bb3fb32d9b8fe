"""One step of the network as a pure function, `step(token, state) -> logits, next_state`.

The state is a value: float32 [layers, 1, units], passed in and returned, zeros at the start of a
text. Each family of runtimes gets the same function with its own layout of weights:

    ServerStep    words [vocabulary, embedding size]   variables: SavedModel, and LiteRT, whose
                                                       fully connected layer uses this order
    BrowserStep   words [embedding size, vocabulary]   constants: TensorFlow.js multiplies quickly
                                                       only in this order

TensorFlow.js stores a matrix in 8 bits with a single scale, so one column of large values would
reduce the precision of all others. `BrowserStep` therefore scales every column to the same largest
magnitude and keeps the scales as float32. Applying them after each product also stops TensorFlow's
graph optimiser from fusing the product with the next operation. In TensorFlow.js, starting an
operation costs more than its arithmetic, so the norms' scales are multiplied into the matrices.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from export.copies.weights import LayerWeights, NetworkWeights
from training.network.cell import FURTHER, next_state
from training.network.model import NORM_EPSILON


def signature(weights: NetworkWeights) -> list[tf.TensorSpec]:
    """The arguments of a step, in order: `token` int32 [1], `state` float32 [layers, 1, units]."""
    return [
        tf.TensorSpec([1], tf.int32, name="token"),
        tf.TensorSpec([len(weights.layers), 1, weights.units], tf.float32, name="state"),
    ]


class ServerStep(tf.Module):
    """The step over variables, each read once, with the operations in the order of Keras."""

    def __init__(self, weights: NetworkWeights):
        super().__init__(name="elman")
        self.activation = getattr(tf.nn, weights.activation)
        self.words = tf.Variable(weights.words, name="words")
        self.layers = [_variables(layer, index) for index, layer in enumerate(weights.layers)]
        self.final_scale = tf.Variable(weights.final_scale, name="final_scale")
        self.projection = (
            None
            if weights.projection is None
            else tf.Variable(weights.projection, name="projection")
        )
        self.output_bias = tf.Variable(weights.output_bias, name="output_bias")

    def __call__(self, token: tf.Tensor, state: tf.Tensor) -> dict[str, tf.Tensor]:
        """`logits` [1, vocabulary] and `next_state` of `token` [1], `state` [layers, 1, units]."""
        words = tf.convert_to_tensor(self.words)
        stream, states = tf.gather(words, token), []  # [1, embedding size]
        for layer, before in zip(self.layers, tf.unstack(state), strict=True):  # [1, units] each
            inputs = _normalised(stream, layer["norm_scale"])
            projected = tf.matmul(inputs, layer["kernel"]) + layer["bias"]
            sums = projected + tf.matmul(before, layer["recurrent_kernel"])
            after = next_state(sums, before, layer, self.activation)
            states.append(after)
            stream = _residual(stream, after)
        features = _normalised(stream, self.final_scale)
        if self.projection is not None:
            features = tf.matmul(features, self.projection)
        # [1, embedding size] x [embedding size, vocabulary]
        logits = tf.matmul(features, words, transpose_b=True) + self.output_bias
        return {"logits": logits, "next_state": tf.stack(states)}


class BrowserStep(tf.Module):
    """The step over named constants: columns of equal magnitude, and their scales."""

    def __init__(self, weights: NetworkWeights):
        super().__init__(name="elman")
        self.weights = weights.folded()
        self.activation = getattr(tf.nn, weights.activation)

    def __call__(self, token: tf.Tensor, state: tf.Tensor) -> dict[str, tf.Tensor]:
        """`logits` [1, vocabulary] and `next_state` of `token` [1], `state` [layers, 1, units]."""
        words, word_scales = _columns(self.weights.words.T, "words")  # [embedding size, vocabulary]
        # One column, [embedding size, 1] to [1, embedding size].
        vector = tf.reshape(tf.gather(words, token, axis=1), [1, words.shape[0]])
        stream, states = vector * tf.gather(word_scales, token), []
        befores = tf.unstack(state)
        for index, (layer, before) in enumerate(zip(self.weights.layers, befores, strict=True)):
            after = self._recurrence(_normalised(stream), before, layer, index)
            states.append(after)
            stream = _residual(stream, after)
        features = _normalised(stream)
        if self.weights.projection is None:
            features *= _constant(self.weights.final_scale, "final_scale")
        else:
            projection, scales = _columns(self.weights.projection, "projection")
            features = tf.matmul(features, projection) * scales
        output_bias = _constant(self.weights.output_bias, "output_bias")
        logits = tf.matmul(features, words) * word_scales + output_bias
        return {"logits": logits, "next_state": tf.stack(states)}

    def _recurrence(
        self, inputs: tf.Tensor, before: tf.Tensor, layer: LayerWeights, index: int
    ) -> tf.Tensor:
        # One product over [inputs, state] takes fewer calls into the runtime than two.
        both = np.concatenate([layer.kernel, layer.recurrent_kernel])  # [inputs + units, units]
        kernel, scales = _columns(both, f"layer_{index}_kernel")
        product = tf.matmul(tf.concat([inputs, before], axis=1), kernel) * scales
        sums = product + _constant(layer.bias, f"layer_{index}_bias")
        further = {
            name: _constant(getattr(layer, name), f"layer_{index}_{name}") for name in FURTHER
        }
        return next_state(sums, before, further, self.activation)


def _variables(layer: LayerWeights, index: int) -> dict[str, tf.Variable]:
    return {
        name: tf.Variable(array, name=f"layer_{index}_{name}")
        for name, array in layer.named().items()
    }


def _normalised(values: tf.Tensor, scale: tf.Tensor | None = None) -> tf.Tensor:
    mean = tf.reduce_mean(tf.square(values), axis=-1, keepdims=True)
    # Apply the constant scale first. If it were last, the TensorFlow Lite converter would multiply
    # it into the next matrix, and the table would no longer be shared.
    scaled = values if scale is None else values * scale
    return scaled * tf.math.rsqrt(mean + NORM_EPSILON)


def _residual(stream: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    return stream + outputs if stream.shape[-1] == outputs.shape[-1] else outputs


def _columns(matrix: np.ndarray, name: str) -> Sequence[tf.Tensor]:
    """The matrix with columns scaled to a largest magnitude of 1, and the scales of the columns."""
    scales = np.abs(matrix).max(axis=0)
    scales[scales == 0] = 1
    return _constant(matrix / scales, name), _constant(scales, f"{name}_scales")


def _constant(array: np.ndarray, name: str) -> tf.Tensor:
    return tf.constant(array.astype(np.float32), name=name)
