"""Train a model: `python -m training.train`."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from training.arguments import (
    Parser,
    add_run_arguments,
    chosen_preset,
    chosen_run,
    chosen_segmentation,
)
from training.common.display import PassDisplay, console, say
from training.common.errors import UserError, command
from training.common.known_files import KnownFiles
from training.common.locks import locked, require_writable
from training.common.options import PROCESSES, WORKERS
from training.common.processes import available_processes
from training.corpora import CACHE, Reading, open_corpus
from training.data.preparation import ENCODING
from training.data.prepare import KNOWN_FILES, Prepared, prepare
from training.network.belonging import begin_or_check
from training.network.cluster import (
    ALONE,
    ONE,
    Cluster,
    Place,
    WorkerLost,
    join,
    require_even,
)
from training.network.configuration import Configuration, preset
from training.network.run import Run

# The default with several workers.
AVERAGING_STEPS = 64

EXAMPLES = """\
  python -m training.train                                  the chat corpus, keyboard preset
  python -m training.train --corpus novel.txt               your own text
  python -m training.train --corpus lines.txt --segmentation message   one sentence per line
  python -m training.train --corpus news.parquet --field text          a column of a table
  python -m training.train --corpus "chats/:3 novel.txt"    chats three times in each epoch
  zcat *.gz | python -m training.train --corpus -           standard input
  python -m training.train --corpus shakespeare --run bard  a run with your own name
  python -m training.train --set units=512 --set epochs=5 --run wide
  python -m training.train --workers 2                      two processes train together
