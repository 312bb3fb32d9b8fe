import numpy as np
import pytest

from training.network.checkpoint import (
    NEWEST,
    PREVIOUS,
    Checkpoint,
    load_checkpoint,
    save_checkpoint,
)


def checkpoint_at(step: int) -> Checkpoint:
    return Checkpoint(step, {"weight/a": np.full((2, 3), step, np.float32)}, {"best": 1.5})


def test_a_checkpoint_is_read_back_as_it_was_written(tmp_path):
    save_checkpoint(tmp_path, checkpoint_at(7))
    read = load_checkpoint(tmp_path, print)
    assert read is not None
    assert (read.step, read.facts) == (7, {"best": 1.5})
    np.testing.assert_array_equal(read.arrays["weight/a"], checkpoint_at(7).arrays["weight/a"])


def test_an_empty_folder_has_no_checkpoint(tmp_path):
    assert load_checkpoint(tmp_path, print) is None


@pytest.mark.parametrize("damage", ["cut", "flip", "empty"])
def test_the_one_before_is_taken_if_the_newest_is_damaged(tmp_path, damage):
    save_checkpoint(tmp_path, checkpoint_at(1))
    save_checkpoint(tmp_path, checkpoint_at(2))
    content = bytearray((tmp_path / NEWEST).read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 0xFF
    (tmp_path / NEWEST).write_bytes(content[: {"cut": 200, "flip": None, "empty": 0}[damage]])
    said = []
    read = load_checkpoint(tmp_path, said.append)
    assert read is not None and read.step == 1
    assert "checkpoint.npz is damaged" in said[0]


def test_only_the_newest_two_are_kept_and_nothing_half_written(tmp_path):
    for step in range(4):
        save_checkpoint(tmp_path, checkpoint_at(step))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([NEWEST, PREVIOUS])
