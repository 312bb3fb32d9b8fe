"""One training session in a run folder: start or resume, validate, save, and stop cleanly."""

import contextlib
import json
import math
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

from training.common.display import ProgressDisplay, say
from training.common.errors import UserError
from training.common.files import write_text
from training.common.logs import Logs
from training.common.plots import draw_curve
from training.data.lanes import Stream
from training.data.prepare import Prepared
from training.network.checkpoint import load_checkpoint, save_checkpoint
from training.network.cluster import ALONE, Cluster
from training.network.configuration import Configuration
from training.network.losses import SMOOTHED_STEPS, Losses
from training.network.run import Run
from training.network.sharding import trainer_for
from training.network.trainer import StepResult, Trainer


class StopRequested(Exception):
    """Ctrl-C or SIGTERM was received, the current step finished and a checkpoint was written."""


class TrainingSession:
    """Trains a run to the end, or until Ctrl-C or SIGTERM.

    Args:
      run: Where checkpoints, weights and history are written.
      configuration: Settings of the run, adapted to the length of the text.
      prepared: The text to train and validate on.
      cluster: The workers that train together. Only worker 0 validates and writes to the run.
      make_trainer: Returns the trainer; called like `trainer_for`.

    Example:
      >>> session = TrainingSession(run, configuration, prepared)
      >>> session.resume()
      >>> session.train()
    """

    def __init__(
        self,
        run: Run,
        configuration: Configuration,
        prepared: Prepared,
        cluster: Cluster = ALONE,
        make_trainer: Callable[..., Trainer] = trainer_for,
    ):
        self.run, self.prepared, self.configuration = run, prepared, configuration
        self.cluster = cluster
        self.trainer = make_trainer(
            configuration, len(prepared.vocabulary), _stream(prepared, "train"), cluster
        )
        self.validation = _stream(prepared, "valid") if "valid" in prepared.parts else None
        self.logs = Logs(run.folder / "logs" if cluster.leads else None)
        self.history: list[dict[str, Any]] = []
        self.best: float | None = None
        self._resumptions: list[dict[str, Any]] = []
        self._seconds_before = 0.0
        self._begun = time.monotonic()
        self._losses = Losses()
        self._stop = False
        self._pause_due = 0

    # -- resuming ----------------------------------------------------------------------------------

    def resume(self) -> None:
        """Restore the newest checkpoint, if there is one."""
        checkpoint = load_checkpoint(self.run.folder, say) if self.cluster.leads else None
        try:
            self.trainer.start(checkpoint)
        except ValueError as error:
            raise UserError(f"{self.run.folder}: {error}; use another RUN=name") from error
        if checkpoint is None:
            return
        facts = checkpoint.facts
        self.history, self.best = facts["history"], facts["best"]
        self._seconds_before, self._losses = facts["seconds"], Losses.restored(facts["losses"])
        if self.history:
            # The best weights are in a separate file; report now if it is missing or damaged.
            self.run.weights()
        resumed = {"step": checkpoint.step, "epoch": checkpoint.step / self.trainer.steps_per_epoch}
        self._resumptions = [*facts.get("resumed", []), resumed]
        say(
            f"resuming at step {checkpoint.step:,} of {self.trainer.total_steps:,} "
            f"(epoch {resumed['epoch']:.2f})"
        )

    # -- training ----------------------------------------------------------------------------------

    def train(self) -> None:
        """Train to the end. Raises `StopRequested` after a clean stop."""
        total, tokens = self.trainer.total_steps, self.trainer.tokens_per_step
        done = self.trainer.step * tokens
        with (
            self._stopping_on_signals(),
            ProgressDisplay("training", total * tokens, "tokens", done) as display,
        ):
            while self.trainer.step < total:
                self._pause_due = self._next_pause()
                self.trainer.train(
                    self._pause_due,
                    lambda at: self._after_step(at, display),
                    lambda: self._stop,
                )
                if self.trainer.step < self._pause_due:
                    self._save()
                    raise StopRequested
                self._pause()
                if self.cluster.any(self._stop):
                    raise StopRequested

    def _next_pause(self) -> int:
        """Return the step of the next checkpoint or validation."""
        step = self.trainer.step
        intervals = (*self._validation_intervals, self.configuration.checkpoint_steps)
        return min(self.trainer.total_steps, *((step // every + 1) * every for every in intervals))

    @property
    def _validation_intervals(self) -> tuple[int, ...]:
        """Validate at every multiple of one of these numbers of steps."""
        epochs = self.trainer.steps_per_epoch * self.trainer.epochs_between_validations
        steps = self.configuration.validation_steps
        return (epochs, steps) if steps else (epochs,)

    def _after_step(self, result: StepResult, display: ProgressDisplay) -> None:
        self._losses.add(result.loss)
        recent = self._losses.recent
        epoch = result.step / self.trainer.steps_per_epoch
        display.update(
            result.step * self.trainer.tokens_per_step,
            f"epoch {epoch:.2f}  loss {recent:.3f}  perplexity {_perplexity(recent):.1f}",
        )
        if result.step % SMOOTHED_STEPS == 0:
            rate = result.learning_rate
            self.logs.scalars(result.step, loss=recent, learning_rate=rate)

    def _pause(self) -> None:
        at_end = self.trainer.step == self.trainer.total_steps
        step, intervals = self.trainer.step, self._validation_intervals
        due = at_end or any(step % every == 0 for every in intervals)
        if due and self.cluster.leads:
            self._validate()
        self._save()

    def _validate(self) -> None:
        loss = None
        if self.validation is not None:
            loss = self.trainer.validation_loss(self.validation)
            self.logs.scalars(self.trainer.step, validation_loss=loss)
        record = self._record(loss)
        self.history.append(record)
        self._losses = Losses()
        if loss is None or self.best is None or loss < self.best:
            self.best = loss
            self.run.save_weights(self.trainer.averaged_weights())
        self._write_history()
        say(_described(record))

    def _record(self, loss: float | None) -> dict[str, Any]:
        return {
            "step": self.trainer.step,
            "epoch": round(self.trainer.step / self.trainer.steps_per_epoch, 3),
            "training_perplexity": _perplexity(self._losses.mean),
            "validation_perplexity": None if loss is None else _perplexity(loss),
            "seconds": round(self._seconds(), 1),
            "resumed_at_steps": [resumed["step"] for resumed in self._resumptions],
        }

    def _write_history(self) -> None:
        lines = [json.dumps(record) + "\n" for record in self.history]
        write_text(self.run.folder / "history.jsonl", "".join(lines))
        draw_curve(self.history, self.run.folder / "curve.png", f"Elman: run {self.run.name}")

    def _save(self) -> None:
        facts = {
            "history": self.history,
            "best": self.best,
            "seconds": self._seconds(),
            "losses": self._losses.saved(),
            "resumed": self._resumptions,
        }
        checkpoint = self.trainer.checkpoint(facts)
        if self.cluster.leads:
            save_checkpoint(self.run.folder, checkpoint)

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._begun

    # -- stopping ----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _stopping_on_signals(self) -> Iterator[None]:
        """Stop after the current step on the first Ctrl-C or SIGTERM, at once on the second."""

        def request(number: int, _: Any) -> None:
            if self._stop:
                signal.default_int_handler(number, None)
            self._stop = True

        kinds = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(kind, request) for kind in kinds]
        try:
            yield
        finally:
            for kind, handler in zip(kinds, before, strict=True):
                signal.signal(kind, handler)


def _stream(prepared: Prepared, part: str) -> Stream:
    return Stream(prepared.ids(part), prepared.starts(part))


def _perplexity(loss: float) -> float:
    return math.exp(min(loss, 700.0))


def _described(record: dict[str, Any]) -> str:
    held_out = record["validation_perplexity"]
    shown = "no held-out text" if held_out is None else f"validation perplexity {held_out:.2f}"
    return (
        f"epoch {record['epoch']:g}: training perplexity {record['training_perplexity']:.2f}, "
        f"{shown}, {record['seconds'] / 60:.1f} minutes"
    )
