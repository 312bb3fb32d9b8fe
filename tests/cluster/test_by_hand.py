"""Two workers started by hand with `TF_CONFIG`, as docs/CLUSTER.md describes."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

from tests.cluster.conftest import PYTHON, arguments_in, environment, wait_for, weights_of
from training.network.cluster import LOST_STATUS
from training.workers import free_ports


def start(folder: Path, index: int, ports: list[int]) -> subprocess.Popen[str]:
    """Start one of two workers."""
    workers = {"worker": [f"127.0.0.1:{port}" for port in ports]}
    config = json.dumps({"cluster": workers, "task": {"type": "worker", "index": index}})
    command = [PYTHON, "-m", "training.train", *arguments_in(folder)]
    pipe = subprocess.PIPE
    variables = environment(TF_CONFIG=config)
    return subprocess.Popen(command, env=variables, stdout=pipe, stderr=pipe, text=True)


def start_both(folder: Path) -> list[subprocess.Popen[str]]:
    ports = free_ports(2)
    return [start(folder, index, ports) for index in range(2)]


def test_a_killed_worker_ends_the_other_and_both_resume(alone, tmp_path):
    folder = alone.parent / "by-hand"
    checkpoint = folder / "runs/shared/checkpoint.npz"
    first, second = start_both(folder)
    wait_for(checkpoint.exists, first)
    second.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    complaints = first.communicate(timeout=60)[1]
    assert time.monotonic() - killed < 60
    assert first.returncode == LOST_STATUS, complaints
    assert len(complaints.splitlines()) == 1 and "another worker" in complaints
    second.communicate()

    both = start_both(folder)
    output, other = (each.communicate(timeout=300) for each in both)
    assert [each.returncode for each in both] == [0, 0], (output, other)
    assert "resuming at step" in output[0] and output[1] == ""
    assert other == ("worker 1 of 2; worker 0 prints the progress\n", "")
    assert weights_of(folder) == weights_of(alone)
