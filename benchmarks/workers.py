"""Compare one training process with two workers, a core each: `python -m benchmarks.workers`.

Both train the same schedule on the same tokens, in turn, several times. Three figures: tokens per
second, the validation perplexity at the end, and the time until the validation perplexity of a
5-gram by KenLM is reached, without the validation itself.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import Cell, Table, write_markdown
from benchmarks.ngrams.kenlm import estimated
from benchmarks.ngrams.kenlm_build import programs
from benchmarks.recipe import prepared_text
from benchmarks.speed.race import Task
from benchmarks.training_speed import (
    ORDER,
    ROOT,
    Training,
    median_time,
    perplexity,
    ratio,
    reports,
    written,
)
from training.arguments import CORPUS_HELP, DEFAULT_CORPUS, DEFAULT_PRESET, Parser
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.common.files import write_json
from training.data.lanes import Stream
from training.data.prepare import Prepared
from training.network.configuration import Configuration, preset
from training.train import AVERAGING_STEPS, shared_by
from training.workers import environments

WORKERS = 2
# Steps of one process between validations; half as many of two workers, whose steps are twice as
# large. That is a multiple of AVERAGING_STEPS, so validating adds no averages.
PAUSE_STEPS = 2 * AVERAGING_STEPS
ONE, TWO = "one process, one core", "two workers, a core each"
EXAMPLES = """\
  python -m benchmarks.workers                          three rounds, about half an hour
  python -m benchmarks.workers --rounds 1 --epochs 1    a first impression
  python -m benchmarks.workers --keep                   write the table to benchmarks/results
