"""A clock that runs backwards or is set to 1970 has no effect."""

import itertools
import time

import numpy as np

from tests.faults.trials import assert_ends_alike, train_here
from training.common.arrays import load_arrays, save_arrays


def test_a_training_under_a_clock_that_goes_backwards_ends_with_the_same_bits(
    midway, own_text, uninterrupted, monkeypatch
):
    # Starts in 1980, the first year that zip files can represent, and goes back an hour per call.
    hours = itertools.count()
    monkeypatch.setattr(time, "time", lambda: 315_600_000.0 - 3600 * next(hours))
    assert train_here(midway, own_text) == 0
    assert_ends_alike(midway, uninterrupted)


def test_files_of_equal_arrays_are_equal_whenever_they_are_written(tmp_path, monkeypatch):
    arrays = {"b": np.arange(5), "a": np.ones((2, 3), np.float32)}
    save_arrays(tmp_path / "now.npz", arrays)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    save_arrays(tmp_path / "then.npz", arrays)
    assert (tmp_path / "now.npz").read_bytes() == (tmp_path / "then.npz").read_bytes()
    read = load_arrays(tmp_path / "then.npz")
    assert list(read) == ["b", "a"] and (read["a"] == 1).all()
