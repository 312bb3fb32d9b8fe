"""One worker of the comparison of workers: `python -m benchmarks.speed.workers <task folder>`.

`TF_CONFIG` says which worker it is; without it, this process trains alone. Worker 0 reports the
progress.
"""

import os
import sys
from pathlib import Path

from benchmarks.speed.race import Task, race, tell
from training.common.quiet import load_tensorflow
from training.network.cluster import ALONE, Cluster, Place, join


class Workers:
    """All workers, seen from one of them."""

    def __init__(self, task: Task, cluster: Cluster):
        from training.network.sharding import trainer_for

        self.task, self.cluster = task, cluster
        self.trainer = trainer_for(task.configuration, task.vocabulary_size, task.train, cluster)
        self.trainer.start(None)

    def train(self, first: int, last: int) -> None:
        """Take the steps `first` to `last` (exclusive)."""
        self.trainer.train(last, lambda _: None)

    def validation_nats(self) -> float:
        """Measure on worker 0, while the others wait: no one starts before the clock does."""
        nats = self.trainer.validation_loss(self.task.valid) if self.cluster.leads else 0.0
        self.cluster.any(False)
        return nats


def main() -> None:
    """Train to the end of the schedule and report the progress."""
    task = Task.load(Path(sys.argv[1]))
    place = Place.of(os.environ)
    threads = task.configuration.threads
    cluster = join(place, threads) if place.size > 1 else ALONE
    load_tensorflow(threads)
    workers = Workers(task, cluster)
    reports = race(task, workers, workers.trainer.total_steps)
    if cluster.leads:
        tell(reports)
    else:
        list(reports)


if __name__ == "__main__":
    main()
