import keras
import numpy as np
import tensorflow as tf

from training.network.configuration import Configuration
from training.network.optimizer import adamw

RATE, DECAY = 0.01, 0.1


def trained(optimizer: keras.optimizers.Optimizer, variables: list[keras.Variable]) -> None:
    for step in range(200):
        draw = np.random.default_rng(step)
        gradients = [tf.constant(draw.normal(size=v.shape).astype(np.float32)) for v in variables]
        optimizer.apply(gradients, variables)
        optimizer.learning_rate.assign(RATE / (step + 1))


def variables() -> list[keras.Variable]:
    kernel = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    return [keras.Variable(kernel, name="kernel"), keras.Variable(kernel[0], name="bias")]


def test_one_operation_computes_what_keras_adamw_computes():
    ours, theirs = variables(), variables()
    trained(adamw(Configuration(learning_rate=RATE, weight_decay=DECAY), ours), ours)
    reference = keras.optimizers.AdamW(learning_rate=RATE, weight_decay=DECAY)
    reference.exclude_from_weight_decay(var_names=["bias"])
    reference.build(theirs)
    trained(reference, theirs)
    for our, their in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(our.numpy(), their.numpy(), atol=1e-5)


def test_biases_are_not_drawn_towards_zero():
    matrix, bias = weights = variables()
    optimizer = adamw(Configuration(learning_rate=RATE, weight_decay=DECAY), weights)
    before = matrix.numpy(), bias.numpy()
    optimizer.apply([tf.zeros(weight.shape) for weight in weights], weights)
    np.testing.assert_allclose(matrix.numpy(), before[0] * (1 - RATE * DECAY), rtol=1e-6)
    np.testing.assert_array_equal(bias.numpy(), before[1])
