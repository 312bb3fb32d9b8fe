"""The network: an Elman network (Keras `SimpleRNN` layers) between one table of word vectors.

    x_t      = E[word_t]                                   the word's vector
    s_t^l    = f(norm(x_t^l) U^l + s_(t-1)^l W^l + b^l)    a SimpleRNN layer
    x_t^l+1  = x_t^l + s_t^l                               a residual path past it
    o_t      = softmax(norm(x_t^last) P E' + c)            the same table, transposed

`U`, `W`, `b` and `E` are shared by all steps. Normalisation and the residual path stand between the
layers: the recurrence itself is the textbook's, so the weights of each layer load into a stock
`keras.layers.SimpleRNN`. Where vectors and states differ in size, the path begins behind the first
layer, and `P` projects back to the vectors' size.

Sources: Elman, "Finding Structure in Time", 1990; Mikolov et al., "Recurrent neural network based
language model", 2010; Press and Wolf, "Using the Output Embedding to Improve Language Models",
2017; Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.
"""

import dataclasses
import math
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from training.network.configuration import Configuration

EMBEDDING_STANDARD_DEVIATION = 0.05
NORM_EPSILON = 1e-6
# A text to be scored is read in unrolled pieces of these lengths, the longest that fit first.
PIECE_TOKENS = (64, 16, 4, 1)


@dataclasses.dataclass(frozen=True)
class DropoutMasks:
    """One draw for a whole chunk (variational dropout): every step sees the same zeros.

    `words` [vocabulary]; `layers`, one a layer, [lanes, 1, size of its input]; `output` [lanes, 1,
    units]; `recurrent`, one a layer, [units, units]. Zeros and `1 / (1 - rate)`; None: no dropout.
    """

    words: tf.Tensor | None
    layers: Sequence[tf.Tensor | None]
    output: tf.Tensor | None
    recurrent: Sequence[tf.Tensor | None]


