"""SIGTERM works like Ctrl-C: training can be resumed, and other commands leave no files behind."""

import random
import signal
import time

import pytest

from tests.commands import command_of
from tests.faults.trials import (
    RUN,
    assert_ends_alike,
    content,
    copy_of,
    left_behind,
    run_in,
    started,
    train_here,
    training_in,
)
from training.common.files import write_text
from training.network.checkpoint import PREVIOUS

# Less than an export takes from the first file in its folder to the last.
SECONDS_OF_AN_EXPORT = 4


def test_a_preparation_told_to_end_leaves_nothing_and_says_so(tmp_path, own_text):
    write_text(tmp_path / "chats.txt", "\n\n".join([own_text.read_text()] * 20))
    command = command_of("training.train", *training_in(tmp_path, tmp_path / "chats.txt"))
    with started(command, tmp_path) as process:
        while not list(tmp_path.glob("cache/prepared/.*")) and process.poll() is None:
            pass
        process.send_signal(signal.SIGTERM)
        complaints = process.communicate()[1]
    assert (process.returncode, complaints) == (130, "stopped\n")
    assert content(tmp_path / "cache") == {} and left_behind(tmp_path) == []


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_training_goes_on_and_ends_with_the_same_weights(
    tmp_path, own_text, uninterrupted, capsys, kind
):
    command = command_of("training.train", *training_in(tmp_path, own_text))
    with started(command, tmp_path) as process:
        while not run_in(tmp_path).folder.joinpath(PREVIOUS).exists() and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(kind)
        process.communicate()
    assert process.returncode == 130

    assert train_here(tmp_path, own_text) == 0
    assert "resuming at step" in capsys.readouterr().out
    assert_ends_alike(tmp_path, uninterrupted)
    assert run_in(tmp_path).history()[-1]["resumed_at_steps"][0] > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_an_export_told_to_end_leaves_nothing_and_says_so(seed, tmp_path, uninterrupted):
    folder = copy_of(uninterrupted, tmp_path / "copy")
    before = content(folder)
    with started(command_of("export", "--run", RUN), folder) as process:
        while not list(folder.glob("exported/.*")) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(random.Random(seed).uniform(0, SECONDS_OF_AN_EXPORT))
        process.send_signal(signal.SIGTERM)
        complaints = process.communicate()[1]
    assert process.returncode == 130 and complaints.splitlines()[-1] == "stopped"
    assert content(folder) == before and left_behind(folder) == []
