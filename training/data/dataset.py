"""Chunks of the lanes (`lanes.py`) as `tf.data` pipelines that read ahead."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from training.data.candidates import CandidateSampler
from training.data.lanes import LaneReader

PREFETCHED_CHUNKS = 8
EXACT_KINDS = (tf.int32, tf.int32)
CANDIDATE_KINDS = (tf.int32, tf.int32, tf.int32, tf.float32)


def exact_chunks(reader: LaneReader, first_step: int, last_step: int) -> tf.data.Dataset:
    """Return a dataset of (step, inputs, targets) for `first_step` to `last_step` (exclusive).

    `step` is int64, scalar; `inputs` and `targets` are int32 [lanes, length].
    """
    return _read_ahead(reader.chunk, EXACT_KINDS, first_step, last_step)


def candidate_chunks(
    reader: LaneReader, sampler: CandidateSampler, first_step: int, last_step: int
) -> tf.data.Dataset:
    """Return a dataset of (step, inputs, target indices, candidate ids, correction).

    Like `exact_chunks`, with target indices int32 [lanes, length] into the candidate ids int32
    [candidates], and the correction float32 [candidates].
    """

    def read(step: int) -> tuple[np.ndarray, ...]:
        inputs, targets = reader.chunk(step)
        drawn = sampler.draw(targets, step)
        return inputs, drawn.targets, drawn.ids, drawn.correction

    return _read_ahead(read, CANDIDATE_KINDS, first_step, last_step)


def _read_ahead(
    read: Callable[[int], tuple[np.ndarray, ...]],
    kinds: tuple[tf.DType, ...],
    first_step: int,
    last_step: int,
) -> tf.data.Dataset:
    def load(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        return step, *tf.numpy_function(lambda at: read(int(at)), [step], kinds, stateful=False)

    # There is nothing to tune, and a finished iterator waits for the autotuner's thread to wake up.
    # That thread sleeps ever longer, which took up to half of the training time.
    options = tf.data.Options()
    options.autotune.enabled = False
    chunks = tf.data.Dataset.range(first_step, last_step).map(load).prefetch(PREFETCHED_CHUNKS)
    return chunks.with_options(options)
