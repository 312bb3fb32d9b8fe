"""Compares training speed with PyTorch's `nn.RNN`: `python -m benchmarks.training_speed`.

Both use tanh and the same sizes, chunks, learning rates and threads, and run alternately several
times. The table shows tokens per second, and the training time (without validation) until the
validation perplexity equals that of a 5-gram by KenLM.
"""

from __future__ import annotations

import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common.environments import CACHE, last_line, separate_environment
from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import Cell, Table, write_markdown
from benchmarks.ngrams.kenlm import estimated
from benchmarks.ngrams.kenlm_build import programs
from benchmarks.ngrams.ngram import Ngram
from benchmarks.recipe import prepared_text
from benchmarks.speed.race import Task
from training.arguments import CORPUS_HELP, DEFAULT_CORPUS, DEFAULT_PRESET, Parser
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.common.files import write_json
from training.data.lanes import Stream
from training.data.prepare import Prepared
from training.network.configuration import Configuration, preset
from training.text.vocabulary import END

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "benchmarks/speed/requirements.txt"
PAUSE_STEPS = 100
ORDER = 5
OURS, EXACT, CANDIDATES = "Elman", "PyTorch, exact softmax", "PyTorch, the same candidates"
EXAMPLES = """\
  python -m benchmarks.training_speed                 three alternating runs of each
  python -m benchmarks.training_speed --rounds 1      a quick look
  python -m benchmarks.training_speed --keep          also write benchmarks/results
"""


def main(argv: Sequence[str] | None) -> None:
    """Run every trainer and print the table."""
    parser = Parser("benchmarks.training_speed", "Compare training speed with PyTorch.", EXAMPLES)
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, help=CORPUS_HELP)
    parser.add_argument("--preset", default=DEFAULT_PRESET, help="named set of settings")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each trainer")
    parser.add_argument("--epochs", type=int, default=3, help="number of epochs")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    if arguments.rounds < 1:
        raise UserError("--rounds must be at least 1")
    # `nn.RNN` does not have ReLU6.
    configuration = preset(arguments.preset).changed(
        {"activation": "tanh", "epochs": arguments.epochs}
    )
    text = prepared_text(arguments.corpus, configuration)
    rival = str(torch_environment())
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        goal = prepare_task(Path(folder), configuration, text)
        commands = {
            OURS: [sys.executable, "-m", "benchmarks.speed.elman", folder],
            EXACT: [rival, "-m", "benchmarks.speed.pytorch", folder],
            CANDIDATES: [rival, "-m", "benchmarks.speed.pytorch", folder, "--candidates"],
        }
        races = run_all(commands, arguments.rounds, goal)
    made = made_by("benchmarks.training_speed", argv)
    show_and_write(races, goal, made, keep=arguments.keep)


# -- preparation -----------------------------------------------------------------------------------


def torch_environment() -> Path:
    """The Python of an environment with PyTorch; `UserError` if it cannot be created."""
    return separate_environment(CACHE / "torch-2.13.0", REQUIREMENTS, "PyTorch")


def prepare_task(folder: Path, configuration: Configuration, text: Prepared) -> float:
    """Write the task for all trainers, and return the perplexity to reach."""
    train, valid = (Stream(text.ids(part), text.starts(part)) for part in ("train", "valid"))
    size = len(text.vocabulary)
    model = estimated(text, ORDER, programs()).model(size)
    goal = perplexity(model, valid, configuration.validation_tokens)
    say(f"goal: {goal:.2f}, the validation perplexity of the {ORDER}-gram")
    configuration = configuration.adapted_to(len(train))
    Task(configuration, train, valid, size, goal, PAUSE_STEPS).save(folder)
    return goal


def perplexity(model: Ngram, stream: Stream, tokens: int) -> float:
    """The perplexity of the first `tokens` tokens, those that the trainers validate on."""
    nats, left = 0.0, tokens
    with ProgressDisplay(f"{ORDER}-gram on validation", tokens, "tokens") as display:
        for begin, end in zip(stream.starts[:-1], stream.starts[1:], strict=True):
            targets = np.asarray(stream.ids[begin : min(end, begin + left)], np.int32)
            inputs = np.concatenate([[END], targets])[:-1].astype(np.int32)
            left -= len(targets)
            state = model.zero_state()
            for first in range(0, len(targets), 256):
                part = slice(first, first + 256)
                log_probabilities, state = model.run(inputs[part], state)
                nats -= float(np.take_along_axis(log_probabilities, targets[part, None], 1).sum())
            display.update(tokens - left)
            if left == 0:
                break
    return float(np.exp(nats / (tokens - left)))


