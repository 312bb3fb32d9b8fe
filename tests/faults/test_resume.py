"""Training resumes only from an intact checkpoint, with the same text and settings, and alone."""

import subprocess
import sys

import numpy as np
import pytest

from tests.faults.trials import (
    assert_ends_alike,
    content,
    flip_a_bit,
    halve,
    train_here,
)
from training.common.arrays import load_arrays, save_arrays
from training.common.errors import UserError
from training.data import prepare
from training.network.checkpoint import DAMAGED, NEWEST, PREVIOUS, load_checkpoint

HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "a")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_damaged_checkpoint_makes_way_for_the_one_before_and_the_end_is_the_same(
    midway, run_folder, own_text, uninterrupted, capsys
):
    flip_a_bit(run_folder / NEWEST, 1_000_000)
    assert train_here(midway, own_text) == 0
    said = capsys.readouterr().out
    assert f"{NEWEST} is damaged" in said and "resuming from the previous checkpoint" in said
    assert "resuming at step 45 " in said
    assert_ends_alike(midway, uninterrupted)


def test_no_bit_of_a_checkpoint_can_change_unnoticed(run_folder):
    """This applies to arrays and facts; other bits of the archive may change."""
    whole = load_checkpoint(run_folder, print)
    data = (run_folder / NEWEST).read_bytes()
    (run_folder / PREVIOUS).unlink()
    for trial in range(40):
        flip_a_bit(run_folder / NEWEST, trial * 7_919_993 % (8 * len(data)))
        try:
            read = load_checkpoint(run_folder, print)
        except UserError:
            continue
        finally:
            (run_folder / NEWEST).write_bytes(data)
        assert read.step == whole.step and read.facts == whole.facts
        for name, array in read.arrays.items():
            assert array.tobytes() == whole.arrays[name].tobytes(), name


def test_a_checkpoint_with_another_array_than_its_digest_says_is_damaged(run_folder):
    arrays = load_arrays(run_folder / NEWEST)
    arrays["average/output_bias"] = np.zeros(3)
    save_arrays(run_folder / NEWEST, arrays)
    said = []
    assert load_checkpoint(run_folder, said.append) is not None
    assert "checkpoint.npz is damaged (its digest does not match); resuming from" in said[0]


@pytest.mark.parametrize("spoil", [halve, lambda path: path.write_bytes(b"")])
def test_without_any_whole_checkpoint_nothing_is_trained_over(midway, run_folder, own_text, spoil):
    for name in (NEWEST, PREVIOUS):
        spoil(run_folder / name)
    before = content(midway)
    with pytest.raises(UserError, match="checkpoint.npz is damaged .* to start over, set another"):
        train_here(midway, own_text)
    assert content(midway) == before
    assert not (run_folder / DAMAGED).exists()


def test_another_corpus_is_refused(midway, run_folder, own_text, tmp_path):
    other = tmp_path / own_text.name
    other.write_text(own_text.read_text() + "\n\nOne more document.\n")
    refused(midway, run_folder, other, "a different corpus; to start over, set another RUN=name or")


def test_another_setting_is_refused_by_its_name(midway, run_folder, own_text):
    refused(midway, run_folder, own_text, "units 64, not 32; to start over", "--set=units=32")


def test_another_size_of_vocabulary_is_refused_by_its_name(midway, run_folder, own_text):
    complaint = "vocabulary_size 600, not 500; to start over"
    refused(midway, run_folder, own_text, complaint, "--set=vocabulary_size=500")


def test_other_text_rules_are_refused(midway, run_folder, own_text, monkeypatch):
    monkeypatch.setattr(prepare, "RULES_VERSION", 99)
    refused(midway, run_folder, own_text, "text that was tokenized by different rules")


def test_another_vocabulary_is_refused(midway, run_folder, own_text):
    information = (run_folder / "run.json").read_text()
    digest = information.partition('"vocabulary_sha256": "')[2][:64]
    (run_folder / "run.json").write_text(information.replace(digest, "0" * 64))
    refused(midway, run_folder, own_text, "a different vocabulary; to start over")


def refused(midway, run_folder, corpus, complaint, *more):
    """Assert that training is refused with this message and the run stays unchanged."""
    before = content(run_folder)
    with pytest.raises(UserError, match=f"was trained with {complaint}"):
        train_here(midway, corpus, *more)
    assert content(run_folder) == before


def test_a_second_training_is_refused_while_the_first_one_lives(midway, run_folder, own_text):
    before = content(run_folder)
    holder = [sys.executable, "-c", HOLD, run_folder / ".lock"]
    with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None and first.stdout.readline() == b"held\n"
        with pytest.raises(UserError, match="another process is training"):
            train_here(midway, own_text)
    assert content(run_folder) == before
