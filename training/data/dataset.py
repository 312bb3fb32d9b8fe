"""Chunks of the lanes (`lanes.py`) as `tf.data` pipelines that read ahead."""

import dataclasses
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from training.data.candidates import CandidateSampler
from training.data.lanes import LaneReader

PREFETCHED_CHUNKS = 8
# More than the number of steps of any training.
DRAWS_PER_SHARD = 2**40
EXACT_KINDS = (tf.int32, tf.int32)
CANDIDATE_KINDS = (tf.int32, tf.int32, tf.int32, tf.float32)
CANDIDATES_MULTIPLE = 1_024
# The correction of a word that only fills up the candidates: its probability becomes 0.
IMPOSSIBLE = 1e9


@dataclasses.dataclass(frozen=True)
class Shard:
    """The lanes that one shard trains on, and its keys for random draws.

    Draws are keyed by the seed and a number. Each shard counts its steps from a different number,
    so that no two shards draw the same.
    """

    reader: LaneReader
    index: int = 0

    @property
    def first_key(self) -> int:
        """The key of step 0."""
        return self.index * DRAWS_PER_SHARD

    def key(self, step: int) -> int:
        """Return the number that keys the random draws of a step."""
        return self.first_key + step


def exact_chunks(shard: Shard, first_step: int, last_step: int) -> tf.data.Dataset:
    """Return a dataset of (key, inputs, targets) for `first_step` to `last_step` (exclusive).

    `key` is int64, scalar; `inputs` and `targets` are int32 [lanes, length].
    """
    return _read_ahead(shard, shard.reader.chunk, EXACT_KINDS, first_step, last_step)


def candidate_chunks(
    shard: Shard, sampler: CandidateSampler, first_step: int, last_step: int, padded: bool = False
) -> tf.data.Dataset:
    """Return a dataset of (key, inputs, target indices, candidate ids, correction).

    Like `exact_chunks`, with target indices int32 [lanes, length] into the candidate ids int32
    [candidates], and the correction float32 [candidates]. If `padded`, the number of candidates is
    a multiple of `CANDIDATES_MULTIPLE`, so nearly always the same.
    """

    def read(step: int) -> tuple[np.ndarray, ...]:
        inputs, targets = shard.reader.chunk(step)
        drawn = sampler.draw(targets, shard.key(step))
        more = -len(drawn.ids) % CANDIDATES_MULTIPLE if padded else 0
        ids = np.pad(drawn.ids, (0, more))
        correction = np.pad(drawn.correction, (0, more), constant_values=IMPOSSIBLE)
        return inputs, drawn.targets, ids, correction

    return _read_ahead(shard, read, CANDIDATE_KINDS, first_step, last_step)


def batched(chunks: tf.data.Dataset, count: int, lanes: int, length: int) -> tf.data.Dataset:
    """Return a dataset of up to `count` chunks each, stacked: all parts have one more dimension.

    Args:
      chunks: What `exact_chunks` returns, or `candidate_chunks` with `padded`.
      count: Number of chunks in a batch; the last one may have fewer.
      lanes: Number of lanes of a chunk.
      length: Number of tokens of a lane.
    """
    shapes = [[], [lanes, length], [lanes, length], [None], [None]][
        : len(tf.nest.flatten(chunks.element_spec))
    ]
    values = [tf.constant(0, tf.int64), 0, 0, 0, IMPOSSIBLE][: len(shapes)]

    def shaped(*parts: tf.Tensor) -> tuple[tf.Tensor, ...]:
        return tuple(map(tf.ensure_shape, parts, shapes))

    return chunks.map(shaped).padded_batch(count, tuple(shapes), tuple(values)).prefetch(1)


def _read_ahead(
    shard: Shard,
    read: Callable[[int], tuple[np.ndarray, ...]],
    kinds: tuple[tf.DType, ...],
    first_step: int,
    last_step: int,
) -> tf.data.Dataset:
    def load(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        chunk = tf.numpy_function(lambda at: read(int(at)), [step], kinds, stateful=False)
        return tf.add(step, shard.first_key), *chunk

    # There is nothing to tune, and a finished iterator waits for the autotuner's thread to wake up.
    # That thread sleeps ever longer, which took up to half of the training time.
    options = tf.data.Options()
    options.autotune.enabled = False
    chunks = tf.data.Dataset.range(first_step, last_step).map(load).prefetch(PREFETCHED_CHUNKS)
    return chunks.with_options(options)
