"""Train on a Ray cluster.

    python docs/cluster/ray_train.py WORKERS [arguments of training.train]

`TensorflowTrainer` starts WORKERS workers and sets `TF_CONFIG` in each; a worker is the ordinary
command. When one is lost, Ray starts all of them again and they resume from the last checkpoint.
`RAY_ADDRESS` names a running cluster; without it, Ray starts on this machine.
"""

import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")

import ray
from ray.train import FailureConfig, RunConfig, ScalingConfig
from ray.train.tensorflow import TensorflowTrainer

PROJECT = Path(__file__).resolve().parents[2]
MOST_FAILURES = 10


def work(settings: dict[str, list[str]]) -> None:
    """Be one worker, in a process of its own that ends together with this one."""
    from training.workers import die_with_parent

    command = [sys.executable, "-m", "training.train", *settings["arguments"]]
    subprocess.run(command, cwd=settings["folder"], check=True, preexec_fn=die_with_parent)


def main(workers: int, arguments: list[str]) -> None:
    """Start the workers and wait for their end."""
    environment = {"env_vars": {"PYTHONPATH": str(PROJECT)}}
    if address := os.environ.get("RAY_ADDRESS"):
        ray.init(address=address, runtime_env=environment)
    else:
        ray.init(num_cpus=workers, include_dashboard=False, runtime_env=environment)
    TensorflowTrainer(
        work,
        train_loop_config={"arguments": arguments, "folder": os.getcwd()},
        scaling_config=ScalingConfig(num_workers=workers, resources_per_worker={"CPU": 1}),
        run_config=RunConfig(
            # Ray's own records; training keeps its checkpoints in the run's folder.
            storage_path=os.environ.get("RAY_STORAGE", str(Path.home() / "ray_results")),
            failure_config=FailureConfig(max_failures=MOST_FAILURES),
        ),
    ).fit()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
