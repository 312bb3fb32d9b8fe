"""Missing and incomplete files are refused by name or created again, never used."""

import shutil
from pathlib import Path

import pytest

from tests.faults.trials import (
    RUN,
    assert_ends_alike,
    content,
    copy_of,
    flip_a_bit,
    halve,
    run_in,
    train_here,
)
from training.common.errors import UserError
from training.data.prepare import is_whole, open_prepared
from training.evaluate import main as evaluate

SPOILS = {
    "missing": Path.unlink,
    "half": halve,
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("name", ["configuration.json", "run.json", "weights.npz"])
@pytest.mark.parametrize("spoil", SPOILS)
def test_a_run_does_not_go_on_without_one_of_its_files(midway, run_folder, own_text, name, spoil):
    SPOILS[spoil](run_folder / name)
    before = content(midway)
    with pytest.raises(UserError, match=name):
        train_here(midway, own_text)
    assert content(midway) == before


def test_a_run_makes_again_what_it_can(midway, run_folder, own_text, uninterrupted):
    halve(run_folder / "vocabulary.txt")
    halve(run_folder / "history.jsonl")
    (run_folder / "curve.png").unlink()
    shutil.rmtree(run_folder / "logs")
    (run_folder / "logs").write_text("a file where the folder should be")
    assert train_here(midway, own_text) == 0
    assert_ends_alike(midway, uninterrupted)
    ends = content(uninterrupted / "runs" / RUN)
    assert (run_folder / "vocabulary.txt").read_bytes() == ends["vocabulary.txt"]


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_finished_run_that_lost_its_weights_is_not_called_trained(
    uninterrupted, tmp_path, own_text, spoil
):
    folder = copy_of(uninterrupted, tmp_path / "copy")
    SPOILS[spoil](run_in(folder).folder / "weights.npz")
    with pytest.raises(UserError, match="weights.npz is .* to start over"):
        train_here(folder, own_text)


@pytest.fixture
def spoilt(uninterrupted, tmp_path) -> tuple[Path, Path]:
    """A copy of a finished training, and the prepared text that the copied run uses."""
    folder = copy_of(uninterrupted, tmp_path / "copy")
    (prepared,) = (folder / "cache/prepared").iterdir()
    run_in(folder).update_information(prepared=str(prepared))
    return folder, prepared


NAMES = (
    "meta.json",
    "vocabulary.txt",
    "tail.txt",
    "train.ids",
    "train.starts",
    "valid.jsonl",
    "test.jsonl",
)
DAMAGES = {**SPOILS, "flipped": lambda path: flip_a_bit(path, 12_345)}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_prepared_text_of_which_a_file_was_changed_is_not_whole(spoilt, name, damage):
    _, prepared = spoilt
    assert is_whole(prepared)
    DAMAGES[damage](prepared / name)
    assert not is_whole(prepared)
    # In meta.json, the flipped bit can be in the digest of another file, which then mismatches.
    named = "meta.json|was changed or damaged" if name == "meta.json" else name
    with pytest.raises(UserError, match=named):
        open_prepared(prepared)


def test_figures_are_not_taken_from_half_a_text(spoilt):
    folder, prepared = spoilt
    halve(prepared / "test.jsonl")
    before = content(folder)
    with pytest.raises(UserError, match="test.jsonl was changed or damaged; run `make train`"):
        evaluate(["--run", RUN, "--runs", str(folder / "runs")])
    assert content(folder) == before
