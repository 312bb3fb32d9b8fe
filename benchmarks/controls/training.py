"""Trains a network for a number of minutes or epochs, in a run folder that can be resumed."""

from __future__ import annotations

import functools
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.controls.networks import NAMES, class_of, fitted
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError
from training.common.files import read_json, write_json
from training.data.prepare import Prepared
from training.measure.evaluation import evaluate
from training.network.belonging import begin_or_check
from training.network.configuration import Configuration
from training.network.run import Run, assign_weights

if TYPE_CHECKING:
    from training.network.model import ElmanModel
    from training.network.trainer import Trainer

MEASURED = "measured.json"


@dataclass(frozen=True)
class Budget:
    """How long to train: `amount` "minutes" or "epochs" (`unit`)."""

    amount: float
    unit: str

    def __str__(self) -> str:
        return f"{self.amount:g} {self.unit if self.amount != 1 else self.unit.removesuffix('s')}"

    @property
    def name(self) -> str:
        """The name for files."""
        return str(self).replace(" ", "-")


@dataclass(frozen=True)
class Task:
    """A network to train and measure.

    Args:
      name: The network, one of `NAMES`.
      budget: How long to train it.
      base: Settings of the SimpleRNN.
      folder: The folder that contains the runs.
      speed: Training speed, in tokens per second, which decides how many steps fit into minutes.
    """

    name: str
    budget: Budget
    base: Configuration
    folder: Path
    speed: float

    @property
    def run(self) -> Run:
        """The run, whose name has the network and the budget."""
        return Run(self.folder / f"{self.name}-{self.budget.name}")

    @property
    def title(self) -> str:
        """The name for messages."""
        return f"{NAMES[self.name]}, {self.budget}"

    def results(self) -> dict[str, Any] | None:
        """Return the results of a run that was measured, or None."""
        path = self.run.folder / MEASURED
        return read_json(path) if path.exists() else None


def results_of(task: Task, prepared: Prepared) -> dict[str, Any]:
    """Train and measure a network, as far as this was not done before.

    Returns:
      `base` (the settings of the SimpleRNN), `parameters`, `units`, `epochs`,
      `validation_perplexity`, and the `test` metrics by name.

    Raises:
      UserError: If the run was started with another text or other settings.
      StopRequested: After Ctrl-C or SIGTERM; the same call resumes.
    """
    if (known := task.results()) is not None:
        begin_or_check(task.run, task.run.configuration, prepared)
        if known["base"] != asdict(task.base):
            raise UserError(
                f"{task.run.folder} was trained with another preset; choose another --folder"
            )
        return known
    configuration = _configuration(task, prepared)
    begin_or_check(task.run, configuration, prepared)
    trainer = _train(task, configuration, prepared)
    results = {
        "base": asdict(task.base),
        **_facts(task.run, trainer),
        **_metrics(task, prepared, trainer.model),
    }
    write_json(task.run.folder / MEASURED, results)
    task.run.update_information(finished=True)
    return results


def _configuration(task: Task, prepared: Prepared) -> Configuration:
    """Return the settings of a run, with the number of steps that the budget allows."""
    configuration = fitted(task.name, task.base, prepared)
    if task.budget.unit == "epochs":
        return configuration.changed({"epochs": int(task.budget.amount), "minimum_steps": 0})
    tokens = 60 * task.budget.amount * task.speed
    steps = round(tokens / (configuration.lanes * configuration.truncated_bptt_length))
    epochs = max(1, int(tokens / prepared.tokens("train")))
    return configuration.changed({"epochs": epochs, "minimum_steps": steps})


def _train(task: Task, configuration: Configuration, prepared: Prepared) -> Trainer:
    """Train a run to the end, and return its trainer with the best weights."""
    from training.network.session import TrainingSession
    from training.network.trainer import Trainer

    def make_trainer(configuration: Configuration, size: int, stream: Any, _: Any) -> Trainer:
        return Trainer(configuration, size, stream, class_of(task.name))

    session = TrainingSession(task.run, configuration, prepared, make_trainer=make_trainer)
    trainer = session.trainer
    say(
        f"{task.title}: {configuration.units} x {configuration.layers}, "
        f"{trainer.model.parameters():,} parameters; {configuration.lanes} lanes of "
        f"{configuration.truncated_bptt_length}, {trainer.total_steps:,} steps"
    )
    session.resume()
    session.train()
    assign_weights(trainer.model, task.run.weights(), task.run.folder)
    return trainer


def _facts(run: Run, trainer: Trainer) -> dict[str, Any]:
    return {
        "parameters": trainer.model.parameters(),
        "units": trainer.configuration.units,
        "epochs": trainer.total_steps / trainer.steps_per_epoch,
        "validation_perplexity": min(each["validation_perplexity"] for each in run.history()),
    }


def _metrics(task: Task, prepared: Prepared, model: ElmanModel) -> dict[str, Any]:
    """Measure a trained network on the test part."""
    with ProgressDisplay(f"{task.title}: evaluating", prepared.tokens("test"), "tokens") as display:
        progress = functools.partial(_show, display)
        metrics = evaluate(model, prepared, prepared.vocabulary, progress=progress)
    return {"test": metrics.as_dict()}


def _show(display: ProgressDisplay, done: int, _total: int | None, _what: str) -> None:
    display.update(done)
