"""What the tests of several workers share: a small text, a training, and what it ends with."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(os.environ.get("CLUSTER_PYTHON", ROOT / ".venv-cluster/bin/python"))
"""The environment with Ray and without the exporters."""
SETTINGS = ("epochs=6", "minimum_steps=0", "checkpoint_steps=10", "vocabulary_size=300")
SETTINGS += ("shards=2", "averaging_steps=4", "threads=1")


def arguments_in(folder: Path) -> list[str]:
    """The arguments of training.train for the run `shared` in a folder."""
    places = ["--corpus", folder.parent / "text.txt", "--runs", folder / "runs"]
    places += ["--cache", folder / "cache"]
    settings = [f"--set={setting}" for setting in SETTINGS]
    return [*map(str, places), "--preset", "tiny", "--run", "shared", *settings]


def environment(**more: str) -> dict[str, str]:
    """The variables of a person on one machine of a cluster."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


def weights_of(folder: Path) -> bytes:
    """The file of weights that a training in a folder ended with."""
    return (folder / "runs/shared/weights.npz").read_bytes()


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[str], seconds: float = 300):
    """Wait until something has happened while a process runs."""
    deadline = time.monotonic() + seconds
    while not happened():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(process.communicate())
        time.sleep(0.05)


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one process, in the environment of the cluster, computed all shards."""
    folder = tmp_path_factory.mktemp("cluster")
    people, things = ["anna", "ben", "clara", "david"], ["the bread", "a red coat", "some tea"]
    verbs = ["buys", "wants", "forgets"]
    lines = [f"{people[n % 4]} {verbs[n * n % 3]} {things[n * 7 % 11 % 3]}" for n in range(4_000)]
    (folder / "text.txt").write_text("\n".join(lines) + "\n")
    command = [PYTHON, "-m", "training.train", *arguments_in(folder / "alone")]
    subprocess.run(command, env=environment(), check=True, stdout=subprocess.DEVNULL)
    return folder / "alone"
