"""Training in shards that any number of processes can compute.

The lanes are divided into `shards`, in order. With `averaging_steps=1`, every step adds the
gradients of all shards and applies one optimiser step. Otherwise, each shard trains alone on its
lanes for `averaging_steps` steps; then weights and moments are averaged over the shards, which
needs a fraction of the communication (local SGD), and the weights move on with Nesterov momentum.

Sums are exact (`FixedPoint`), and random draws are keyed by (seed, step, shard). The weights are
therefore identical, bit for bit, whether one process computes all shards or each has its own.

Sources: Stich, "Local SGD Converges Fast and Communicates Little", 2019; Douillard et al., "DiLoCo:
Distributed Low-Communication Training of Language Models", 2023.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from training.common.arrays import digest_of
from training.data.dataset import Shard
from training.data.lanes import Stream
from training.network.checkpoint import Checkpoint
from training.network.cluster import ALONE, Cluster
from training.network.configuration import Configuration
from training.network.fixed_point import FixedPoint
from training.network.trainer import StepResult, Trainer, never

# The norm of weights, unclipped gradients or losses beyond which training has diverged.
LARGEST = 2.0**13
# With local steps, the learning rate is this many times as high, since Adam divides by the size of
# the gradients, and those of a shard are noisier. Chosen with two shards of 64 lanes each that are
# averaged every 64 steps. Validation perplexity after two epochs, and seconds to that of a 5-gram:
# rate 2 64.7 and 98 (momentum 0.7: 65.9 and 109), rate 1.5 64.7 and 86, rate 1.25 65.0 and 91.
LOCAL_RATE = 1.5
AVERAGES_MOMENTUM = 0.5
# A worker hangs if it takes this many seconds plus this many times as long for a round as another.
HANGING_SECONDS, SLOWEST = 45, 10

Chunks = Iterator[tuple[tf.Tensor, ...]]


def trainer_for(
    configuration: Configuration, vocabulary_size: int, stream: Stream, cluster: Cluster
) -> Trainer:
    """Return a trainer for the number of shards in the configuration."""
    if configuration.shards == 1:
        return Trainer(configuration, vocabulary_size, stream)
    return ShardedTrainer(configuration, vocabulary_size, stream, cluster)


class ShardedTrainer(Trainer):
    """Trains the shards of one worker, in rounds together with the other workers.

    Between rounds, all workers have the same weights, optimiser state and averaged weights. Each
    has the carried state of its own lanes.

    Args:
      configuration: Settings of the run, with at least two shards.
      vocabulary_size: Number of entries in the vocabulary.
      stream: The training text.
      cluster: The workers that share the shards.
    """

    def __init__(
        self,
        configuration: Configuration,
        vocabulary_size: int,
        stream: Stream,
        cluster: Cluster = ALONE,
    ):
        super().__init__(configuration, vocabulary_size, stream)
        self._cluster = cluster
        self._synchronous = configuration.averaging_steps == 1
        self._shards = [
            Shard(self.reader.part(self._lanes_of(index)), index)
            for index in cluster.place.share_of(configuration.shards)
        ]
        self._begin_states(np.zeros(self._state_shape(), np.float32))
        averaged = [] if self._synchronous else self._weights()
        self._anchors = [tf.Variable(weight) for weight in averaged]
        self._velocities = [tf.Variable(tf.zeros_like(weight)) for weight in averaged]
        shapes = [tuple(array.shape) for array in self._exchanged()]
        bounds = [LARGEST] * len(self._weights())
        if not self._synchronous:
            # Moments are means of clipped gradients and of their squares; doubled for rounding.
            clip = 2 * configuration.gradient_clip
            bounds += [bound for _ in self._weights() for bound in (clip, clip * clip)]
        self._exact_sum = FixedPoint(
            [*shapes, (configuration.averaging_steps,)], [*bounds, LARGEST], configuration.shards
        )

    def _exchanged(self) -> list[tf.Variable]:
        """Return the variables that a round averages, or whose gradients it averages."""
        if self._synchronous:
            return self._weights()
        return [*self._weights(), *self.optimizer.moments()]

    def _rate(self, step: int) -> float:
        return super()._rate(step) * (1.0 if self._synchronous else LOCAL_RATE)

    def _lanes_of(self, shard: int) -> range:
        lanes = self.model.configuration.lanes
        return range(shard * lanes, (shard + 1) * lanes)

    def _state_shape(self) -> tuple[int, int, int]:
        """Return the shape of the state of all lanes: [layers, lanes, units]."""
        configuration = self.configuration
        return configuration.layers, configuration.lanes, configuration.units

    # -- training ----------------------------------------------------------------------------------

    def train(
        self, until: int, report: Callable[[StepResult], None], stop: Callable[[], bool] = never
    ) -> None:
        """Train up to step `until` (exclusive), where a round ends.

        Args:
          until: The step to stop before.
          report: Called with the result of every step, at the end of its round.
          stop: Called at the end of every round; if it returns True in one worker, all workers
            stop early.

        Raises:
          TrainingDiverged: In all workers, if a loss or a weight is not finite in one.
        """
        while self.step < until:
            end, apply = self._stretch(until)
            streams = [iter(self._chunks(shard, end)) for shard in self._shards]
            while self.step < end:
                first = self.step
                losses, stopped = self._round(streams, apply, self._round_end(end), stop)
                for step, loss in enumerate(losses, first):
                    report(StepResult(step + 1, loss, self._rate(step)))
                if stopped:
                    return

    def _round_end(self, until: int) -> int:
        steps = self.configuration.averaging_steps
        return min(until, (self.step // steps + 1) * steps)

    def _round(
        self,
        streams: list[Chunks],
        apply: Callable[..., tf.Tensor],
        until: int,
        stop: Callable[[], bool],
    ) -> tuple[list[float], bool]:
        """Take the steps to `until` in every shard, and combine the results.

        Returns:
          The mean losses of the steps, and whether a worker asked to stop.
        """
        begun = time.monotonic()
        first, before = self.step, [variable.numpy() for variable in self._changed_by_steps()]
        total = None
        for index, chunks in enumerate(streams):
            if index:
                self._return_to(first, before)
            part = self._part_of(index, chunks, apply, until)
            total = part if total is None else total + part
        told = tf.constant([stop()], tf.int64)
        patience = HANGING_SECONDS + SLOWEST * (time.monotonic() - begun)
        total = self._cluster.sum(tf.concat([total, told], 0), patience)
        losses, lost = self._finish(total[:-1])
        if lost:
            raise self._diverged("a loss or a weight is no longer finite")
        self._approach_by(tf.constant(self._decay(first, until), tf.float32))
        self.step = until
        return losses.numpy()[: until - first].tolist(), bool(total[-1])

    def _part_of(
        self, index: int, chunks: Chunks, apply: Callable[..., tf.Tensor], until: int
    ) -> tf.Tensor:
        """Take the steps of one shard; return its part of the sum, an int64 vector."""
        self.model.carry(self._states[index])
        results = []
        for chunk in itertools.islice(chunks, until - self.step):
            results.append(self._train_on(chunk, apply))
            self.step += 1
        self._states[index] = self.model.carried_state()
        if self._synchronous:
            return results[0]
        unused = self.configuration.averaging_steps - len(results)
        return self._pack_variables(tf.stack(results + [tf.constant(0.0)] * unused))

    def _changed_by_steps(self) -> list[tf.Variable]:
        """Return the variables to reset before this process computes its next shard."""
        if self._synchronous or len(self._shards) == 1:
            return []
        return [*self._exchanged(), self.optimizer.iterations.value]

    def _return_to(self, step: int, values: list[np.ndarray]) -> None:
        for variable, value in zip(self._changed_by_steps(), values, strict=True):
            variable.assign(value)
        self.step = step

    def _update(self, step: tf.Tensor, gradients: list[tf.Tensor], loss: tf.Tensor) -> tf.Tensor:
        """Take one step of a shard and return the loss.

        A synchronous step leaves the weights alone, and returns the gradients packed with the loss.
        """
        if self._synchronous:
            return self._exact_sum.pack([*gradients, loss])
        self._move(gradients)
        return loss

    @tf.function
    def _pack_variables(self, losses: tf.Tensor) -> tf.Tensor:
        arrays = [tf.convert_to_tensor(variable) for variable in self._exchanged()]
        return self._exact_sum.pack([*arrays, losses])

    @tf.function
    def _finish(self, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Update the weights from the sum over all shards.

        Returns:
          The mean losses, and the number of incorrect arrays.
        """
        (*means, losses), lost = self._exact_sum.unpack(total)
        if self._synchronous:
            self._move(means)
        else:
            for variable, mean in zip(self._exchanged(), means, strict=True):
                variable.assign(mean)
            self._accelerate()
        return losses, lost

    def _accelerate(self) -> None:
        """Move the averaged weights on in the direction of the last rounds (Nesterov momentum).

        The anchors are the weights before and after, the velocities a decaying sum of the changes.
        """
        for weight, anchor, velocity in zip(
            self._weights(), self._anchors, self._velocities, strict=True
        ):
            change = weight - anchor
            velocity.assign(AVERAGES_MOMENTUM * velocity + change)
            anchor.assign(weight + AVERAGES_MOMENTUM * velocity)
            weight.assign(anchor)

    def _decay(self, first: int, until: int) -> float:
        """Return the decay of the averaged weights over all steps of a round."""
        decay = self.configuration.average_decay
        return float(np.prod([min(decay, (1 + s) / (10 + s)) for s in range(first, until)]))

    @tf.function
    def _approach_by(self, decay: tf.Tensor) -> None:
        self._approach(decay)

    # -- saving ------------------------------------------------------------------------------------

    def start(self, checkpoint: Checkpoint | None) -> None:
        """Start all workers from worker 0's checkpoint, or from its initial weights.

        Raises `ValueError` if the checkpoint is from a different network.
        """
        if checkpoint is None:
            checkpoint = Trainer.checkpoint(self, {})
            self._add_states(checkpoint, np.zeros(self._state_shape(), np.float32))
        elif checkpoint.arrays.keys() != self._saved().keys():
            raise ValueError("the checkpoint is from a different network")
        arrays = {"step": np.array(checkpoint.step), **checkpoint.arrays}
        arrays = self._cluster.of_worker_0(arrays)
        self.restore(Checkpoint(int(arrays.pop("step")), arrays, {}))

    def checkpoint(self, facts: dict[str, Any]) -> Checkpoint:
        """Return everything needed to resume, with the state of all lanes.

        All workers must call this. Raises `UserError` if their weights differ.
        """
        states = np.zeros(self._state_shape(), np.float32)
        for shard, state in zip(self._shards, self._states, strict=True):
            states[:, self._slice(shard)] = state
        checkpoint = super().checkpoint(facts)
        self._add_states(checkpoint, self._cluster.sum_of_parts(states))
        self._cluster.require_same(digest_of(checkpoint.arrays), "weights")
        return checkpoint

    def _add_states(self, checkpoint: Checkpoint, states: np.ndarray) -> None:
        """Add the states [layers, lanes, units] of all lanes to a checkpoint."""
        for index, state in enumerate(states):
            checkpoint.arrays[f"state/{index}"] = state

    def restore(self, checkpoint: Checkpoint) -> None:
        """Resume from `checkpoint`, with the states of this worker's lanes."""
        layers = range(self.configuration.layers)
        states = np.stack([checkpoint.arrays[f"state/{index}"] for index in layers])
        self._begin_states(states)
        rows = self._slice(self._shards[0])
        own = {f"state/{index}": state[rows] for index, state in enumerate(states)}
        super().restore(Checkpoint(checkpoint.step, {**checkpoint.arrays, **own}, {}))
        for anchor, weight in zip(self._anchors, self._weights(), strict=False):
            anchor.assign(weight)

    def _saved(self) -> dict[str, Any]:
        paths = (f"velocity/{weight.path}" for weight in self.model.trainable_variables)
        return {**super()._saved(), **dict(zip(paths, self._velocities, strict=False))}

    def _begin_states(self, states: np.ndarray) -> None:
        """Set the states of this worker's shards from those of all lanes."""
        self._states = [tf.constant(states[:, self._slice(shard)]) for shard in self._shards]

    def _slice(self, shard: Shard) -> slice:
        lanes = self._lanes_of(shard.index)
        return slice(lanes.start, lanes.stop)
