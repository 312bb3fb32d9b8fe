"""The declared cell is the one that Keras computes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.network import cell
from training.network.configuration import ACTIVATIONS

INPUTS, UNITS = 5, 3


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_declared_step_is_that_of_the_keras_cell(activation):
    layer = keras.layers.SimpleRNNCell(UNITS, activation=activation)
    layer.build((1, INPUTS))
    random = np.random.default_rng(1)
    arrays = {
        name: random.normal(size=shape).astype(np.float32)
        for name, shape in cell.shapes(INPUTS, UNITS).items()
    }
    assert len(layer.weights) == len(arrays)
    for name, array in arrays.items():
        getattr(layer, name).assign(array)
    inputs, state = (random.normal(size=(4, size)).astype(np.float32) for size in (INPUTS, UNITS))
    sums = inputs @ arrays["kernel"] + state @ arrays["recurrent_kernel"] + arrays["bias"]
    after = cell.next_state(sums, state, arrays, getattr(tf.nn, activation))
    np.testing.assert_allclose(after, layer(inputs, [state])[0], rtol=1e-5, atol=1e-6)


def test_the_sums_are_made_of_declared_arrays():
    assert set(cell.SUMMED) <= set(cell.ARRAYS)
    shapes = cell.shapes(INPUTS, UNITS)
    assert all(len(shapes[name]) == 1 for name in cell.FURTHER)
    columns = shapes["kernel"][1]
    assert shapes["recurrent_kernel"] == (UNITS, columns) and shapes["bias"] == (columns,)


def test_the_formula_names_the_activation():
    assert cell.formula("tanh") == "s_t = tanh(U x_t + W s_(t-1) + b)"
