"""Any number of processes computes the same weights; here each process is a thread."""

import dataclasses
import functools
import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from tests.training.network.test_trainer import SETTINGS, WORDS, assert_same, counting_text
from training.common.errors import UserError
from training.network.checkpoint import Checkpoint
from training.network.cluster import ALONE, Cluster, Place
from training.network.sharding import LOCAL_RATE, ShardedTrainer, trainer_for
from training.network.trainer import StepResult, Trainer, TrainingDiverged

SHARDS = 4
STEPS = 24


class Meeting:
    """Adds what the threads of a cluster bring, all at the same time."""

    def __init__(self, size: int):
        self.brought: list[np.ndarray | None] = [None] * size
        self.barrier = threading.Barrier(size, timeout=120)

    def member(self, index: int) -> Cluster:
        place = Place(index, ("",) * len(self.brought))

        def add(numbers, _seconds):
            self.brought[index] = np.array(numbers)
            self.barrier.wait()
            total = sum(self.brought)
            self.barrier.wait()
            return total

        return Cluster(place, add)


def trainer_of(cluster: Cluster = ALONE, **settings) -> Trainer:
    settings = {"shards": SHARDS, "averaging_steps": 5, **settings}
    return trainer_for(dataclasses.replace(SETTINGS, **settings), WORDS, counting_text(), cluster)


@functools.cache
def trainers(size: int, averaging_steps: int) -> tuple[list[Trainer], Checkpoint]:
    """The trainers of so many processes, and where they began."""
    meeting = Meeting(size)
    made = [
        trainer_of(meeting.member(index), averaging_steps=averaging_steps) for index in range(size)
    ]
    return made, in_all(made, lambda trainer: trainer.checkpoint({}))[0]


def in_all(them: list[Trainer], do: Callable[[Trainer], Any]) -> list[Any]:
    """What `do` returns for each trainer, all at the same time."""
    with ThreadPoolExecutor(len(them)) as pool:
        return list(pool.map(do, them))


def begun(size: int, averaging_steps: int = 5) -> list[Trainer]:
    """The trainers of so many processes, at step 0."""
    them, beginning = trainers(size, averaging_steps)
    # Other workers know nothing of what worker 0 begins with.
    in_all(them, lambda one: one.start(beginning if one is them[0] else None))
    return them


def train(size: int, start: Checkpoint | None, until: int, averaging_steps: int) -> Checkpoint:
    """The checkpoint at step `until` of a training in so many processes."""
    them = begun(size, averaging_steps)

    def run(trainer: Trainer) -> Checkpoint:
        trainer.start(start if trainer is them[0] else None) if start else None
        trainer.train(until, lambda _: None)
        return trainer.checkpoint({})

    first, *others = in_all(them, run)
    for other in others:
        assert_same(first.arrays, other.arrays)
    return first


SIZES = [(2, 1), (2, 5), (4, 5)]


@pytest.mark.parametrize(("size", "averaging_steps"), SIZES)
def test_any_number_of_processes_computes_the_same_bits(size, averaging_steps):
    alone = train(1, None, STEPS, averaging_steps)
    assert_same(alone.arrays, train(size, None, STEPS, averaging_steps).arrays)


@pytest.mark.parametrize(("size", "averaging_steps"), SIZES)
def test_another_number_of_processes_goes_on_from_a_checkpoint_with_the_same_bits(
    size, averaging_steps
):
    whole = train(1, None, STEPS, averaging_steps)
    for before, after in ((size, 1), (1, size)):
        between = train(before, None, 10, averaging_steps)
        assert between.step == 10
        assert_same(whole.arrays, train(after, between, STEPS, averaging_steps).arrays)


def test_a_checkpoint_holds_the_states_of_all_lanes():
    arrays = train(2, None, 10, 5).arrays
    assert arrays["state/0"].shape == (SETTINGS.lanes, SETTINGS.units)
    assert all(row.any() for row in arrays["state/1"])