# -- the races -------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Training:
    """The result of one training; `seconds` is None if it did not reach the goal."""

    rate: float
    seconds: float | None
    perplexity: float


def run_all(commands: dict[str, list[str]], rounds: int, goal: float) -> dict[str, list[Training]]:
    """Run the trainers alternately, so that a busy machine slows all of them."""
    races: dict[str, list[Training]] = {name: [] for name in commands}
    for index in range(rounds):
        for name, arguments in commands.items():
            races[name].append(run_one(f"{name} ({index + 1} of {rounds})", arguments, goal))
    return races


def run_one(name: str, arguments: list[str], goal: float) -> Training:
    """Run a trainer in a separate process and show its progress."""
    last: dict[str, float] = {}
    with ProgressDisplay(name, None, "steps") as display:
        for last in reports(arguments):
            display.update(int(last["step"]), f"perplexity {last['perplexity']:.2f}")
    reached = last["perplexity"] <= goal
    race = Training(last["rate"], last["seconds"] if reached else None, last["perplexity"])
    say(f"{name}: {race.rate:,.0f} tokens/s, {described(race)}")
    return race


def reports(arguments: list[str]) -> Iterator[dict[str, float]]:
    """Yield the reports of a trainer; `UserError` if it fails or reports nothing."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        count = 0
        for line in process.stdout or ():
            count += 1
            yield json.loads(line)
        if process.wait() or not count:
            errors.seek(0)
            raise UserError(f"{arguments[2]} failed: {last_line(errors.read())}")


def described(race: Training) -> str:
    """The time to the goal, as text."""
    if race.seconds is None:
        return f"goal not reached (final perplexity {race.perplexity:.2f})"
    return f"goal after {race.seconds:.0f} s"


# -- the table -------------------------------------------------------------------------------------


def show_and_write(races: dict[str, list[Training]], goal: float, made: str, *, keep: bool) -> None:
    """Print the table and, with `keep`, write it to `benchmarks/results`."""
    result = summary(races, goal)
    result.show()
    sentences = [
        "Medians over alternating runs. Time: seconds of training, without validation, until the "
        "5-gram's perplexity on the same held-out tokens is reached; a dash if it was not.",
        "PyTorch: `nn.RNN` with the same sizes, tied weights, tanh, chunks, AdamW, learning rates, "
        "clipping, threads, and dropout between the layers and before the output; without Elman's "
        "normalisation, residual path, weight averaging, word dropout and exact last steps.",
        made,
    ]
    for sentence in sentences:
        say(sentence)
    if keep:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / "training_speed"
        write_markdown(
            path.with_suffix(".md"), "Training speed compared with PyTorch", [result], sentences
        )
        plain: dict[str, Any] = {
            name: [dataclasses.asdict(race) for race in done] for name, done in races.items()
        }
        write_json(path.with_suffix(".json"), {"goal": goal, "races": plain})


def summary(races: dict[str, list[Training]], goal: float) -> Table:
    """The table, with a row for each trainer and its ratios to PyTorch's exact softmax."""
    rates = {name: statistics.median(race.rate for race in done) for name, done in races.items()}
    times = {name: median_time(done) for name, done in races.items()}
    rows = [
        [
            name,
            f"{rates[name]:,.0f}",
            f"{rates[name] / rates[EXACT]:.2f}x",
            written(times[name], "{:.0f}"),
            written(ratio(times[name], times[EXACT]), "{:.2f}"),
            f"{min(race.perplexity for race in done):.2f}",
        ]
        for name, done in races.items()
    ]
    return Table(
        f"training to a validation perplexity of {goal:.2f}",
        ["trainer", "tokens/s", "ratio", "seconds", "ratio of time", "perplexity"],
        [[Cell(value) for value in row] for row in rows],
    )


def median_time(trainings: list[Training]) -> float | None:
    """The median seconds to the goal; None if a training did not reach it."""
    seconds = [each.seconds for each in trainings if each.seconds is not None]
    return statistics.median(seconds) if len(seconds) == len(trainings) else None


def ratio(time: float | None, other: float | None) -> float | None:
    """`time / other`, or None if one is missing."""
    return None if time is None or other is None else time / other


def written(value: float | None, form: str) -> str:
    """The formatted value, or a dash for None."""
    return "-" if value is None else form.format(value)


if __name__ == "__main__":
    command(main)
