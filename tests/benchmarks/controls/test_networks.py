"""The gated networks and the transformer compute what they are meant to."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from benchmarks.controls.gated import GRUModel, LSTMModel
from benchmarks.controls.networks import NAMES, class_of, configuration_of, parameters
from benchmarks.controls.transformer import CONTEXT, WINDOW, TransformerModel
from training.data.lanes import Stream
from training.network.configuration import Configuration, preset
from training.network.trainer import Trainer

LANES, LENGTH, WORDS, UNITS = 3, 5, 50, 12
OTHERS = [name for name in NAMES if name != "simple-rnn"]


def configuration_for(**values) -> Configuration:
    values = {"lanes": LANES, "truncated_bptt_length": LENGTH, "units": UNITS, **values}
    return preset("tiny").changed({"embedding_size": UNITS, **values})


def random_ids(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, WORDS, shape).astype(np.int32)


# -- gated networks --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("network", "stock"), [(GRUModel, keras.layers.GRU), (LSTMModel, keras.layers.LSTM)]
)
def test_a_layer_computes_the_same_as_the_stock_layer(network, stock):
    model = network(configuration_for(), WORDS)
    for layer in model.recurrent_layers:
        other = stock(UNITS, return_sequences=True, stateful=True)
        other.build((LANES, LENGTH, UNITS))
        weights = [np.random.default_rng(1).normal(size=w.shape) for w in layer.get_weights()]
        layer.set_weights(weights)
        other.set_weights(weights)
        inputs = np.random.default_rng(2).normal(size=(LANES, 2 * LENGTH, UNITS)).astype("float32")
        expected = [other(inputs[:, :LENGTH]), other(inputs[:, LENGTH:])]
        state = tf.constant(model.zero_state(LANES)[0])
        first, state = model.recur(layer, tf.constant(inputs[:, :LENGTH]), state, None)
        second, state = model.recur(layer, tf.constant(inputs[:, LENGTH:]), state, None)
        np.testing.assert_allclose(
            np.concatenate([first, second], 1), np.concatenate(expected, 1), atol=1e-5
        )
        np.testing.assert_allclose(state, np.concatenate(other.states, 1), atol=1e-5)


@pytest.mark.parametrize("network", [GRUModel, LSTMModel])
def test_the_state_is_carried_from_call_to_call(network):
    model = network(configuration_for(), WORDS)
    ids = random_ids(LANES, 2 * LENGTH)
    in_one = model.logits(model.forward(ids, model.zero_state(LANES))[0])
    model.reset_state()
    in_two = np.concatenate([model(ids[:, :LENGTH]), model(ids[:, LENGTH:])], 1)
    np.testing.assert_allclose(in_two, in_one, atol=1e-5)


# -- transformer -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def transformer() -> TransformerModel:
    values = {"truncated_bptt_length": WINDOW, "layers": 2}
    return TransformerModel(configuration_for(**values), WORDS)


def test_a_prediction_depends_on_the_tokens_before_it(transformer):
    ids = random_ids(CONTEXT)
    logits, _ = transformer.run(ids, transformer.zero_state())
    for changed in (0, 20):
        others = ids.copy()
        others[changed] = (others[changed] + 1) % WORDS
        different, _ = transformer.run(others, transformer.zero_state())
        np.testing.assert_allclose(different[:changed], logits[:changed], atol=1e-5)
        assert np.abs(different[changed + 1] - logits[changed + 1]).max() > 1e-4


def test_reading_in_pieces_gives_the_same_predictions(transformer):
    ids = random_ids(CONTEXT)
    logits, _ = transformer.run(ids, transformer.zero_state())
    state, pieces = transformer.zero_state(), []
    for piece in (ids[:1], ids[1:17], ids[17:]):
        part, state = transformer.run(piece, state)
        pieces.append(part)
    np.testing.assert_allclose(np.concatenate(pieces), logits, atol=1e-4)


def test_a_prediction_sees_the_last_tokens_of_a_long_text(transformer):
    ids = random_ids(5 * CONTEXT)
    logits, _ = transformer.run(ids, transformer.zero_state())
    others = ids.copy()
    others[-CONTEXT] = (others[-CONTEXT] + 1) % WORDS
    different, _ = transformer.run(others, transformer.zero_state())
    assert np.abs(different[-1] - logits[-1]).max() > 1e-4
    # Nothing before the window matters.
    others = np.concatenate([random_ids(CONTEXT)[::-1], ids[CONTEXT:]])
    different, _ = transformer.run(others, transformer.zero_state())
    np.testing.assert_allclose(different[-1], logits[-1], atol=1e-5)


def test_a_step_with_a_cache_gives_the_same_predictions(transformer):
    ids = random_ids(20)
    expected, _ = transformer.run(ids, transformer.zero_state())
    position, cache = tf.constant([0]), tf.zeros(transformer.cache_shape())
    for at, token in enumerate(ids):
        result = transformer.cached_step(tf.constant([token]), position, cache)
        position, cache = result["next_position"], result["next_cache"]
        np.testing.assert_allclose(result["logits"][0], expected[at], atol=1e-4)


# -- sizes and training ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", OTHERS)
def test_a_network_has_about_as_many_parameters(name):
    base, size = preset("keyboard"), 9_900
    configuration = configuration_of(name, base, size)
    wanted = parameters("simple-rnn", base, size)
    assert parameters(name, configuration, size) == pytest.approx(wanted, rel=0.03)
    real = class_of(name)(replace(configuration, lanes=1), size)
    assert real.parameters() == parameters(name, configuration, size)
    tokens = base.lanes * base.truncated_bptt_length
    in_a_step = configuration.lanes * configuration.truncated_bptt_length
    assert in_a_step == pytest.approx(tokens, rel=0.05)


@pytest.mark.parametrize("name", OTHERS)
def test_training_can_be_resumed_exactly(name):
    ids = random_ids(4_000)
    stream = Stream(ids, np.array([0, 1_000, 2_500, 4_000]))
    configuration = configuration_for(epochs=1, candidates=0, warmup_steps=2, layers=1)

    def trainer() -> Trainer:
        return Trainer(configuration, WORDS, stream, class_of(name))

    def losses_to(until: int, of: Trainer) -> list[float]:
        losses = []
        of.train(until, lambda result: losses.append(result.loss))
        return losses

    uninterrupted = trainer()
    expected = losses_to(6, uninterrupted)
    first = trainer()
    losses = losses_to(3, first)
    resumed = trainer()
    resumed.restore(first.checkpoint({}))
    losses += losses_to(6, resumed)
    assert losses == expected
    weights = resumed.averaged_weights()
    for weight, array in uninterrupted.averaged_weights().items():
        np.testing.assert_array_equal(weights[weight], array)
