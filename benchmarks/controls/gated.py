"""The network with Keras' GRU or LSTM layers in place of SimpleRNN layers.

Normalisation, residual connections and the tied output are those of `ElmanModel`. As there, one
matrix product projects the inputs of all steps, and the steps are unrolled. The result is that of
the stock layers, which take several times as long on a CPU.

Sources: Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; Cho et al., "Learning Phrase
Representations using RNN Encoder-Decoder for Statistical Machine Translation", 2014.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from training.network.model import ElmanModel, layer_options, projected_steps


class GatedModel(ElmanModel):
    """A network of gated layers. The state is float32 [layers, lanes, STATES * units]."""

    LAYER: type[keras.layers.RNN]
    """Keras' layer."""
    STATES = 1
    """The number of arrays in the state of a layer; they are concatenated."""

    def recurrent_layer(self, index: int) -> keras.layers.RNN:
        """Return a new layer, not built; the first one has the index 0."""
        return self.LAYER(self.configuration.units, **layer_options(self.configuration, index))

    def carried_state(self) -> tf.Tensor:
        """Return the state after the last call, float32 [layers, lanes, STATES * units]."""
        return tf.stack([tf.concat(layer.states, 1) for layer in self.recurrent_layers])

    def carry(self, state: tf.Tensor) -> None:
        """Store `state`, float32 [layers, lanes, STATES * units], for the next call."""
        for index, layer in enumerate(self.recurrent_layers):
            for variable, part in zip(
                layer.states, tf.split(state[index], self.STATES, axis=1), strict=True
            ):
                variable.assign(part)

    def zero_state(self, batch: int = 1) -> np.ndarray:
        """Return the zero state, float32 [layers, batch, STATES * units]."""
        layers, _, units = super().zero_state(batch).shape
        return np.zeros((layers, batch, self.STATES * units), np.float32)


class GRUModel(GatedModel):
    """The network with `keras.layers.GRU`, whose state is its output."""

    LAYER = keras.layers.GRU

    def recur(
        self,
        layer: keras.layers.GRU,
        inputs: tf.Tensor,
        state: tf.Tensor,
        recurrent_mask: tf.Tensor | None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Run all steps of a layer; return the outputs and the state after the last step."""
        recurrent_kernel = _masked(layer.cell.recurrent_kernel, recurrent_mask)
        bias, recurrent_bias = tf.unstack(tf.convert_to_tensor(layer.cell.bias))
        outputs = []
        for step_input in projected_steps(inputs, layer.cell.kernel, bias):
            # [batch, 3 * units] -> update gate, reset gate, candidate; each [batch, units]
            update, reset, candidate = tf.split(step_input, 3, axis=1)
            sums = tf.matmul(state, recurrent_kernel) + recurrent_bias
            sums_update, sums_reset, sums_candidate = tf.split(sums, 3, axis=1)
            gate = tf.sigmoid(update + sums_update)
            new = tf.tanh(candidate + tf.sigmoid(reset + sums_reset) * sums_candidate)
            state = new + gate * (state - new)
            outputs.append(state)
        return tf.stack(outputs, axis=1), state


class LSTMModel(GatedModel):
    """The network with `keras.layers.LSTM`. The state has the output and the memory cell."""

    LAYER, STATES = keras.layers.LSTM, 2

    def recur(
        self,
        layer: keras.layers.LSTM,
        inputs: tf.Tensor,
        state: tf.Tensor,
        recurrent_mask: tf.Tensor | None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Run all steps of a layer; return the outputs and the state after the last step."""
        recurrent_kernel = _masked(layer.cell.recurrent_kernel, recurrent_mask)
        output, memory = tf.split(state, self.STATES, axis=1)
        outputs = []
        for step_input in projected_steps(inputs, layer.cell.kernel, layer.cell.bias):
            sums = step_input + tf.matmul(output, recurrent_kernel)
            # [batch, 4 * units] -> input gate, forget gate, candidate, output gate
            written, kept, candidate, shown = tf.split(sums, 4, axis=1)
            memory = tf.sigmoid(kept) * memory + tf.sigmoid(written) * tf.tanh(candidate)
            output = tf.sigmoid(shown) * tf.tanh(memory)
            outputs.append(output)
        return tf.stack(outputs, axis=1), tf.concat([output, memory], 1)


def _masked(kernel: keras.Variable, mask: tf.Tensor | None) -> tf.Tensor:
    """Apply a mask [units, units] to the part of a kernel [units, gates * units] of each gate."""
    values = tf.convert_to_tensor(kernel)
    return values if mask is None else values * tf.tile(mask, [1, kernel.shape[1] // mask.shape[1]])
