"""4-bit weights, in files that the real LiteRT runs."""

import numpy as np
import pytest

from benchmarks.int4 import LARGEST, in_four_bits, nibbles, rounded
from export.copies.packing import read_packed
from export.proof.runtimes import step_model


@pytest.fixture(scope="module")
def files(exported):
    return [read_packed(exported / f"model{name}.tflite").data for name in ("", "-float32")]


@pytest.fixture(scope="module")
def likeliest(files):
    """The logits of the float32 file after a few words."""
    return logits(files[1])


def logits(data):
    model = step_model(data)
    return model.run(np.arange(2, 40, dtype=np.int32), model.zero_state())[0]


def test_two_numbers_share_a_byte_the_first_in_the_lower_half():
    assert nibbles(np.array([1, -1, -7, 7], np.int8)).tolist() == [0xF1, 0x79]


def test_whole_numbers_keep_to_four_bits_and_lie_near_the_weights():
    weights = np.random.default_rng(1).normal(size=(20, 64)).astype(np.float32)
    whole, scales = rounded(weights)
    assert np.abs(whole).max() <= LARGEST
    error = np.square(weights - whole * scales[:, None]).mean()
    plain = np.abs(weights).max(axis=1, keepdims=True) / LARGEST
    assert error <= np.square(weights - np.rint(weights / plain) * plain).mean()


def test_a_row_of_zeros_stays_zeros():
    whole, scales = rounded(np.zeros((2, 8), np.float32))
    assert not whole.any() and np.isfinite(scales).all()


@pytest.mark.parametrize("block", [None, 32])
@pytest.mark.parametrize("everywhere", [False, True])
def test_a_file_in_four_bits_is_smaller_and_computes_nearly_the_same(
    files, likeliest, everywhere, block
):
    data = in_four_bits(*files, everywhere=everywhere, block=block)
    found = logits(data)
    assert len(data) < len(files[0])
    spread = likeliest.std()
    assert 0 < np.abs(found - likeliest).mean() < 0.25 * spread


def test_rows_that_do_not_divide_into_blocks_are_refused(files):
    with pytest.raises(ValueError, match="cannot be divided into blocks of 48"):
        in_four_bits(*files, everywhere=False, block=48)
