import dataclasses
import math

import numpy as np
import pytest

from training.data.lanes import Stream
from training.network.configuration import Configuration
from training.network.trainer import Trainer, TrainingDiverged

WORDS = 40
SETTINGS = Configuration(
    units=16,
    embedding_size=12,
    lanes=4,
    truncated_bptt_length=5,
    epochs=4,
    minimum_steps=0,
    candidates=20,
    exact_share=0.25,
    embedding_dropout=0.1,
    recurrent_dropout=0.1,
    warmup_steps=4,
    average_decay=0.9,
)


def counting_text(tokens: int = 400) -> Stream:
    """2 3 4 ... 39 2 3 4 ...: each word determines the next one."""
    ids = (np.arange(tokens) % (WORDS - 2) + 2).astype(np.uint16)
    return Stream(ids, np.array([0, tokens // 2, tokens]))


def trainer_of(**settings) -> Trainer:
    return Trainer(dataclasses.replace(SETTINGS, **settings), WORDS, counting_text())


def weights_of(trainer: Trainer) -> dict[str, np.ndarray]:
    return trainer.checkpoint({}).arrays


def assert_same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> None:
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


@pytest.mark.parametrize("candidates", [0, 20])
def test_it_learns_which_word_follows_which(candidates):
    trainer = trainer_of(
        candidates=candidates, epochs=60, learning_rate=1e-2, layer_dropout=0, output_dropout=0
    )
    trainer.train(trainer.total_steps, lambda _: None)
    assert math.exp(trainer.validation_loss(counting_text())) < 1.5


def test_before_training_it_is_a_unigram_model():
    counts = np.bincount(counting_text().ids, minlength=WORDS)
    unigram = -np.sum(counts / counts.sum() * np.log((counts + 0.5) / (counts + 0.5).sum()))
    assert trainer_of().validation_loss(counting_text()) == pytest.approx(unigram, rel=0.05)


def test_the_loss_over_candidates_estimates_the_loss_over_all_words():
    settings = {"layer_dropout": 0, "output_dropout": 0, "embedding_dropout": 0}
    settings |= {"recurrent_dropout": 0, "learning_rate": 1e-9, "weight_decay": 0}
    losses = {}
    for candidates in (0, 20):
        trainer = trainer_of(candidates=candidates, epochs=20, exact_share=0, **settings)
        trainer.model.output_bias.assign(np.random.default_rng(1).normal(scale=1.5, size=WORDS))
        losses[candidates] = []
        trainer.train(trainer.total_steps, lambda at, into=losses[candidates]: into.append(at.loss))
    assert np.mean(losses[20]) == pytest.approx(np.mean(losses[0]), rel=0.02)


@pytest.mark.parametrize("candidates", [0, 20])
def test_several_steps_in_one_call_are_the_same_steps(candidates):
    losses, weights = [], []
    for count in (1, 7):
        trainer = trainer_of(candidates=candidates, steps_per_call=count)
        losses.append([])
        # The calls of 7 steps meet an epoch's start, the first exact step, and both ends.
        for until in (25, trainer.total_steps):
            trainer.train(until, lambda at, into=losses[-1]: into.append((at.step, at.loss)))
        weights.append(weights_of(trainer))
    assert trainer.total_steps > 2 * trainer.steps_per_epoch
    assert [step for step, _ in losses[1]] == list(range(1, trainer.total_steps + 1))
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)
    for name, array in weights[0].items():
        np.testing.assert_allclose(weights[1][name], array, rtol=1e-3, atol=1e-4, err_msg=name)


def test_a_stop_ends_training_after_the_steps_of_a_call():
    trainer, seen = trainer_of(steps_per_call=7), []
    trainer.train(trainer.total_steps, lambda at: seen.append(at.step), lambda: len(seen) > 3)
    assert trainer.step == len(seen) == 7


def test_training_ends_with_the_exact_softmax():
    trainer = trainer_of()
    assert trainer.first_exact_step == trainer.total_steps * 3 // 4
    assert trainer_of(candidates=0).first_exact_step == 0
    assert trainer_of(candidates=WORDS).first_exact_step == 0


def test_validation_disturbs_neither_the_state_nor_the_weights_in_training():
    trainer = trainer_of()
    trainer.train(7, lambda _: None)
    before = weights_of(trainer)
    trainer.validation_loss(counting_text())
    assert_same(before, weights_of(trainer))


def test_the_state_is_carried_within_an_epoch_and_reset_at_the_next():
    trainer = trainer_of()
    states = []
    for _ in range(trainer.steps_per_epoch):
        trainer.train(trainer.step + 1, lambda _: None)
        states.append(trainer.model.carried_state().numpy())
    assert all((state != 0).any() for state in states)

    # One more step starts the next epoch, which must not depend on the state before it.
    other = trainer_of()
    other.restore(trainer.checkpoint({}))
    other.model.carry(np.ones_like(states[0]))
    for each in (trainer, other):
        each.train(each.step + 1, lambda _: None)
    assert_same(weights_of(trainer), weights_of(other))


def test_within_an_epoch_the_state_that_is_handed_over_matters():
    trainer, other = trainer_of(), trainer_of()
    trainer.train(2, lambda _: None)
    other.restore(trainer.checkpoint({}))
    other.model.carry(np.ones([2, 4, 16], np.float32))
    for each in (trainer, other):
        each.train(3, lambda _: None)
    assert (trainer.model.carried_state().numpy() != other.model.carried_state().numpy()).any()


def test_resumed_training_is_bit_identical_to_uninterrupted_training():
    whole = trainer_of()
    whole.train(whole.total_steps, lambda _: None)
    first = trainer_of()
    first.train(13, lambda _: None)
    second = trainer_of()
    second.restore(first.checkpoint({}))
    second.train(second.total_steps, lambda _: None)
    assert_same(weights_of(whole), weights_of(second))


def test_another_seed_gives_other_weights():
    first, second = trainer_of(seed=1), trainer_of(seed=2)
    assert any(
        (weights_of(first)[name] != weights_of(second)[name]).any() for name in weights_of(first)
    )


def test_a_checkpoint_of_another_network_is_refused():
    with pytest.raises(ValueError, match="a different network"):
        trainer_of().restore(trainer_of(layers=3).checkpoint({}))


def test_a_loss_that_is_no_number_stops_training_with_the_reason():
    trainer = trainer_of()
    trainer.train(3, lambda _: None)
    trainer.model.output_bias.assign(np.full(WORDS, np.nan, np.float32))
    with pytest.raises(TrainingDiverged, match="loss became nan at step 3"):
        trainer.train(10, lambda _: None)


def test_gradients_are_clipped():
    gentle = trainer_of(gradient_clip=1e-12, weight_decay=0)
    wild = trainer_of(weight_decay=0)
    before = weights_of(gentle)["weight/recurrent_0/simple_rnn_cell/recurrent_kernel"].copy()
    gentle.train(1, lambda _: None)
    wild.train(1, lambda _: None)

    def moved(trainer):
        after = weights_of(trainer)["weight/recurrent_0/simple_rnn_cell/recurrent_kernel"]
        return np.abs(after - before).max()

    assert moved(gentle) < moved(wild) / 10
