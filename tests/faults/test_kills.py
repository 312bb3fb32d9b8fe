"""kill -9 at any moment leaves existing files intact, and the next run succeeds."""

import json
import random
import signal
from pathlib import Path

import numpy as np
import pytest

from export.build import is_current
from export.copies.manifest import listed_files, read_manifest
from tests.commands import command_of, run_command
from tests.faults import crash_points
from tests.faults.trials import (
    RUN,
    assert_ends_alike,
    content,
    copy_of,
    flip_a_bit,
    kill_training,
    left_behind,
    run_in,
    seconds_of,
    seeds,
    signal_after,
    states_after_kills,
    train_here,
    training_in,
)
from training.common.files import write_text
from training.data.prepare import is_whole
from training.network.checkpoint import (
    NEWEST,
    PREVIOUS,
    Checkpoint,
    load_checkpoint,
    save_checkpoint,
)


@pytest.mark.parametrize("seed", seeds(1, 20))
def test_a_training_that_was_killed_goes_on_and_ends_with_the_same_bits(
    seed, tmp_path, own_text, uninterrupted
):
    kill_training(tmp_path, own_text, seed)
    assert train_here(tmp_path, own_text) == 0
    assert_ends_alike(tmp_path, uninterrupted)
    assert left_behind(tmp_path) == []


# -- between two file operations -------------------------------------------------------------------


def test_a_file_is_the_older_or_the_newer_one_at_every_moment(tmp_path):
    start = tmp_path / "start"
    write_text(start / "a.txt", "before\n")
    for state in states_after_kills("write_text", start, tmp_path / "out"):
        assert (state / "a.txt").read_text() in ("before\n", "after\n")
        write_text(state / "a.txt", "next\n")
        assert content(state) == {"a.txt": b"next\n"}


@pytest.mark.parametrize("newest", ["whole", "damaged"])
def test_there_is_a_whole_checkpoint_at_every_moment(tmp_path, newest):
    start = tmp_path / "start"
    start.mkdir()
    for step in (1, 2):
        save_checkpoint(start, Checkpoint(step, {"weight/a": np.full(1000, step)}, {}))
    if newest == "damaged":
        flip_a_bit(start / NEWEST, 4000)
    before = 2 if newest == "whole" else 1
    for state in states_after_kills("next_checkpoint", start, tmp_path / "out"):
        found = load_checkpoint(state, lambda _: None)
        assert found is not None and found.step in (before, 3)
        save_checkpoint(state, Checkpoint(4, {"weight/a": np.zeros(3)}, {}))
        assert {NEWEST, PREVIOUS} >= content(state).keys() - {"checkpoint.damaged.npz"}
        assert left_behind(state) == []


def test_a_prepared_text_is_whole_or_absent_at_every_moment(tmp_path, own_text):
    start, wanted = tmp_path / "start", tmp_path / "wanted"
    start.mkdir()
    write_text(start / "chats.txt", own_text.read_text())
    crash_points.prepare_text(copy_of(start, wanted))
    for state in states_after_kills("prepare_text", start, tmp_path / "out"):
        assert all(is_whole(path) for path in (state / "cache").glob("prepared/[!.]*"))
        crash_points.prepare_text(state)
        assert content(state) == content(wanted)


def test_an_export_is_whole_or_put_back_by_the_next_at_every_moment(tmp_path):
    start = tmp_path / "start"
    for name in ("model", "later"):
        write_text(start / name / "manifest.json", name)
        write_text(start / name / "tfjs/model.json", name)
    before, after = content(start / "model"), content(start / "later")
    for state in states_after_kills("replace_export", start, tmp_path / "out"):
        if (state / "model").exists():
            assert content(state / "model") in (before, after)
        else:
            (aside,) = state.glob(".model.*.old")
            assert content(aside) == before
        crash_points.replace_export(state)
        assert content(state / "model") == after
        assert left_behind(state) == []


# -- random moments of whole commands --------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_a_preparation_killed_at_a_random_moment_is_done_again(seed, tmp_path, own_text, request):
    write_text(tmp_path / "chats.txt", "\n\n".join([own_text.read_text()] * 4))
    program = ["-c", "from tests.faults.crash_points import *; prepare_text(Path.cwd())"]
    command = [command_of("")[0], *program]
    wanted = tmp_path / "wanted"
    wanted.mkdir()
    write_text(wanted / "chats.txt", (tmp_path / "chats.txt").read_text())
    seconds = seconds_of(command, wanted)
    status, _ = signal_after(random.Random(seed).uniform(0.1, 0.9) * seconds, command, tmp_path)
    assert status in (-signal.SIGKILL, 0)
    crash_points.prepare_text(tmp_path)
    assert content(tmp_path / "cache") == content(wanted / "cache")


@pytest.fixture(scope="module")
def exported_before(tmp_path_factory, uninterrupted) -> Path:
    """A finished training with its export and the durations of the commands."""
    folder = copy_of(uninterrupted, tmp_path_factory.mktemp("exported") / "small")
    seconds = {name: seconds_of(command, folder) for name, command in commands().items()}
    write_text(folder / "seconds.json", json.dumps(seconds))
    return folder


def commands() -> dict[str, list[str]]:
    """Return the commands that can be killed after training."""
    return {
        "evaluate": command_of("training.evaluate", "--run", RUN),
        "export": command_of("export", "--run", RUN),
    }


def killed_copy(exported_before: Path, place: Path, name: str, seed: int) -> Path:
    """Return a copy in which a command was killed at a random moment."""
    folder = copy_of(exported_before, place / "copy")
    seconds = json.loads((folder / "seconds.json").read_text())[name]
    command = commands()[name]
    status, _ = signal_after(random.Random(seed).uniform(0.2, 0.9) * seconds, command, folder)
    assert status in (-signal.SIGKILL, 0)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_figures_are_whole_after_a_killed_evaluation(seed, tmp_path, exported_before):
    before = content(exported_before)
    folder = killed_copy(exported_before, tmp_path, "evaluate", seed)
    after = content(folder)
    assert {name: after[name] for name in before} == before
    assert run_command("training.evaluate", "--run", RUN, cwd=folder).returncode == 0
    assert content(folder).keys() == before.keys()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_the_export_before_is_whole_after_a_killed_export(seed, tmp_path, exported_before):
    folder = killed_copy(exported_before, tmp_path, "export", seed)
    output, run = folder / "exported" / RUN, run_in(folder)
    whole = output if output.exists() else next(output.parent.glob(f".{RUN}.*.old"))
    assert read_manifest(whole)["files"] == listed_files(whole)
    assert run_command("export", "--run", RUN, cwd=folder).returncode == 0
    assert is_current(run, output)
    assert list(output.parent.iterdir()) == [output]


@pytest.mark.long
@pytest.mark.parametrize("point", range(1, 12))
def test_a_training_killed_between_two_file_operations_goes_on(
    point, tmp_path, own_text, uninterrupted
):
    start = tmp_path / "start"
    start.mkdir()
    operation = " ".join(["training.train", *training_in(Path(), own_text)])
    (state,) = states_after_kills(operation, start, tmp_path / "out", 9 * point)
    assert train_here(state, own_text) == 0
    assert_ends_alike(state, uninterrupted)
    assert left_behind(state) == []
