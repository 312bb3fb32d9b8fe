"""The chunks of the lanes (training/lanes.py) as `tf.data` pipelines, drawn and read ahead."""

import numpy as np
import tensorflow as tf

from training.candidates import CandidateSampler
from training.lanes import LaneReader

PREFETCHED_CHUNKS = 8


def exact_chunks(reader: LaneReader, first_step: int, last_step: int) -> tf.data.Dataset:
    """(step, inputs, targets) of steps `first_step` to `last_step` (exclusive), read ahead."""

    def read(step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return reader.chunk(int(step))

    def load(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        return step, *tf.numpy_function(read, [step], [tf.int32, tf.int32], stateful=False)

    return tf.data.Dataset.range(first_step, last_step).map(load).prefetch(PREFETCHED_CHUNKS)


def candidate_chunks(
    reader: LaneReader, sampler: CandidateSampler, first_step: int, last_step: int
) -> tf.data.Dataset:
    """(step, inputs, target indices, candidate ids, correction) of the same steps, read ahead."""

    def read(step: np.ndarray) -> tuple[np.ndarray, ...]:
        inputs, targets = reader.chunk(int(step))
        drawn = sampler.draw(targets, int(step))
        return inputs, drawn.targets, drawn.ids, drawn.correction

    def load(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        kinds = [tf.int32, tf.int32, tf.int32, tf.float32]
        return step, *tf.numpy_function(read, [step], kinds, stateful=False)

    return tf.data.Dataset.range(first_step, last_step).map(load).prefetch(PREFETCHED_CHUNKS)
