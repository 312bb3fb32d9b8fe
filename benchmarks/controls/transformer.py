"""A small causal transformer of KerasHub's layers, trained and measured like the network.

    x_t     = E[word_t] + P[t]                            word vector and position
    x^l+1   = TransformerDecoder(x^l)                     attention and a feed-forward layer
    o_t     = softmax(norm(x_t^last) E' + c)              output with the same table, transposed

It is trained on windows of `WINDOW` tokens, in which every token is predicted from those before it
in the window. Otherwise, a prediction sees at least the last `CONTEXT` tokens of the text. This is
what the state contains.

Source: Vaswani et al., "Attention Is All You Need", 2017, with normalisation before each layer.
"""

from __future__ import annotations

import keras
import keras_hub
import numpy as np
import tensorflow as tf

from training.network.model import NORM_EPSILON, DropoutMasks, ElmanModel

WINDOW = 128
CONTEXT = 64
HEADS = 4
FEED_FORWARD = 4
"""The size of the feed-forward layers, as a multiple of the size of the word vectors."""
ABSENT = -1.0


class TransformerModel(ElmanModel):
    """A transformer with the interface of `ElmanModel`; `layers` is the number of blocks.

    `units` and `embedding_size` must be equal. The state is float32 [1, batch, CONTEXT]: the last
    tokens, or `ABSENT` before the start of the text. The texts of a batch start together.
    """

    def build_layers(self) -> None:
        """Create and build all layers between the word vectors and the output."""
        configuration = self.configuration
        # The layers clone their initialiser: with a seed, all matrices of a shape would be equal.
        keras.utils.set_random_seed(configuration.seed % (1 << 32))
        shape = (configuration.lanes, configuration.truncated_bptt_length, configuration.units)
        self.recurrent_layers, self.projection = [], None
        self.positions = keras_hub.layers.PositionEmbedding(WINDOW, name="positions")
        self.blocks = [
            keras_hub.layers.TransformerDecoder(
                FEED_FORWARD * configuration.units,
                HEADS,
                dropout=configuration.layer_dropout,
                activation="gelu",
                normalize_first=True,
                name=f"block_{index}",
            )
            for index in range(configuration.layers)
        ]
        self.final_norm = keras.layers.RMSNormalization(epsilon=NORM_EPSILON, name="norm_final")
        for layer in (self.positions, *self.blocks, self.final_norm):
            layer.build(shape)

    # -- the carried state -------------------------------------------------------------------------

    @property
    def carried(self) -> list[keras.Variable]:
        """The states of the random generators for dropout, which a checkpoint holds."""
        return [variable for block in self.blocks for variable in block.non_trainable_variables]

    def reset_state(self) -> None:
        """Do nothing: training carries no state from window to window."""

    def carried_state(self) -> tf.Tensor:
        """Return the state at the start of a text."""
        return tf.constant(self.zero_state(self.configuration.lanes))

    def carry(self, state: tf.Tensor) -> None:
        """Do nothing: training carries no state from window to window."""

    def zero_state(self, batch: int = 1) -> np.ndarray:
        """Return the state at the start of a text, float32 [1, batch, CONTEXT]."""
        return np.full((1, batch, CONTEXT), ABSENT, np.float32)

    # -- pure functions ----------------------------------------------------------------------------

    def forward(
        self, ids: tf.Tensor, state: tf.Tensor, masks: DropoutMasks | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Run the network without its output layer.

        Args:
          ids: Token ids, int32 [batch, length], at most `WINDOW - CONTEXT` of each text, and
            `WINDOW` in training.
          state: State before the first token, float32 [1, batch, CONTEXT]; training ignores it.
          masks: Dropout masks, in training only.

        Returns:
          Features, float32 [batch, length, embedding size], and the state after the last token.
        """
        tokens = ids if masks is not None else tf.concat([_present(state), ids], 1)
        stream = tf.gather(tf.convert_to_tensor(self.embedding.embeddings), tokens)
        if masks is not None and masks.words is not None:
            stream = stream * tf.gather(masks.words, tokens)[..., None]
        stream = stream + self.positions(stream)
        for block in self.blocks:
            stream = block(stream, training=masks is not None)
        # [batch, context + length, embedding size] -> [batch, length, embedding size]
        features = self.final_norm(stream[:, tf.shape(tokens)[1] - tf.shape(ids)[1] :])
        if masks is not None and masks.output is not None:
            features = features * masks.output
        read = tf.concat([state[0], tf.cast(ids, tf.float32)], 1)
        return features, read[None, :, tf.shape(ids)[1] :]

    def cached_step(
        self, token: tf.Tensor, position: tf.Tensor, cache: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """Process one token with the keys and values of those before it, as a keyboard would.

        Once the window is full, a keyboard has to read the last `CONTEXT` tokens again.

        Args:
          token: Token id, int32 [1].
          position: The number of tokens before it in the window, int32 [1].
          cache: Keys and values, float32 [blocks, 1, 2, WINDOW, HEADS, units / HEADS].

        Returns:
          `logits` [1, vocabulary], `next_position` and `next_cache`.
        """
        words, start, caches = tf.convert_to_tensor(self.embedding.embeddings), position[0], []
        stream = tf.gather(words, token)[:, None]  # [1, 1, units]
        stream = stream + self.positions(stream, start_index=start)
        for block, before in zip(self.blocks, tf.unstack(cache), strict=True):
            stream, after = block(
                stream, self_attention_cache=before, self_attention_cache_update_index=start
            )
            caches.append(after)
        # `final_norm`, but with the scale first: see `export/copies/step.py`.
        stream = stream[:, 0]
        mean = tf.reduce_mean(tf.square(stream), axis=-1, keepdims=True)
        features = stream * self.final_norm.scale * tf.math.rsqrt(mean + NORM_EPSILON)
        logits = tf.matmul(features, words, transpose_b=True) + self.output_bias
        following = tf.math.floormod(position + 1, WINDOW)
        return {"logits": logits, "next_position": following, "next_cache": tf.stack(caches)}

    def cache_shape(self) -> list[int]:
        """Return the shape of the cache of `cached_step`."""
        size = self.configuration.units // HEADS
        return [self.configuration.layers, 1, 2, WINDOW, HEADS, size]


def _present(state: tf.Tensor) -> tf.Tensor:
    """Return the tokens in a state, int32 [batch, up to CONTEXT]."""
    present = tf.reduce_sum(tf.cast(state[0, 0] != ABSENT, tf.int32))
    return tf.cast(state[0, :, CONTEXT - present :], tf.int32)
