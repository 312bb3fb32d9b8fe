import keras
import numpy as np
import pytest
import tensorflow as tf

from training.network.configuration import ACTIVATIONS, Configuration
from training.network.model import DropoutMasks, ElmanModel, draw_masks, recurrence

LANES, LENGTH, WORDS = 3, 6, 50


def model_of(**settings) -> ElmanModel:
    values = {"units": 12, "embedding_size": 8, "lanes": LANES, "truncated_bptt_length": LENGTH}
    model = ElmanModel(Configuration(**{**values, **settings}), WORDS)
    generator = np.random.default_rng(5)
    for variable in model.trainable_variables:
        variable.assign(generator.normal(scale=0.3, size=variable.shape))
    return model


@pytest.fixture
def ids() -> np.ndarray:
    return np.random.default_rng(3).integers(0, WORDS, (LANES, 2 * LENGTH)).astype(np.int32)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_weights_of_each_layer_compute_the_same_in_a_stock_stateful_simple_rnn(activation):
    model = model_of(activation=activation, layers=2)
    for layer in model.recurrent_layers:
        size = layer.cell.kernel.shape[0]
        stock = keras.layers.SimpleRNN(
            12, activation=activation, return_sequences=True, stateful=True
        )
        inputs = np.random.default_rng(1).normal(size=(LANES, 2 * LENGTH, size)).astype("float32")
        stock.build((LANES, LENGTH, size))
        stock.set_weights(layer.get_weights())
        expected = [stock(inputs[:, :LENGTH]), stock(inputs[:, LENGTH:])]
        ours = recurrence(layer.cell, tf.constant(inputs), tf.zeros([LANES, 12]))
        np.testing.assert_allclose(ours, np.concatenate(expected, axis=1), atol=1e-5)
        np.testing.assert_allclose(ours[:, -1], stock.states[0], atol=1e-5)


def test_two_chunks_with_the_carried_state_equal_one_long_text(ids):
    model = model_of()
    halves = [model(ids[:, :LENGTH]), model(ids[:, LENGTH:])]
    features, _ = model.forward(ids, tf.constant(model.zero_state(LANES)))
    np.testing.assert_allclose(
        np.concatenate(halves, axis=1), model.logits(features), rtol=1e-4, atol=1e-5
    )


def test_the_same_text_gives_the_same_logits_after_a_reset_and_others_without(ids):
    model = model_of()
    first = model(ids[:, :LENGTH]).numpy()
    carried = model(ids[:, :LENGTH]).numpy()
    model.reset_state()
    again = model(ids[:, :LENGTH]).numpy()
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - carried).max() > 1e-3


def test_lanes_do_not_see_each_other(ids):
    model = model_of()
    whole = model(ids[:, :LENGTH]).numpy()
    for lane in range(LANES):
        alone, _ = model.run(ids[lane, :LENGTH], model.zero_state())
        np.testing.assert_allclose(alone, whole[lane], rtol=1e-4, atol=1e-5)


def test_steps_one_by_one_equal_a_whole_chunk(ids):
    model = model_of()
    state = tf.constant(model.zero_state())
    expected, last = model.run(ids[0], model.zero_state())
    for token, logits in zip(ids[0], expected, strict=True):
        stepped, state = model.step(tf.constant([token]), state)
        np.testing.assert_allclose(stepped[0], logits, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(state, last, atol=1e-5)


def test_scoring_text_leaves_the_carried_state_alone(ids):
    model = model_of()
    model(ids[:, :LENGTH])
    before = model.carried_state().numpy()
    model.run(ids[0], model.zero_state())
    np.testing.assert_array_equal(model.carried_state(), before)


def test_later_words_do_not_change_earlier_logits(ids):
    model = model_of()
    changed = ids.copy()
    changed[:, 4:] = (changed[:, 4:] + 1) % WORDS
    state = tf.constant(model.zero_state(LANES))
    first, second = (model.logits(model.forward(text, state)[0]).numpy() for text in (ids, changed))
    np.testing.assert_array_equal(first[:, :4], second[:, :4])
    assert np.abs(first[:, 4:] - second[:, 4:]).max() > 1e-3


def test_a_long_text_is_read_in_blocks_without_a_seam():
    model = model_of()
    text = np.random.default_rng(0).integers(0, WORDS, 150).astype(np.int32)
    whole, _ = model.run(text, model.zero_state())
    head, state = model.run(text[:70], model.zero_state())
    tail, _ = model.run(text[70:], state)
    np.testing.assert_allclose(np.concatenate([head, tail]), whole, rtol=1e-4, atol=1e-5)


def test_input_and_output_share_one_table():
    model = model_of(embedding_size=12)
    with_size_of_table = [v for v in model.trainable_variables if WORDS in v.shape]
    assert sorted(len(v.shape) for v in with_size_of_table) == [1, 2]


def test_dropout_masks_are_the_same_for_a_step_and_differ_between_steps():
    configuration = Configuration(units=12, embedding_size=8, output_dropout=0.5)

    def draw(step):
        return draw_masks(configuration, WORDS, LANES, tf.constant(step, tf.int64)).output.numpy()

    np.testing.assert_array_equal(draw(4), draw(4))
    assert (draw(4) != draw(5)).any()


def test_dropout_keeps_the_expected_value_and_is_constant_along_the_chunk():
    configuration = Configuration(units=400, embedding_size=8, output_dropout=0.25)
    mask = draw_masks(configuration, WORDS, 64, tf.constant(0, tf.int64)).output
    assert mask.shape == (64, 1, 400)
    assert float(tf.reduce_mean(mask)) == pytest.approx(1, abs=0.02)


def test_a_mask_of_ones_changes_nothing(ids):
    model = model_of()
    state = tf.constant(model.zero_state(LANES))
    ones = DropoutMasks(
        tf.ones([WORDS]),
        [tf.ones([LANES, 1, 8]), tf.ones([LANES, 1, 12])],
        tf.ones([LANES, 1, 12]),
        [tf.ones([12, 12])] * 2,
    )
    np.testing.assert_array_equal(model.forward(ids, state)[0], model.forward(ids, state, ones)[0])
