"""Measures what a profile costs: `python -m benchmarks.learning.speed`.

A profile learns conversations of the validation part. Then the words of the next conversations are
predicted at every letter, without the profile and with it. Time is the processor time of a call on
one core, which includes the network's steps.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.common.made import made_by
from benchmarks.comparison.texts import held_out
from benchmarks.keyboard.shipped import shipped_keyboard
from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.data.prepare import open_prepared

EXAMPLES = """\
  python -m benchmarks.learning.speed                   a profile of 40,000 words, 20,000 calls
  python -m benchmarks.learning.speed --words 1000      a smaller profile
"""
PERCENTILES = (50, 95, 99)


def main(argv: Sequence[str] | None) -> None:
    """Learn, predict, and print the times."""
    parser = Parser("benchmarks.learning.speed", "Measure what a profile costs.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("--words", type=int, default=40_000, help="how many words to learn")
    parser.add_argument("--calls", type=int, default=20_000, help="how many predictions")
    arguments = parser.parse_args(argv)
    if arguments.words < 1 or arguments.calls < 1:
        raise UserError("--words and --calls must be at least 1")
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    texts = itertools.cycle(
        text for document in held_out(prepared, "valid").documents for text in document.texts
    )
    with (
        shipped_keyboard(run, arguments.exports) as (keyboard, library),
        Profile(library) as profile,
    ):
        learn(profile, texts, arguments.words)
        save_and_open(library, profile)
        keys = list(itertools.islice(befores(texts), arguments.calls))
        say_times("a prediction without the profile", predicted(keyboard, keys))
        keyboard.use(profile)
        say_times("a prediction with the profile", predicted(keyboard, keys))
        keyboard.use(None)
    say(made_by("benchmarks.learning.speed", argv))


def learn(profile: Profile, texts: Iterator[str], words: int) -> None:
    """Learn messages until there were so many words, and print the time."""
    learned, times = 0, []
    with ProgressDisplay("learning", words, "words") as display:
        while learned < words:
            text = next(texts)
            times.append(microseconds(lambda text=text: profile.learn(text)))
            learned += len(text.split())
            display.update(min(learned, words))
    slowest = max(times) / 1e3
    say(f"learning: {sum(times) / learned:.2f} \u00b5s a word, slowest message {slowest:.1f} ms")
    found = profile.totals()
    say(f"profile: {found.bytes:,} bytes, {found.words:,} words")


def save_and_open(library: Path, profile: Profile) -> None:
    """Print the time to save the profile, and to open it again."""
    with tempfile.TemporaryDirectory(prefix="elman-speed-") as folder:
        path = Path(folder, "profile")
        saving = microseconds(lambda: profile.save(path)) / 1e3
        opening = microseconds(lambda: Profile(library, path).close()) / 1e3
    say(f"saving: {saving:.1f} ms; opening: {opening:.1f} ms")


def befores(texts: Iterable[str]) -> Iterator[str]:
    """The text before each letter of each text."""
    for text in texts:
        yield from (text[:place] for place, letter in enumerate(text) if letter.isalpha())


def predicted(keyboard: CKeyboard, keys: Sequence[str]) -> np.ndarray:
    """Predict before each letter; microseconds of each call."""
    times = np.ones(len(keys))
    with ProgressDisplay("predicting", len(keys), "keys") as display:
        for place, before in enumerate(keys):
            times[place] = microseconds(lambda before=before: keyboard.predict(before))
            display.update(place + 1)
    return times


def microseconds(call: Callable[[], object]) -> float:
    """The processor time that a call takes in this thread."""
    begun = time.thread_time_ns()
    call()
    return (time.thread_time_ns() - begun) / 1e3


def say_times(name: str, times: np.ndarray) -> None:
    """Print the percentiles of times in microseconds."""
    parts = [f"p{each} {np.percentile(times, each):.0f}" for each in PERCENTILES]
    say(f"{name}: {', '.join(parts)} \u00b5s of processor time ({len(times):,} keys)")


if __name__ == "__main__":
    command(main)