def test_shards_read_other_lanes_and_draw_by_other_keys():
    (trainer,) = begun(1)
    assert isinstance(trainer, ShardedTrainer)
    chunks = [next(iter(trainer._chunks(shard, 1))) for shard in trainer._shards]
    keys, inputs, _, _, _ = zip(*chunks, strict=True)
    assert len({int(key) for key in keys}) == SHARDS
    expected, _ = trainer.reader.chunk(0)
    np.testing.assert_array_equal(np.concatenate(inputs), expected)


def test_a_synchronous_step_is_that_of_a_single_shard_but_for_rounding():
    plain = {"layer_dropout": 0, "output_dropout": 0, "embedding_dropout": 0}
    plain |= {"recurrent_dropout": 0, "candidates": 0, "averaging_steps": 1}
    one, four = trainer_of(shards=1, **plain), trainer_of(**plain)
    for trainer in (one, four):
        trainer.start(None)
        trainer.train(10, lambda _: None)
    for name, weights in one.averaged_weights().items():
        np.testing.assert_allclose(four.averaged_weights()[name], weights, atol=1e-4)


def test_averaged_weights_keep_half_of_their_last_change_as_momentum():
    (trainer,) = begun(1, averaging_steps=5)
    trainer._velocities[0].assign(np.ones(trainer._velocities[0].shape))
    weight, anchor = trainer._weights()[0], trainer._anchors[0]
    weight.assign(anchor + 1)
    before = anchor.numpy()
    trainer._accelerate()
    # velocity: 0.5 * 1 + 1; change: 1 + 0.5 * velocity
    np.testing.assert_allclose(weight.numpy(), before + 1.75, rtol=1e-6)
    np.testing.assert_array_equal(anchor.numpy(), weight.numpy())


@pytest.mark.parametrize(("averaging_steps", "times"), [(1, 1), (5, LOCAL_RATE)])
def test_only_local_steps_use_a_higher_learning_rate(averaging_steps, times):
    (trainer,) = begun(1, averaging_steps=averaging_steps)
    assert trainer._rate(3) == times * Trainer._rate(trainer, 3)


@pytest.mark.parametrize("averaging_steps", [1, 5])
def test_it_learns_which_word_follows_which(averaging_steps):
    trainer = trainer_of(
        averaging_steps=averaging_steps,
        epochs=60,
        learning_rate=1e-2,
        layer_dropout=0,
        output_dropout=0,
    )
    trainer.train(trainer.total_steps, lambda _: None)
    assert math.exp(trainer.validation_loss(counting_text())) < 1.5


def test_every_step_is_reported_once_with_the_mean_loss():
    told: list[StepResult] = []
    begun(1)[0].train(12, told.append)
    assert [result.step for result in told] == list(range(1, 13))
    assert all(2 < result.loss < 5 for result in told)


def test_all_workers_stop_after_the_round_in_which_one_was_told():
    them = begun(2)

    def run(trainer: Trainer) -> int:
        told = trainer is them[1]
        trainer.train(20, lambda _: None, lambda: told and trainer.step > 5)
        return trainer.step

    assert in_all(them, run) == [10, 10]


def test_all_workers_hear_of_a_loss_that_is_no_number_in_one():
    them = begun(2)

    def run(trainer: Trainer) -> None:
        trainer.train(5, lambda _: None)
        if trainer is them[1]:
            trainer.model.output_bias.assign(np.full(WORDS, np.nan, np.float32))
        with pytest.raises(TrainingDiverged, match="no longer finite at step"):
            trainer.train(10, lambda _: None)

    in_all(them, run)


def test_workers_with_other_weights_are_found_out_at_the_checkpoint():
    them = begun(2)
    bias = them[1].model.output_bias
    bias.assign(bias + 1e-3)

    def run(trainer: Trainer) -> None:
        with pytest.raises(UserError, match="worker 1 has different weights than"):
            trainer.checkpoint({})

    in_all(them, run)


def test_a_checkpoint_of_another_network_is_refused():
    other = trainer_of(layers=3).checkpoint({})
    with pytest.raises(ValueError, match="different network"):
        trainer_of().start(other)
