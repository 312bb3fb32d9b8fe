"""Elman's trainer in the speed comparison: `python -m benchmarks.speed.elman <task folder>`."""

import sys
from pathlib import Path

from benchmarks.speed.race import Task, race, tell
from training.common.quiet import load_tensorflow


def main() -> None:
    """Train to the goal and report the progress."""
    task = Task.load(Path(sys.argv[1]))
    load_tensorflow(task.configuration.threads)
    from training.network.trainer import Trainer

    class Elman:
        trainer = Trainer(task.configuration, task.vocabulary_size, task.train)

        def train(self, first: int, last: int) -> None:
            self.trainer.train(last, lambda progress: None)

        def validation_nats(self) -> float:
            return self.trainer.validation_loss(task.valid)

    contestant = Elman()
    tell(race(task, contestant, contestant.trainer.total_steps))


if __name__ == "__main__":
    main()