"""


def main(argv: Sequence[str] | None) -> int:
    """Prepare the text, start or resume training, and print the metrics of the test part."""
    arguments = _parser().parse_args(argv)
    place = _place(arguments.workers)
    workers = max(arguments.workers, place.size)
    if arguments.corpus == "-" and workers > 1:
        raise UserError(
            "each worker reads the text, and standard input can be read only once; "
            "save it to a file: CORPUS=text.txt"
        )
    configuration = _configuration(arguments, workers)
    run = chosen_run(arguments)
    segmentation = chosen_segmentation(arguments, run)
    if place.index:
        say(f"worker {place.index} of {place.size}; worker 0 prints the progress")
    # If this process was started by `train_with_workers`, the text was already described.
    console.quiet = place.size > 1 and (place.index > 0 or arguments.workers > 1)
    reading = Reading(
        arguments.field,
        configuration.held_out_tokens,
        arguments.processes or available_processes(),
        arguments.word_list,
        KnownFiles(arguments.cache / KNOWN_FILES),
    )
    prepared, configuration = _prepared(
        Source(arguments.corpus, segmentation, reading), configuration, arguments.cache
    )
    console.quiet = place.index > 0
    if workers > place.size and not (run.exists and run.information["finished"]):
        from training.workers import train_with_workers

        return train_with_workers(workers, sys.argv[1:] if argv is None else argv)
    try:
        if place.index:
            return train_run(run, configuration, prepared, place)
        require_writable(run.folder, "--runs")
        with locked(run.folder, "RUN=name"):
            return train_run(run, configuration, prepared, place)
    except WorkerLost as error:
        if arguments.workers == 1:
            raise
        # `train_with_workers` knows better which worker failed, and says so.
        return error.status


def _place(workers: int) -> Place:
    """Return which worker this process is. `TF_CONFIG` and `--workers` must agree."""
    place = Place.of(os.environ)
    if place.size > 1 and workers not in (1, place.size):
        raise UserError(
            f"TF_CONFIG names {place.size} workers, and WORKERS (--workers) is {workers}; "
            "set only one of them"
        )
    return place


def _configuration(arguments: argparse.Namespace, workers: int) -> Configuration:
    """Return the preset, changed for the number of workers and by `--set`."""
    configuration = shared_by(workers, preset(chosen_preset(arguments)))
    configuration = configuration.with_overrides(arguments.set)
    require_even(configuration.shards, workers)
    return configuration


def shared_by(workers: int, configuration: Configuration) -> Configuration:
    """Return a copy for several workers: each has one thread and as many lanes as one process."""
    if workers == 1:
        return configuration
    return configuration.changed(
        {
            "shards": workers,
            "lanes": configuration.lanes * workers,
            "averaging_steps": AVERAGING_STEPS,
            "threads": 1,
        }
    )


def _parser() -> Parser:
    parser = Parser("training.train", "Train a word-level SimpleRNN on a text.", EXAMPLES)
    add_run_arguments(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="override a setting of the preset (see docs/SETTINGS.md); can be repeated",
    )
    parser.add_argument(
        "--workers",
        type=WORKERS,
        default=1,
        help="processes on this machine that train together; multiplies lanes, and sets shards, "
        f"averaging_steps={AVERAGING_STEPS} and threads=1 unless overridden (see docs/CLUSTER.md)",
    )
    parser.add_argument(
        "--word-list",
        default="",
        metavar="LIST",
        help="more words to suggest once a letter is typed: english, none or a file with one word "
        "per line, the most frequent one first (default: english for the built-in chats)",
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for prepared text")
    parser.add_argument(
        "--processes",
        type=PROCESSES,
        default=0,
        help="processes that prepare the text (default: one per processor); the result does not "
        "depend on their number",
    )
    return parser


@dataclasses.dataclass(frozen=True)
class Source:
    """The corpus and its options, from the command line."""

    corpus: str
    segmentation: str
    reading: Reading


def _prepared(
    source: Source, configuration: Configuration, cache: Path
) -> tuple[Prepared, Configuration]:
    with PassDisplay({ENCODING: "thousand tokens"}, "KB") as progress:
        corpus = open_corpus(source.corpus, cache, progress, source.segmentation, source.reading)
        if not corpus.held_out("valid"):
            # Without held-out text no word can be unknown, so the vocabulary keeps every word.
            configuration = dataclasses.replace(configuration, minimum_count=1)
        say(f"corpus {corpus.name} ({corpus.licence})")
        for note in corpus.notes:
            say(note)
        prepared = prepare(
            corpus,
            configuration.vocabulary_size,
            configuration.minimum_count,
            cache / "prepared",
            progress,
            source.reading,
        )
    if prepared.pruned:
        say(f"dropped rare words while counting ({prepared.pruned:,} occurrences)")
    for part, documents in prepared.left_out.items():
        say(
            f"left {documents:,} documents out of the {part} part, which reached held_out_tokens "
            f"({source.reading.held_out_tokens:,})"
        )
    parts = ", ".join(f"{part} {prepared.tokens(part):,}" for part in prepared.parts)
    say(f"vocabulary {len(prepared.vocabulary):,} entries; tokens: {parts}")
    return prepared, configuration.adapted_to(prepared.tokens("train"))


def train_run(
    run: Run, configuration: Configuration, prepared: Prepared, place: Place = ONE
) -> int:
    """Train `run` to the end and measure it.

    At a `place` other than 0, this process only trains and leaves the run folder alone.

    Returns:
      The exit status: 0, or 130 if training was stopped.
    """
    leads = place.index == 0
    if leads:
        begin_or_check(run, configuration, prepared)
    cluster = join(place, configuration.threads) if place.size > 1 else ALONE
    if cluster.any(leads and run.information["finished"]):
        if leads:
            run.weights()
        say(f"{run.folder} is already trained; to train another model, set another RUN=name")
        return 0
    stopped = _train_to_the_end(run, configuration, prepared, cluster)
    if stopped:
        say(f"stopped; run the same command to resume ({run.folder})")
        return 130
    if leads:
        _finish(run, prepared)
    return 0


def _finish(run: Run, prepared: Prepared) -> None:
    _measure(run, prepared)
    run.update_information(finished=True)
    # The total over all sessions, if training was stopped and resumed.
    seconds = run.history()[-1]["seconds"]
    say(f"{run.folder}: trained in {seconds / 60:.1f} minutes")


def _train_to_the_end(
    run: Run, configuration: Configuration, prepared: Prepared, cluster: Cluster
) -> bool:
    from training.common.quiet import load_tensorflow

    load_tensorflow(configuration.threads)
    from training.network.session import StopRequested, TrainingSession

    cluster.require_same(_digest(configuration, prepared), "text or settings")
    session = TrainingSession(run, configuration, prepared, cluster)
    trainer = session.trainer
    say(
        f"network {configuration.units} x {configuration.layers} {configuration.activation}, "
        f"{trainer.model.parameters():,} parameters; {trainer.configuration.lanes} lanes of "
        f"{configuration.truncated_bptt_length}, {trainer.total_steps:,} steps of "
        f"{trainer.tokens_per_step:,} tokens{_in_shards(configuration, cluster)}, on {_device()}"
    )
    session.resume()
    try:
        session.train()
    except StopRequested:
        return True
    return False


def _device() -> str:
    """Name the device that computes the steps."""
    import tensorflow as tf

    found = tf.config.list_logical_devices("GPU")
    return found[0].name if found else "the CPU"


def _in_shards(configuration: Configuration, cluster: Cluster) -> str:
    if configuration.shards == 1:
        return ""
    workers = f" on {cluster.size} workers" if cluster.size > 1 else ""
    steps = configuration.averaging_steps
    return f"; {configuration.shards} shards{workers}, averaged every {steps} steps"


def _digest(configuration: Configuration, prepared: Prepared) -> str:
    """Return a digest of what all workers must have in common."""
    text = prepared.folder.name, prepared.vocabulary.digest, prepared.corpus["sha256"]
    return hashlib.sha256(repr((configuration, text)).encode()).hexdigest()


def _measure(run: Run, prepared: Prepared) -> None:
    from training.evaluate import measure_and_show

    if prepared.judged is None:
        say("the text is too short for a held-out part, so there are no metrics to show")
        return
    measure_and_show(run, prepared, prepared.judged)


if __name__ == "__main__":
    command(main)
