"""docs/cluster/ray_train.py with Ray on this machine: two workers, one of them killed."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.conftest import (
    PYTHON,
    ROOT,
    arguments_in,
    environment,
    wait_for,
    weights_of,
)


def workers_below(process: int) -> list[int]:
    """The processes of `training.train` that a process started, directly or not."""
    found = []
    for child in children_of(process):
        words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        found += [child] if b"training.train" in words else workers_below(child)
    return found


def children_of(process: int) -> list[int]:
    return [
        int(child)
        for children in Path(f"/proc/{process}/task").glob("*/children")
        for child in children.read_text().split()
    ]


@pytest.fixture
def short_folder() -> Iterator[str]:
    """A folder with a short name, because the path of a socket has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="ray-") as folder:
        yield folder


def test_ray_starts_the_workers_again_after_one_was_killed(alone, tmp_path, short_folder):
    folder = alone.parent / "ray"
    script = ROOT / "docs/cluster/ray_train.py"
    command = [PYTHON, script, "2", *arguments_in(folder)]
    variables = environment(RAY_STORAGE=str(tmp_path / "storage"), RAY_TMPDIR=short_folder)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=variables, stdout=pipe, stderr=subprocess.STDOUT, text=True
    ) as process:
        wait_for((folder / "runs/shared/checkpoint.npz").exists, process)
        killed = workers_below(process.pid)
        assert len(killed) == 2
        os.kill(killed[1], signal.SIGKILL)
        output = process.communicate(timeout=400)[0]
    assert process.returncode == 0, output
    assert "at step" in output
    assert weights_of(folder) == weights_of(alone)
