import itertools

import numpy as np
import pytest
import tensorflow as tf

from training.network.fixed_point import FixedPoint

SHAPES = [(3, 4), (5,)]


def parts_of(shards: int) -> list[list[np.ndarray]]:
    draw = np.random.default_rng(1)
    scales = 10.0 ** draw.integers(-6, 2, (shards, len(SHAPES)))
    return [
        [
            (draw.normal(size=shape) * scale).astype(np.float32)
            for shape, scale in zip(SHAPES, row, strict=True)
        ]
        for row in scales
    ]


def test_the_mean_is_the_same_bits_in_any_order_and_grouping():
    exact = FixedPoint(SHAPES, [1000.0, 1000.0], 4)
    packed = [exact.pack(part) for part in parts_of(4)]
    results = set()
    for a, b, c, d in itertools.permutations(packed):
        for total in (a + b + c + d, (a + b) + (c + d)):
            means, lost = exact.unpack(total)
            assert lost == 0
            results.add(b"".join(mean.numpy().tobytes() for mean in means))
    assert len(results) == 1


@pytest.mark.parametrize("shards", [1, 2, 3, 256])
def test_the_mean_is_that_of_the_arrays(shards):
    exact = FixedPoint(SHAPES, [2.0**13, 0.3], shards)
    arrays = [np.linspace(-7, 9, 12, dtype=np.float32).reshape(3, 4), np.full(5, 1e-3, np.float32)]
    packed = exact.pack(arrays)
    means, lost = exact.unpack(packed * shards)
    assert lost == 0
    for mean, array in zip(means, arrays, strict=True):
        np.testing.assert_allclose(mean, array, rtol=1e-6)


def test_one_shard_of_usual_numbers_comes_back_unchanged():
    exact = FixedPoint(SHAPES, [1000.0, 1000.0], 1)
    for part in parts_of(10):
        if all(np.abs(array).min() > 1e-4 for array in part):
            means, _ = exact.unpack(exact.pack(part))
            for mean, array in zip(means, part, strict=True):
                np.testing.assert_array_equal(mean, array)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1001.0])
def test_what_cannot_be_added_is_counted(value):
    exact = FixedPoint(SHAPES, [1000.0, 1000.0], 2)
    good, bad = parts_of(2)
    bad[1][2] = value
    _, lost = exact.unpack(exact.pack(good) + exact.pack(bad))
    assert lost == 1


def test_arrays_at_their_bound_do_not_overflow_in_the_sum():
    exact = FixedPoint([(1,)], [0.7], 256)
    packed = exact.pack([tf.constant([-0.7])])
    means, lost = exact.unpack(sum([packed] * 256, tf.zeros([2], tf.int64)))
    assert lost == 0
    np.testing.assert_allclose(means[0], [-0.7], rtol=1e-6)