"""


def main(argv: Sequence[str] | None) -> None:
    """Run all trainings and print the table."""
    parser = Parser("benchmarks.workers", "Compare one process with two workers.", EXAMPLES)
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, help=CORPUS_HELP)
    parser.add_argument("--preset", default=DEFAULT_PRESET, help="named set of settings")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each")
    parser.add_argument("--epochs", type=int, default=2, help="number of epochs")
    parser.add_argument("--goal", type=float, help="perplexity to reach (default: the 5-gram's)")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    cores = sorted(os.sched_getaffinity(0))
    if arguments.rounds < 1 or len(cores) < WORKERS:
        raise UserError("--rounds must be at least 1, and the machine needs two cores")
    alone = preset(arguments.preset).changed({"epochs": arguments.epochs, "threads": 1})
    shared = shared_by(WORKERS, alone)
    text = prepared_text(arguments.corpus, alone)
    goal = arguments.goal or ngram_perplexity(text, alone)
    say(f"goal: a validation perplexity of {goal:.2f}")
    trainings: dict[str, list[Training]] = {ONE: [], TWO: []}
    with tempfile.TemporaryDirectory(prefix="workers-") as folder:
        tasks = {
            ONE: write_task(folder, "one", alone, text, PAUSE_STEPS),
            TWO: write_task(folder, "two", shared, text, PAUSE_STEPS // WORKERS),
        }
        for index in range(arguments.rounds):
            for name, task in tasks.items():
                title = f"{name} ({index + 1} of {arguments.rounds})"
                used = cores[: 1 if name == ONE else WORKERS]
                trainings[name].append(train(title, task, used, goal))
    show_and_write(trainings, goal, shared, made_by("benchmarks.workers", argv), arguments.keep)


def ngram_perplexity(text: Prepared, configuration: Configuration) -> float:
    """The validation perplexity of a 5-gram, on the tokens that the trainers validate on."""
    model = estimated(text, ORDER, programs()).model(len(text.vocabulary))
    valid = Stream(text.ids("valid"), text.starts("valid"))
    return perplexity(model, valid, configuration.validation_tokens)


def write_task(
    folder: str, name: str, configuration: Configuration, text: Prepared, pause: int
) -> Path:
    """Write a task that is trained to the end of its schedule."""
    train, valid = (Stream(text.ids(part), text.starts(part)) for part in ("train", "valid"))
    path = Path(folder) / name
    path.mkdir()
    configuration = configuration.adapted_to(len(train))
    Task(configuration, train, valid, len(text.vocabulary), 0.0, pause).save(path)
    return path


def train(title: str, task: Path, cores: list[int], goal: float) -> Training:
    """Train with one worker for each core and show the progress."""
    module = [sys.executable, "-m", "benchmarks.speed.workers", str(task)]
    places = environments(len(cores)) if len(cores) > 1 else [{"TF_CONFIG": ""}]
    first, *others = [
        ["taskset", "-c", str(core), "env", f"TF_CONFIG={place['TF_CONFIG']}", *module]
        for core, place in zip(cores, places, strict=True)
    ]
    found: list[dict[str, float]] = []
    with started(others), ProgressDisplay(title, None, "steps") as display:
        for report in reports(first):
            display.update(int(report["step"]), f"perplexity {report['perplexity']:.2f}")
            found.append(report)
    seconds = seconds_to(goal, found)
    training = Training(found[-1]["rate"], seconds, found[-1]["perplexity"])
    reached = "not reached" if seconds is None else f"reached after {seconds:.0f} s"
    say(
        f"{title}: {training.rate:,.0f} tokens/s, perplexity {training.perplexity:.2f}, "
        f"goal {reached}"
    )
    return training


def seconds_to(goal: float, found: Sequence[Mapping[str, float]]) -> float | None:
    """The seconds to a perplexity, whose logarithm is taken as linear between two validations."""
    reached = next((i for i, each in enumerate(found) if each["perplexity"] <= goal), None)
    if not reached:
        return None if reached is None else found[0]["seconds"]
    before, after = found[reached - 1], found[reached]
    share = math.log(before["perplexity"] / goal) / math.log(
        before["perplexity"] / after["perplexity"]
    )
    return before["seconds"] + share * (after["seconds"] - before["seconds"])


@contextlib.contextmanager
def started(commands: list[list[str]]) -> Iterator[None]:
    """Run commands in the background, and kill those that are still running at the end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(each, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        for each in commands
    ]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def show_and_write(
    trainings: dict[str, list[Training]],
    goal: float,
    configuration: Configuration,
    made: str,
    keep: bool,
) -> None:
    """Print the table; write it to be committed if `keep` is set."""
    result = summary(trainings, goal)
    result.show()
    sentences = [
        "Medians over alternating trainings of the same schedule. Time: seconds of training, "
        "without validation, until the 5-gram's perplexity on the same held-out tokens is "
        "reached, interpolated between two validations; a dash if it was not.",
        f"Two workers: shards={configuration.shards}, lanes={configuration.lanes}, averaging_steps="
        f"{configuration.averaging_steps}; every process has threads=1 and its own core.",
        made,
    ]
    for sentence in sentences:
        say(sentence)
    if keep:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / "workers"
        title = "One process and two workers"
        write_markdown(path.with_suffix(".md"), title, [result], sentences)
        plain = {
            name: [dataclasses.asdict(each) for each in done] for name, done in trainings.items()
        }
        write_json(path.with_suffix(".json"), {"goal": goal, "trainings": plain})


def summary(trainings: dict[str, list[Training]], goal: float) -> Table:
    """A row for each, with its ratios to one process."""
    rates = {
        name: statistics.median(each.rate for each in done) for name, done in trainings.items()
    }
    ends = {
        name: statistics.median(each.perplexity for each in done)
        for name, done in trainings.items()
    }
    times = {name: median_time(done) for name, done in trainings.items()}
    rows = [
        [
            name,
            f"{rates[name]:,.0f}",
            f"{rates[name] / rates[ONE]:.2f}x",
            f"{ends[name]:.2f}",
            f"{ends[name] / ends[ONE] - 1:+.1%}",
            written(times[name], "{:.0f}"),
            written(ratio(times[name], times[ONE]), "{:.2f}"),
        ]
        for name in trainings
    ]
    return Table(
        f"training, and the time to a validation perplexity of {goal:.2f}",
        ["training", "tokens/s", "ratio", "perplexity", "difference", "seconds", "ratio of time"],
        [[Cell(value) for value in row] for row in rows],
    )


if __name__ == "__main__":
    command(main)
