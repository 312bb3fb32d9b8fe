"""Measures the speed and memory of corrections: `python -m benchmarks.correction_speed`.

Conversations of the validation part are typed with slips, as in `python -m benchmarks.correction`,
and each word is corrected when it is complete; after the last conversation, the first one comes
again. Time is the processor time of a call, on one core, which includes the network's steps. Memory
is that of the whole process in RAM, after a tenth of the words and at the end.
"""

from __future__ import annotations

import itertools
import resource
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.common.made import made_by
from benchmarks.comparison.texts import held_out
from benchmarks.correction.correctors import CANDIDATES
from benchmarks.correction.elman import place_of
from benchmarks.correction.samples import Sample, samples_of
from benchmarks.correction.slips import SLIPS
from benchmarks.correction.typed import SlippingTypist
from benchmarks.keyboard.shipped import shipped_keyboard
from export.keyboard.core import CKeyboard
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.data.prepare import Prepared, open_prepared

EXAMPLES = """\
  python -m benchmarks.correction_speed                     100,000 words
  python -m benchmarks.correction_speed --words 1000000     ten times as many
"""
FIRST = 0.1
"""The share of the words after which memory is measured for the first time."""
PERCENTILES = (50, 95, 99)


def main(argv: Sequence[str] | None) -> None:
    """Correct words, and print the time and the memory."""
    parser = Parser("benchmarks.correction_speed", "Measure corrections.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("--words", type=int, default=100_000, help="how many words to correct")
    parser.add_argument("--documents", type=int, default=60, help="conversations to type")
    parser.add_argument("--seed", type=int, default=1, help="seed of the slips")
    arguments = parser.parse_args(argv)
    if arguments.words < 1 or arguments.documents < 1 or arguments.seed < 0:
        raise UserError("--words and --documents must be at least 1, and --seed at least 0")
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    samples = typed_words(prepared, arguments.documents, arguments.seed)
    with shipped_keyboard(run, arguments.exports) as (keyboard, _):
        times, first, last = measured(keyboard, samples, arguments.words)
    say_times(times)
    say(f"memory: {first:.1f} MB after {FIRST:.0%} of the words, {last:.1f} MB at the end")
    say(made_by("benchmarks.correction_speed", argv))


def typed_words(prepared: Prepared, documents: int, seed: int) -> list[Sample]:
    """The words of conversations, half of them with the coordinates of the taps."""
    texts = held_out(prepared, "valid").documents[:documents]
    found = samples_of(SlippingTypist(prepared.segmentation, SLIPS, seed).type_all(texts), seed)
    if not found:
        raise UserError("the conversations have no words to correct; choose more with --documents")
    return found


def measured(
    keyboard: CKeyboard, samples: Sequence[Sample], words: int
) -> tuple[np.ndarray, float, float]:
    """The processor times in milliseconds, and the memory in MB, first and last."""
    times, first = np.ones(words, np.float32), 0.0
    with ProgressDisplay("correcting", words, "words") as display:
        for place, sample in enumerate(repeated(samples, words)):
            touches = [place_of(tap) for tap in sample.taps] if sample.is_touched else []
            begun = time.process_time_ns()
            keyboard.correct(sample.before + sample.typed, touches, k=CANDIDATES + 1)
            times[place] = (time.process_time_ns() - begun) / 1e6
            if place + 1 == max(1, round(FIRST * words)):
                first = memory()
            display.update(place + 1)
    return times, first, memory()


def repeated(samples: Sequence[Sample], words: int) -> Iterator[Sample]:
    """So many words, over and over."""
    return itertools.islice(itertools.cycle(samples), words)


def memory() -> float:
    """What this process has in RAM, in MB, on Linux."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def say_times(times: np.ndarray) -> None:
    """Print the percentiles of times in milliseconds."""
    parts = [f"p{each} {np.percentile(times, each):.2f}" for each in PERCENTILES]
    say(f"{len(times):,} words: {', '.join(parts)} ms of processor time a correction")


if __name__ == "__main__":
    command(main)
