"""`--workers 2` as a user meets it: real processes, killed, stopped and started again."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import command_of, environment, one_line, run_command
from tests.faults.trials import next_state_of, seeds
from training.network.cluster import LOST_STATUS
from training.network.run import Run

RUN = "mine"
SETTINGS = (
    "checkpoint_steps=15",
    "minimum_steps=0",
    "vocabulary_size=600",
    "threads=1",
    "lanes=32",
)
# Kills come after so many checkpoints of twelve.
MOST_AWAITED = 5


def training_in(folder: Path, corpus: Path, averaging_steps: int, *more: str) -> list[str]:
    settings = (*SETTINGS, "epochs=4", "shards=2", f"averaging_steps={averaging_steps}")
    places = ["--corpus", corpus, "--runs", folder / "runs", "--cache", corpus.parent / "cache"]
    named = ["--preset", "tiny", "--run", RUN, *(f"--set={setting}" for setting in settings)]
    return command_of("training.train", *places, *named, *more)


def finish(folder: Path, corpus: Path, averaging_steps: int, *more: str) -> bytes:
    """Train to the end; the weights and figures as bytes."""
    command = training_in(folder, corpus, averaging_steps, *more)
    result = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    run = folder / "runs" / RUN
    return (run / "weights.npz").read_bytes() + (run / "metrics.json").read_bytes()


@contextmanager
def two_workers(
    folder: Path, corpus: Path, averaging_steps: int, awaited: int
) -> Iterator[subprocess.Popen[str]]:
    """A training by two workers that has written so many checkpoints."""
    command = training_in(folder, corpus, averaging_steps, "--workers", "2")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment(), stdout=pipe, stderr=pipe, text=True
    ) as process:
        seen = None
        for _ in range(awaited):
            seen = next_state_of(folder / "runs" / RUN / "checkpoint.npz", seen, process)
        yield process


def worker_of(process: subprocess.Popen[str], index: int) -> int:
    """The process id of a worker."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for child in children:
        if f'"index": {index}'.encode() in Path(f"/proc/{child}/environ").read_bytes():
            return int(child)
    raise AssertionError(f"there is no worker {index}")


def signal_worker(
    folder: Path, corpus: Path, averaging_steps: int, seed: int, kind: int
) -> tuple[int, str]:
    """Send a signal to one of two workers at a random moment: exit status, standard error."""
    chance = random.Random(seed)
    awaited = chance.randint(1, MOST_AWAITED)
    with two_workers(folder, corpus, averaging_steps, awaited) as process:
        time.sleep(chance.uniform(0, 0.3))
        os.kill(worker_of(process, chance.randint(0, 1)), kind)
        complaints = process.communicate(timeout=120)[1]
    return process.returncode, complaints


@pytest.fixture(scope="module", params=[1, 16])
def alone(request, tmp_path_factory, own_text) -> tuple[int, bytes]:
    """The steps between averages, and what one process with two shards computes."""
    folder = tmp_path_factory.mktemp("alone")
    return request.param, finish(folder, own_text, request.param)


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_a_killed_worker_ends_all_and_the_same_command_ends_with_the_same_bits(
    seed, tmp_path, own_text, alone
):
    averaging_steps, expected = alone
    status, complaints = signal_worker(tmp_path, own_text, averaging_steps, seed, signal.SIGKILL)
    assert status == 128 + signal.SIGKILL
    assert len(complaints.splitlines()) == 1 and "was killed by SIGKILL" in complaints
    more = ["--workers", "2"] if seed % 2 == 0 else []
    assert finish(tmp_path, own_text, averaging_steps, *more) == expected


def test_ctrl_c_stops_all_workers_and_one_process_takes_over(tmp_path, own_text, alone):
    averaging_steps, expected = alone
    with two_workers(tmp_path, own_text, averaging_steps, 2) as process:
        process.send_signal(signal.SIGINT)
        output, complaints = process.communicate(timeout=120)
    assert (process.returncode, complaints) == (130, "")
    assert "stopped; run the same command to resume" in output
    assert finish(tmp_path, own_text, averaging_steps) == expected
    assert Run(tmp_path / "runs" / RUN).history()[-1]["resumed_at_steps"][0] > 0


@pytest.mark.long
def test_a_worker_that_hangs_ends_all_within_a_minute(tmp_path, own_text):
    begun = time.monotonic()
    status, complaints = signal_worker(tmp_path, own_text, 16, 1, signal.SIGSTOP)
    assert status == LOST_STATUS
    assert len(complaints.splitlines()) == 1 and "another worker" in complaints
    assert time.monotonic() - begun < 100


def test_shards_that_cannot_be_dealt_are_refused_in_one_line(tmp_path, own_text):
    arguments = ["--corpus", own_text, "--workers", "2", "--set", "shards=3"]
    complaint = one_line(run_command("training.train", *arguments, cwd=tmp_path))
    assert "3 shards cannot be divided among 2" in complaint


def test_a_text_that_is_too_short_for_the_workers_is_refused_in_one_line(tmp_path):
    (tmp_path / "short.txt").write_text("you say goodbye and I say hello\n")
    arguments = ["--corpus", "short.txt", "--preset", "tiny", "--workers", "2"]
    complaint = one_line(run_command("training.train", *arguments, cwd=tmp_path))
    assert "too few for 2 shards" in complaint


def test_standard_input_is_refused_in_one_line(tmp_path):
    arguments = ["--corpus", "-", "--workers", "2"]
    complaint = one_line(run_command("training.train", *arguments, cwd=tmp_path))
    assert "standard input can be read only once" in complaint
