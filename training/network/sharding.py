"""Training in shards: each has lanes of its own, and any number of processes computes them.

The lanes are dealt to `shards`, in order. With `averaging_steps` of 1 every step adds the gradients
of all shards and moves the weights once. With more, each shard trains on its own lanes for so many
steps, and then weights and moments are averaged over the shards; that is as good for the model and
needs a fraction of the communication (local SGD).

What is added is added exactly (`FixedPoint`), and every random draw is keyed by (seed, step,
shard): the weights are the same bits whether one process computes all shards or each has its own.

Source: Stich, "Local SGD Converges Fast and Communicates Little", 2019.
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

# Weights, unclipped gradients and losses beyond this mean that training diverged.
LARGEST = 2.0**13
# Another worker hangs if it needs longer for a round than so many seconds and times as long.
HANGING_SECONDS, SLOWEST = 45, 10

Chunks = Iterator[tuple[tf.Tensor, ...]]


def trainer_for(
    configuration: Configuration, vocabulary_size: int, stream: Stream, cluster: Cluster
) -> Trainer:
    """The trainer that the number of shards asks for."""
    if configuration.shards == 1:
        return Trainer(configuration, vocabulary_size, stream)
    return ShardedTrainer(configuration, vocabulary_size, stream, cluster)


class ShardedTrainer(Trainer):
    """Trains the shards of this process of a `cluster`, and moves on together with the others.

    All workers hold the same weights, optimiser and averages between two rounds, and each the
    carried state of its own lanes.
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
        shapes = [tuple(array.shape) for array in self._exchanged()]
        bounds = [LARGEST] * len(self._weights())
        if not self._synchronous:
            # Clipped gradients, and so their means, reach the clip; doubled because that rounds.
            clip = 2 * configuration.gradient_clip
            bounds += [bound for _ in self._weights() for bound in (clip, clip * clip)]
        self._exact_sum = FixedPoint(
            [*shapes, (configuration.averaging_steps,)], [*bounds, LARGEST], configuration.shards
        )

    def _exchanged(self) -> list[tf.Variable]:
        """The variables that a round averages (or whose gradients it does)."""
        if self._synchronous:
            return self._weights()
        return [*self._weights(), *self.optimizer.moments()]

    def _lanes_of(self, shard: int) -> range:
        lanes = self.model.configuration.lanes
        return range(shard * lanes, (shard + 1) * lanes)

    def _state_shape(self) -> tuple[int, int, int]:
        """[layers, lanes, units] of all lanes."""
        configuration = self.configuration
        return configuration.layers, configuration.lanes, configuration.units

    # -- training ----------------------------------------------------------------------------------

    def train(
        self, until: int, report: Callable[[StepResult], None], stop: Callable[[], bool] = never
    ) -> None:
        """Train up to step `until` (exclusive); a round ends there.

        Calls `report` for every step at the end of its round. All workers return early after a
        round in which `stop` was true in one of them. Raises `TrainingDiverged` in all of them
        where a loss or a weight is not finite in one.
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
        """The steps to `until`, in every shard, and what follows for the weights of all.

        Returns the mean losses of the steps, and whether a worker was told to stop.
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
            raise self._diverged("a loss or a weight is not finite any more")
        self._approach_by(tf.constant(self._decay(first, until), tf.float32))
        self.step = until
        return losses.numpy()[: until - first].tolist(), bool(total[-1])

    def _part_of(
        self, index: int, chunks: Chunks, apply: Callable[..., tf.Tensor], until: int
    ) -> tf.Tensor:
        """What one shard adds to the round, int64 vector."""
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
        """What the steps of a shard change and the next shard in this process begins from."""
        if self._synchronous or len(self._shards) == 1:
            return []
        return [*self._exchanged(), self.optimizer.iterations.value]

    def _return_to(self, step: int, values: list[np.ndarray]) -> None:
        for variable, value in zip(self._changed_by_steps(), values, strict=True):
            variable.assign(value)
        self.step = step

    def _update(self, *arguments: Any) -> tf.Tensor:
        """One step of a shard: its loss; in a synchronous step, its gradients and loss packed."""
        gradients, loss = self._gradients(*arguments)
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
        """Move the weights by the sum over all shards; the mean losses, and how much was lost."""
        (*means, losses), lost = self._exact_sum.unpack(total)
        if self._synchronous:
            self._move(means)
        else:
            for variable, mean in zip(self._exchanged(), means, strict=True):
                variable.assign(mean)
        return losses, lost

    def _decay(self, first: int, until: int) -> float:
        """The decay of the averaged weights over all steps of a round."""
        decay = self.configuration.average_decay
        return float(np.prod([min(decay, (1 + s) / (10 + s)) for s in range(first, until)]))

    @tf.function
    def _approach_by(self, decay: tf.Tensor) -> None:
        self._approach(decay)

    # -- saving ------------------------------------------------------------------------------------

    def start(self, checkpoint: Checkpoint | None) -> None:
        """Let all workers begin with what worker 0 has: its checkpoint, or its first weights.

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
        """Everything needed to go on from here, with the state of all lanes; all workers call it.

        Raises `UserError` where the workers' weights are not the same.
        """
        states = np.zeros(self._state_shape(), np.float32)
        for shard, state in zip(self._shards, self._states, strict=True):
            states[:, self._slice(shard)] = state
        checkpoint = super().checkpoint(facts)
        self._add_states(checkpoint, self._cluster.sum_of_parts(states))
        self._cluster.require_same(digest_of(checkpoint.arrays), "weights")
        return checkpoint

    def _add_states(self, checkpoint: Checkpoint, states: np.ndarray) -> None:
        """Put the carried states [layers, lanes, units] of all lanes into a checkpoint."""
        for index, state in enumerate(states):
            checkpoint.arrays[f"state/{index}"] = state

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from `checkpoint`, of whose states this process takes those of its own lanes."""
        layers = range(self.configuration.layers)
        states = np.stack([checkpoint.arrays[f"state/{index}"] for index in layers])
        self._begin_states(states)
        rows = self._slice(self._shards[0])
        own = {f"state/{index}": state[rows] for index, state in enumerate(states)}
        super().restore(Checkpoint(checkpoint.step, {**checkpoint.arrays, **own}, {}))

    def _begin_states(self, states: np.ndarray) -> None:
        """Take the carried states of this process's shards out of those of all lanes."""
        self._states = [tf.constant(states[:, self._slice(shard)]) for shard in self._shards]

    def _slice(self, shard: Shard) -> slice:
        lanes = self._lanes_of(shard.index)
        return slice(lanes.start, lanes.stop)
