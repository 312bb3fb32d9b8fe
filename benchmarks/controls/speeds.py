"""Times training steps of the networks in turn, which decides how many steps fit into a time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.controls.networks import NAMES, class_of, fitted
from training.common.display import ProgressDisplay
from training.common.errors import UserError
from training.common.files import read_json, write_json
from training.data.prepare import Prepared
from training.network.configuration import Configuration

if TYPE_CHECKING:
    from training.network.trainer import Trainer

ROUNDS, WARM_UP_STEPS, TIMED_STEPS = 5, 3, 20
FILE = "speeds.json"


def speeds(
    names: Sequence[str], base: Configuration, prepared: Prepared, folder: Path
) -> dict[str, float]:
    """Return the training speed of each network, in tokens per second.

    They are those of a whole training, with its share of steps on the exact softmax. Speeds in the
    file in `folder` are not measured again, so a resumed run keeps its number of steps.

    Raises:
      UserError: If those in the file were measured with other settings.
    """
    path, settings = folder / FILE, asdict(base)
    known = read_json(path) if path.exists() else {"base": settings, "tokens_a_second": {}}
    found = known.get("tokens_a_second") if isinstance(known, dict) else None
    if not isinstance(found, dict):
        raise UserError(f"{path} is damaged; delete it, or choose another --folder")
    if known.get("base") != settings:
        raise UserError(f"{folder} was made with another preset; choose another --folder")
    if missing := [name for name in names if name not in found]:
        found |= _measured(missing, base, prepared)
        write_json(path, known)
    return found


def _measured(names: Sequence[str], base: Configuration, prepared: Prepared) -> dict[str, float]:
    """Time some steps of every network, several times in turn."""
    # All are built before the first is timed.
    trainers = {name: _trainer(name, base, prepared) for name in names}
    times: dict[str, list[float]] = {name: [] for name in names}
    with ProgressDisplay("timing steps", ROUNDS * len(names), "timings") as display:
        for number in range(ROUNDS):
            for place, (name, trainer) in enumerate(trainers.items(), start=1):
                times[name].append(_seconds_per_step(trainer))
                display.update(number * len(names) + place, note=NAMES[name])
    return {
        name: trainer.tokens_per_step / statistics.median(times[name])
        for name, trainer in trainers.items()
    }


def _trainer(name: str, base: Configuration, prepared: Prepared) -> Trainer:
    from training.data.lanes import Stream
    from training.network.trainer import Trainer

    stream = Stream(prepared.ids("train"), prepared.starts("train"))
    size = len(prepared.vocabulary)
    return Trainer(fitted(name, base, prepared), size, stream, class_of(name))


def _seconds_per_step(trainer: Trainer) -> float:
    """The mean time of a step: some with sampled candidates, and some with the exact softmax."""
    exact = 1 - trainer.first_exact_step / trainer.total_steps
    sampled = _seconds(trainer, 0) if exact < 1 else 0.0
    return (1 - exact) * sampled + exact * _seconds(trainer, trainer.first_exact_step)


def _seconds(trainer: Trainer, first: int) -> float:
    """The mean time of a few steps from `first` on, after some that are not timed."""
    trainer.step, last = first, trainer.total_steps
    trainer.train(min(first + WARM_UP_STEPS, last - 1), lambda _: None)
    before, begun = trainer.step, time.monotonic()
    trainer.train(min(before + TIMED_STEPS, last), lambda _: None)
    return (time.monotonic() - begun) / max(1, trainer.step - before)
