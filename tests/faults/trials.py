"""Helpers for the fault tests: train, kill, fill the disk and compare."""

import contextlib
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import command_of, environment, run_command
from training.data.prepare import KNOWN_FILES
from training.network.run import Run
from training.train import main as train

RUN = "mine"
SETTINGS = ("epochs=4", "checkpoint_steps=15", "minimum_steps=0", "vocabulary_size=600")
# Such a training writes 13 checkpoints. A random kill waits for at most this many.
MOST_AWAITED = 11
SECONDS_BETWEEN_CHECKPOINTS = 0.5


def seeds(short: int, long: int) -> list:
    """Return `long` trials as parameters; the short form runs only the first `short`."""
    return [pytest.param(n, marks=() if n < short else pytest.mark.long) for n in range(long)]


# -- training --------------------------------------------------------------------------------------


def training_in(folder: Path, corpus: Path) -> list[str]:
    """Return the arguments for a training in `folder`."""
    places = ["--corpus", corpus, "--runs", folder / "runs", "--cache", folder / "cache"]
    settings = [f"--set={setting}" for setting in SETTINGS]
    return [*map(str, places), "--preset", "tiny", "--run", RUN, *settings]


def train_here(folder: Path, corpus: Path, *more: str) -> int:
    """Run `training.train` in this process, which has already loaded TensorFlow."""
    return train([*training_in(folder, corpus), *more])


def run_in(folder: Path) -> Run:
    """Return the run of such a training."""
    return Run(folder / "runs" / RUN)


def assert_ends_alike(folder: Path, uninterrupted: Path) -> None:
    """Assert that the training is finished, with the same weights and metrics bit for bit."""
    run, expected = run_in(folder), run_in(uninterrupted)
    assert run.information["finished"]
    for name in ("weights.npz", "metrics.json"):
        assert (run.folder / name).read_bytes() == (expected.folder / name).read_bytes(), name
    steps = [record["step"] for record in run.history()]
    assert steps == [record["step"] for record in expected.history()]


# -- kills -----------------------------------------------------------------------------------------


def kill_training(folder: Path, corpus: Path, seed: int) -> None:
    """Start a training in another process and kill it with SIGKILL at a random moment."""
    generator = random.Random(seed)
    most = MOST_AWAITED
    while not is_killed_in_time(folder, corpus, generator.randint(0, most), generator):
        # On a busy machine, a training can end before this process gets to kill it.
        shutil.rmtree(folder / "runs")
        most //= 2


def is_killed_in_time(folder: Path, corpus: Path, awaited: int, generator: random.Random) -> bool:
    """Kill a training some time after `awaited` checkpoints, unless it ends before."""
    files = [folder / "runs" / RUN / "logs"]
    files += [folder / "runs" / RUN / "checkpoint.npz"] * awaited
    with started(command_of("training.train", *training_in(folder, corpus)), folder) as process:
        seen = None
        for file in files:
            seen = next_state_of(file, seen, process)
        time.sleep(generator.uniform(0, SECONDS_BETWEEN_CHECKPOINTS))
        process.send_signal(signal.SIGKILL)
    assert process.returncode in (0, -signal.SIGKILL)
    return process.returncode != 0


def next_state_of(file: Path, before: object, process: subprocess.Popen) -> object:
    """Wait until a file exists and differs from `before`, or the process has ended."""
    while process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            found = (file.name, file.stat().st_ino, file.stat().st_mtime_ns)
            if found != before:
                return found
        time.sleep(0.002)
    return before


def signal_after(
    seconds: float, command: list[str], cwd: Path, kind: int = signal.SIGKILL
) -> tuple[int, str]:
    """Start a command, send it a signal, and return its exit status and standard error."""
    with started(command, cwd) as process:
        try:
            complaints = process.communicate(timeout=seconds)[1]
        except subprocess.TimeoutExpired:
            process.send_signal(kind)
            complaints = process.communicate()[1]
    return process.returncode, complaints


def started(command: list[str], cwd: Path) -> subprocess.Popen[str]:
    """Start a command in the background, capturing its standard error."""
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def seconds_of(command: list[str], cwd: Path) -> float:
    """Run a command, which must succeed, and return how long it takes."""
    begun = time.monotonic()
    subprocess.run(command, cwd=cwd, env=environment(), check=True, capture_output=True)
    return time.monotonic() - begun


def states_after_kills(operation: str, start: Path, out: Path, *points: int) -> list[Path]:
    """Return copies of `start` in which `operation` was killed, one per file operation."""
    program = ["tests.faults.crash_points", operation, start, out, *points]
    result = run_command(*program, cwd=start)
    assert result.returncode == 0, result.stdout + result.stderr
    states = sorted(out.iterdir(), key=lambda folder: int(folder.name))
    assert states, "the operation ended before the first of these points"
    return states


# -- files -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Simulate a full disk: no file can grow beyond `size` bytes, not even for root."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def copy_of(folder: Path, place: Path) -> Path:
    """Copy a folder that a test may damage."""
    return Path(shutil.copytree(folder, place))


def content(folder: Path) -> dict[str, bytes]:
    """Return the content of every file in a folder, by path.

    Locks and logs are left out, and remembered digests, which every command may add to.
    """
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    files = {name: path for name, path in sorted(found.items()) if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if not name.endswith((".lock", KNOWN_FILES)) and "logs" not in path.parts
    }


def left_behind(folder: Path) -> list[Path]:
    """Return the temporary files and folders in a folder."""
    return [path for path in folder.rglob(".*") if path.suffix in (".tmp", ".old")]


def halve(path: Path) -> None:
    """Truncate a file to its first half."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def flip_a_bit(path: Path, place: int) -> None:
    """Flip one bit of a file."""
    data = bytearray(path.read_bytes())
    data[place // 8 % len(data)] ^= 1 << place % 8
    path.write_bytes(data)
