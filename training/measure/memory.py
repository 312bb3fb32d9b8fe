"""Measure how far back the memory of the network reaches.

There are two measurements on held-out text. *Perplexity by distance*: the same words are predicted
from a state that has seen only the last 1, 2, 4, ... tokens, and from the full state. *Gradient by
distance*: the norm of the gradient of the loss with respect to the state some steps earlier. If it
vanishes, truncated back-propagation through time cannot learn dependencies at that distance; if it
grows, training diverges (Bengio, Simard and Frasconi, "Learning Long-Term Dependencies with
Gradient Descent is Difficult", 1994).
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from training.data.lanes import Stream
from training.measure.metrics import exponential
from training.network.model import ElmanModel
from training.text.vocabulary import END

DISTANCES = (1, 2, 4, 8, 16, 32, 64)
POSITIONS = 2_000
BATCH = 250
# Documents are read in blocks of this many tokens, the longest piece that the model unrolls.
BLOCK = 64


@dataclasses.dataclass(frozen=True)
class MemoryReach:
    """How much earlier tokens still matter, by distance.

    Args:
      distances: Distances in tokens.
      perplexities: Perplexity if the state has seen only this many tokens.
      gradient_norms: Norm of the gradient of the loss with respect to the state this many tokens
        earlier, averaged over positions.
      full: Perplexity at the same positions if the state has seen the whole document.
      positions: Number of positions measured.
    """

    distances: list[int]
    perplexities: list[float]
    gradient_norms: list[float]
    full: float
    positions: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain numbers, for JSON."""
        return dataclasses.asdict(self)


def memory_reach(
    model: ElmanModel,
    stream: Stream,
    *,
    positions: int = POSITIONS,
    distances: Sequence[int] = DISTANCES,
    progress: Callable[[int], None] = lambda _: None,
) -> MemoryReach | None:
    """Measure a model on tokens with enough text before them, spread evenly over `stream`.

    Args:
      model: The model.
      stream: Held-out text.
      positions: Maximum number of tokens to measure.
      distances: Distances in tokens.
      progress: Called with the number of positions done.

    Returns:
      The measurements, or None if no document is long enough.
    """
    targets = _spread(_positions(stream, max(distances)), positions)
    if not len(targets):
        return None
    longest = max(distances)
    full_states = _states_before(model, stream, targets, longest)
    nats = np.zeros(len(distances) + 1)
    norms = np.zeros(len(distances))
    for first in range(0, len(targets), BATCH):
        batch = slice(first, first + BATCH)
        words = _words_before(stream, targets[batch], longest)
        answers = np.asarray(stream.ids[targets[batch]], np.int32)
        for index, distance in enumerate(distances):
            state = np.zeros_like(full_states[:, batch])
            nats[index] += _loss(model, words[:, -distance:], state, answers)[0]
            begin = full_states[:, batch]
            if distance < longest:
                begin = _advanced(model, words[:, : longest - distance], begin)
            loss, norm = _loss(model, words[:, -distance:], begin, answers)
            norms[index] += norm
        nats[-1] += loss
        progress(min(first + BATCH, len(targets)))
    perplexities = [exponential(value / len(targets)) for value in nats]
    gradient_norms = (norms / len(targets)).tolist()
    return MemoryReach(
        list(distances), perplexities[:-1], gradient_norms, perplexities[-1], len(targets)
    )


def _positions(stream: Stream, distance: int) -> np.ndarray:
    """Return the tokens whose window of `distance` tokens begins at the end of a block."""
    pieces = [
        np.arange(begin + BLOCK - 1 + distance, end, BLOCK)
        for begin, end in zip(stream.starts[:-1], stream.starts[1:], strict=True)
    ]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int64)


def _spread(indices: np.ndarray, count: int) -> np.ndarray:
    if len(indices) <= count:
        return indices
    return indices[np.linspace(0, len(indices) - 1, count).astype(np.int64)]


def _words_before(stream: Stream, targets: np.ndarray, distance: int) -> np.ndarray:
    """Return the `distance` tokens before each target, int32 [targets, distance]."""
    offsets = np.arange(-distance, 0)
    return np.asarray(stream.ids[targets[:, None] + offsets], np.int32)


def _states_before(
    model: ElmanModel, stream: Stream, targets: np.ndarray, distance: int
) -> np.ndarray:
    """Return the full state `distance` tokens before each target.

    float32 [layers, targets, units].
    """
    wanted = targets - distance
    layers, units = model.configuration.layers, model.configuration.units
    states = np.zeros((layers, len(wanted), units), np.float32)
    document, read, state = -1, 0, model.zero_state()
    for index, end in enumerate(wanted):
        here = int(np.searchsorted(stream.starts, end, side="right")) - 1
        pending = stream.ids[read:end]
        if here != document:
            document, state = here, model.zero_state()
            pending = np.concatenate([[END], stream.ids[stream.starts[here] : end]])
        _, state = model.run(np.asarray(pending, np.int32), state)
        states[:, index] = state[:, 0]
        read = int(end)
    return states


@tf.function
def _advanced_graph(model: ElmanModel, words: tf.Tensor, state: tf.Tensor) -> tf.Tensor:
    return model.forward(words, state)[1]


def _advanced(model: ElmanModel, words: np.ndarray, state: np.ndarray) -> tf.Tensor:
    return _advanced_graph(model, tf.constant(words), tf.constant(state))


def _loss(
    model: ElmanModel, words: np.ndarray, state: np.ndarray | tf.Tensor, answers: np.ndarray
) -> tuple[float, float]:
    """Return the summed loss of `answers` after `words`, and the summed gradient norms of `state`.

    Args:
      model: The model.
      words: Token ids, int32 [positions, distance].
      state: State before the first of them, float32 [layers, positions, units].
      answers: Target ids, int32 [positions].
    """
    nats, norms = _loss_graph(model, tf.constant(words), tf.constant(state), tf.constant(answers))
    return float(nats), float(norms)


@tf.function
def _loss_graph(
    model: ElmanModel, words: tf.Tensor, state: tf.Tensor, answers: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    with tf.GradientTape() as tape:
        tape.watch(state)
        features, _ = model.forward(words, state)
        logits = model.logits(features[:, -1])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(answers, logits)
        loss = tf.reduce_sum(losses)
    gradient = tape.gradient(loss, state)
    norms = tf.sqrt(tf.reduce_sum(tf.square(gradient), axis=[0, 2]))
    return loss, tf.reduce_sum(norms)
