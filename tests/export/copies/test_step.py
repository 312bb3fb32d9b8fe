import numpy as np
import pytest
import tensorflow as tf

from export.copies.keras_weights import keras_model, weights_of
from export.copies.step import BrowserStep, ServerStep
from tests.export.networks import random_network, untrained

SHAPES = [
    {},
    {"layers": 1},
    {"layers": 3, "activation": "relu"},
    {"activation": "relu6"},
    {"embedding": 8, "activation": "sigmoid"},
    {"vocabulary": 16},
]
IDS = [0, 5, 3, 3, 9, 2, 0, 7]


def run(step, weights):
    state = np.zeros((len(weights.layers), 1, weights.units), np.float32)
    logits = []
    for token in IDS:
        result = step(tf.constant([token]), tf.constant(state))
        logits.append(result["logits"].numpy()[0])
        state = result["next_state"].numpy()
    return np.array(logits), state


@pytest.mark.parametrize("layout", [ServerStep, BrowserStep])
@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_layout_computes_what_keras_computes(layout, trained, shape):
    weights = random_network(**shape)
    weights = weights if trained else untrained(weights)
    model = keras_model(weights)
    expected, expected_state = model.run(np.array(IDS), model.zero_state())
    logits, state = run(layout(weights), weights)
    np.testing.assert_allclose(logits, expected, atol=1e-5)
    np.testing.assert_allclose(state, expected_state, atol=1e-5)


def test_weights_survive_the_way_through_keras():
    weights = random_network(embedding=8)
    again = weights_of(keras_model(weights))
    for before, after in zip(weights.arrays(), again.arrays(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_parameters_count_the_shared_table_once():
    weights = random_network(vocabulary=50, embedding=16, units=16, layers=2)
    kernels, biases, norms = 2 * 2 * 16 * 16, 2 * 16, 3 * 16
    assert weights.parameters() == 50 * 16 + kernels + biases + norms + 50
    assert weights.parameters() == keras_model(weights).parameters()


def test_a_column_of_zeros_stays_zeros_in_the_browser_layout():
    weights = random_network()
    weights.words[7] = 0
    logits, _ = run(BrowserStep(weights), weights)
    assert np.isfinite(logits).all()
    np.testing.assert_allclose(logits[:, 7], weights.output_bias[7], atol=1e-6)
