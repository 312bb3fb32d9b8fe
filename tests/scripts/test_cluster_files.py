"""The files for clusters in docs/cluster, with programs that stand in for the schedulers."""

import os
import subprocess
from pathlib import Path

import pytest

from training.network.cluster import Place

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {
    # Prints the hosts, or notes that the job was requeued.
    "scontrol": '[ "$1" = show ] && printf "node-1\\nnode-2\\n" || echo "$@" >> queued',
    # Runs the command once for each task and exits with a given status.
    "srun": 'shift; for SLURM_PROCID in 0 1; do export SLURM_PROCID; "$@"; done; exit $STATUS',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with Slurm's programs and a Python that only writes down what it is given."""
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    note = 'printf "%s" "$TF_CONFIG" > "config-$SLURM_PROCID"; printf "%s\\n" "$@" > arguments'
    for path, text in {
        python: note,
        **{tmp_path / name: PROGRAMS[name] for name in PROGRAMS},
    }.items():
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    return tmp_path


def submit(project: Path, status: int) -> int:
    variables = {"PATH": f"{project}:{os.environ['PATH']}", "SLURM_JOB_ID": "12345"}
    variables |= {"SLURM_JOB_NODELIST": "node-[1-2]", "STATUS": str(status)}
    command = ["bash", ROOT / "docs/cluster/slurm.sh", "--corpus", "a text.txt"]
    return subprocess.run(command, cwd=project, env=variables).returncode


def test_slurm_starts_every_worker_with_its_place_and_the_arguments(project):
    assert submit(project, 0) == 0
    for index in range(2):
        place = Place.of({"TF_CONFIG": (project / f"config-{index}").read_text()})
        assert place == Place(index, ("node-1:22345", "node-2:22345"))
    expected = ["-m", "training.train", "--corpus", "a text.txt"]
    assert (project / "arguments").read_text().splitlines() == expected
    assert not (project / "queued").exists()


@pytest.mark.parametrize(("status", "again"), [(2, False), (137, True), (138, True)])
def test_slurm_queues_the_job_again_after_a_lost_worker_only(project, status, again):
    assert submit(project, status) == status
    assert (project / "queued").exists() == again
    if again:
        assert (project / "queued").read_text() == "requeue 12345\n"