class ElmanModel(keras.Model):
    """A stateful word-level language model.

    Called with ids int32 [lanes, length] it returns logits float32 [lanes, length, vocabulary] and
    carries its state to the next call, until `reset_state`. `forward`, `step` and `run` are pure:
    they take the state and return the next one, and leave the carried state alone.
    """

    def __init__(self, configuration: Configuration, vocabulary_size: int):
        super().__init__(name="elman")
        self.configuration = configuration
        self.vocabulary_size = vocabulary_size
        self.embedding = keras.layers.Embedding(
            vocabulary_size,
            configuration.embedding_size,
            embeddings_initializer=keras.initializers.RandomNormal(
                stddev=EMBEDDING_STANDARD_DEVIATION, seed=configuration.seed
            ),
            name="embedding",
        )
        self.norms = [_norm(f"norm_{index}") for index in range(configuration.layers)]
        self.recurrent_layers = [
            _recurrent_layer(configuration, index) for index in range(configuration.layers)
        ]
        self.final_norm = _norm("norm_final")
        self.projection = _projection(configuration)
        self._build(configuration)

    def _build(self, configuration: Configuration) -> None:
        lanes, length = configuration.lanes, configuration.truncated_bptt_length
        self.embedding.build((lanes, length))
        size = configuration.embedding_size
        for norm, layer in zip(self.norms, self.recurrent_layers, strict=True):
            norm.build((lanes, length, size))
            layer.build((lanes, length, size))
            size = configuration.units
        self.final_norm.build((lanes, length, size))
        if self.projection is not None:
            self.projection.build((lanes, length, size))
        self.output_bias = self.add_weight(
            shape=(self.vocabulary_size,), initializer="zeros", name="output_bias"
        )
        self.built = True

    # -- the carried state -------------------------------------------------------------------------

    def reset_state(self) -> None:
        """Zeros: the start of a text in every lane."""
        for layer in self.recurrent_layers:
            layer.reset_state()

    def carried_state(self) -> tf.Tensor:
        """The state after the last call, float32 [layers, lanes, units]."""
        return tf.stack([tf.convert_to_tensor(layer.states[0]) for layer in self.recurrent_layers])

    def carry(self, state: tf.Tensor) -> None:
        """Hand `state` [layers, lanes, units] over to the next call."""
        for index, layer in enumerate(self.recurrent_layers):
            layer.states[0].assign(state[index])

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Logits [lanes, length, vocabulary] of a chunk that continues the one before it."""
        features, state = self.forward(inputs, self.carried_state())
        self.carry(state)
        return self.logits(features)

    # -- pure functions ----------------------------------------------------------------------------

    def forward(
        self, ids: tf.Tensor, state: tf.Tensor, masks: DropoutMasks | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Features [batch, length, embedding size] of `ids` [batch, length], and the next state.

        `state` is [layers, batch, units]. Without `masks` nothing is dropped.
        """
        masks = masks or DropoutMasks(
            None, [None] * len(self.norms), None, [None] * len(self.norms)
        )
        stream = tf.gather(tf.convert_to_tensor(self.embedding.embeddings), ids)
        if masks.words is not None:
            stream = stream * tf.gather(masks.words, ids)[..., None]
        states = []
        for index, (norm, layer) in enumerate(zip(self.norms, self.recurrent_layers, strict=True)):
            inputs = _masked(norm(stream), masks.layers[index])
            outputs = recurrence(layer.cell, inputs, state[index], masks.recurrent[index])
            states.append(outputs[:, -1])
            stream = stream + outputs if stream.shape[-1] == outputs.shape[-1] else outputs
        features = _masked(self.final_norm(stream), masks.output)
        if self.projection is not None:
            features = self.projection(features)
        return features, tf.stack(states)

    def logits(self, features: tf.Tensor) -> tf.Tensor:
        """Logits [..., vocabulary] of `features` [..., embedding size]."""
        flat = tf.reshape(features, [-1, self.configuration.embedding_size])
        table = tf.convert_to_tensor(self.embedding.embeddings)
        logits = tf.matmul(flat, table, transpose_b=True) + self.output_bias
        return tf.reshape(logits, tf.concat([tf.shape(features)[:-1], [self.vocabulary_size]], 0))

    def step(self, token: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The contract's step: `token` int32 [1], `state` [layers, 1, units] -> logits, state."""
        features, state = self.forward(token[:, None], state)
        return self.logits(features)[:, 0], state

    def zero_state(self, batch: int = 1) -> np.ndarray:
        """The state at the start of a text, float32 [layers, batch, units]."""
        return np.zeros((self.configuration.layers, batch, self.configuration.units), np.float32)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits [n, vocabulary] after each of `ids` int32 [n], and the last state (as numpy)."""
        logits = [np.zeros((0, self.vocabulary_size), np.float32)]
        first = 0
        while first < len(ids):
            length = next(length for length in PIECE_TOKENS if length <= len(ids) - first)
            piece = np.asarray(ids[first : first + length], np.int32)
            piece_logits, state = self._run(piece[None], state)
            logits.append(piece_logits.numpy())
            first += length
        return np.concatenate(logits), np.asarray(state)

    @tf.function
    def _run(self, ids: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        features, state = self.forward(ids, state)
        return self.logits(features)[0], state

    def parameters(self) -> int:
        """How many numbers training can change."""
        return sum(math.prod(variable.shape) for variable in self.trainable_variables)


def recurrence(
    cell: keras.layers.SimpleRNNCell,
    inputs: tf.Tensor,
    state: tf.Tensor,
    recurrent_mask: tf.Tensor | None = None,
) -> tf.Tensor:
    """`s_t = f(x_t U + s_(t-1) W + b)`: inputs [batch, length, size] -> [batch, length, units].

    The same function as the stock layer's, four times as fast on a CPU: the inputs of all steps are
    projected in one product, and the steps are unrolled. `length` must be known when traced.
    """
    batch, length = tf.shape(inputs)[0], inputs.shape[1]
    recurrent_kernel = _masked(tf.convert_to_tensor(cell.recurrent_kernel), recurrent_mask)
    steps_first = tf.reshape(tf.transpose(inputs, [1, 0, 2]), [length * batch, inputs.shape[2]])
    projected = tf.matmul(steps_first, tf.convert_to_tensor(cell.kernel)) + cell.bias
    outputs = []
    for step_input in tf.unstack(tf.reshape(projected, [length, batch, cell.units])):
        state = cell.activation(step_input + tf.matmul(state, recurrent_kernel))
        outputs.append(state)
    return tf.stack(outputs, axis=1)


def draw_masks(
    configuration: Configuration, vocabulary_size: int, lanes: int, step: tf.Tensor
) -> DropoutMasks:
    """The masks of a step: stateless, keyed by the run's seed and the step (int64 scalar)."""
    sizes = [configuration.embedding_size] + [configuration.units] * (configuration.layers - 1)
    units = configuration.units

    def draw(kind: int, shape: Sequence[int], rate: float) -> tf.Tensor | None:
        if rate == 0:
            return None
        seed = tf.stack([tf.constant(configuration.seed * 1000 + kind, tf.int64), step])
        keep = tf.random.stateless_uniform(shape, seed=seed) >= rate
        return tf.cast(keep, tf.float32) / (1 - rate)

    return DropoutMasks(
        words=draw(0, [vocabulary_size], configuration.embedding_dropout),
        layers=[
            draw(100 + index, [lanes, 1, size], configuration.layer_dropout)
            for index, size in enumerate(sizes)
        ],
        output=draw(1, [lanes, 1, units], configuration.output_dropout),
        recurrent=[
            draw(200 + index, [units, units], configuration.recurrent_dropout)
            for index in range(configuration.layers)
        ],
    )


def _masked(values: tf.Tensor, mask: tf.Tensor | None) -> tf.Tensor:
    return values if mask is None else values * mask


def _norm(name: str) -> keras.layers.Layer:
    return keras.layers.RMSNormalization(epsilon=NORM_EPSILON, name=name)


def _recurrent_layer(configuration: Configuration, index: int) -> keras.layers.SimpleRNN:
    seed = configuration.seed + 10 * (index + 1)
    return keras.layers.SimpleRNN(
        configuration.units,
        activation=configuration.activation,
        kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
        recurrent_initializer=keras.initializers.Orthogonal(seed=seed + 1),
        return_sequences=True,
        stateful=True,
        name=f"recurrent_{index}",
    )


def _projection(configuration: Configuration) -> keras.layers.Dense | None:
    if configuration.embedding_size == configuration.units:
        return None
    return keras.layers.Dense(
        configuration.embedding_size,
        use_bias=False,
        kernel_initializer=keras.initializers.GlorotUniform(seed=configuration.seed + 5),
        name="projection",
    )
