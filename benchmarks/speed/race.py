"""The task and the timing of the speed comparison, shared by both trainers.

A trainer takes steps until its perplexity on held-out text reaches the goal or the schedule ends.
Validation runs at regular intervals and is not timed. This module needs only numpy, since PyTorch
has a separate environment.
"""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from training.data.lanes import Stream
from training.network.configuration import Configuration

# The rate is measured after the first steps, which include tracing, allocation and caching.
WARM_UP_STEPS = 20


class Contestant(Protocol):
    """The interface of a trainer."""

    def train(self, first: int, last: int) -> None:
        """Take the steps `first` to `last` (exclusive)."""

    def validation_nats(self) -> float:
        """Nats per token on the held-out tokens."""
        ...


@dataclasses.dataclass(frozen=True)
class Task:
    """The input of both trainers: settings, training and held-out ids, and the goal.

    `goal` is a perplexity; the steps of validations are multiples of `pause`.
    """

    configuration: Configuration
    train: Stream
    valid: Stream
    vocabulary_size: int
    goal: float
    pause: int

    def save(self, folder: Path) -> None:
        """Write the task into a folder, from which `load` reads it."""
        self.configuration.save(folder / "configuration.json")
        np.savez(
            folder / "task.npz",
            train=np.asarray(self.train.ids),
            train_starts=self.train.starts,
            valid=np.asarray(self.valid.ids),
            valid_starts=self.valid.starts,
            vocabulary_size=self.vocabulary_size,
            goal=self.goal,
            pause=self.pause,
        )

    @classmethod
    def load(cls, folder: Path) -> Task:
        """Read a task that `save` wrote."""
        arrays = np.load(folder / "task.npz")
        return cls(
            Configuration.load(folder / "configuration.json"),
            Stream(arrays["train"], arrays["train_starts"]),
            Stream(arrays["valid"], arrays["valid_starts"]),
            vocabulary_size=int(arrays["vocabulary_size"]),
            goal=float(arrays["goal"]),
            pause=int(arrays["pause"]),
        )


def race(task: Task, contestant: Contestant, total_steps: int) -> Iterator[dict[str, float]]:
    """Train to the goal or the end; yield step, seconds, rate and perplexity at each validation."""
    tokens = task.configuration.lanes * task.configuration.truncated_bptt_length
    step, seconds, warm_seconds = 0, 0.0, 0.0
    perplexity = math.inf
    while step < total_steps and perplexity > task.goal:
        last = (step // task.pause + 1) * task.pause if step else WARM_UP_STEPS
        last = min(total_steps, last)
        begun = time.monotonic()
        contestant.train(step, last)
        elapsed = time.monotonic() - begun
        seconds += elapsed
        warm_seconds += elapsed if step else 0.0
        warm_steps = last - WARM_UP_STEPS
        step = last
        if not warm_steps:
            continue
        perplexity = math.exp(min(700.0, contestant.validation_nats()))
        rate = warm_steps * tokens / warm_seconds
        yield {"step": step, "seconds": seconds, "rate": rate, "perplexity": perplexity}


def tell(reports: Iterator[dict[str, float]]) -> None:
    """Print each report as a line of JSON, for the parent process."""
    for report in reports:
        print(json.dumps(report), flush=True)
