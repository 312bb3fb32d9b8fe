"""Words to fit the costs of slips on: typed with slips, in context, and real misspellings."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.correction.elman import place_of
from benchmarks.correction.judging import matched
from benchmarks.correction.slips import Tap
from benchmarks.correction.typed import Unit
from export.keyboard.results import Correction
from training.text.rules import fold

READINGS = 8
"""How many readings are looked at; their shares sum to nearly 1."""
LEAST = 1e-5
"""The share of the right reading if it is not among those found."""

Correct = Callable[[str, Sequence[tuple[float, float] | None], int], list[Correction]]


@dataclass(frozen=True)
class Sample:
    """A word to correct.

    Args:
        before: The text before it, without slips.
        taps: What was typed.
        words: What was meant.
        weight: How much it counts.
        is_touched: Whether the corrector is given the coordinates.
    """

    before: str
    taps: tuple[Tap, ...]
    words: tuple[str, ...]
    weight: float = 1.0
    is_touched: bool = False

    @property
    def typed(self) -> str:
        """The characters that were typed."""
        return "".join(tap.character for tap in self.taps)

    @property
    def is_slipped(self) -> bool:
        """Whether what was typed is not what was meant."""
        return not all(matched(self.words, self.typed))

    def readings(self, correct: Correct) -> list[Correction]:
        """The readings of the word."""
        touches = [place_of(tap) for tap in self.taps] if self.is_touched else []
        return correct(self.before + self.typed, touches, READINGS)

    def is_right(self, reading: Correction) -> bool:
        """Whether a reading is what was meant. One that changes words before it is not."""
        return reading.replaces <= len(self.typed) and all(
            matched(self.words, self.typed[: len(self.typed) - reading.replaces] + reading.text)
        )


def samples_of(
    documents: Iterable[Sequence[Unit]], seed: int, common: Container[str] = (), kept: float = 1.0
) -> list[Sample]:
    """The words of documents in order, half of them with coordinates.

    Args:
        documents: What is typed.
        seed: Decides which words have coordinates and which are kept.
        common: Words, case-folded, of which only some are needed.
        kept: The share of the common words without a slip that are kept. They weigh more instead.
    """
    random, found = Random(seed), list[Sample]()
    for units in documents:
        before = ""
        for unit in units:
            before += unit.before
            sample = Sample(before, unit.all_taps, unit.words, 1.0, random.random() < 0.5)
            if sample.is_slipped or fold(sample.typed) not in common:
                found.append(sample)
            elif random.random() < kept:
                found.append(replace(sample, weight=1 / kept))
            before += " ".join(unit.words)
    return found


def samples_of_pairs(pairs: Iterable[tuple[str, str]], weight: float) -> list[Sample]:
    """Misspellings without context; what was meant may be several words."""
    return [
        Sample("", tuple(Tap(character) for character in wrong), tuple(right.split()), weight)
        for wrong, right in pairs
    ]


def loss(samples: Sequence[Sample], correct: Correct) -> float:
    """The mean of -log of the share that the readings give to what was meant."""
    total = sum(sample.weight * _nats(sample, correct) for sample in samples)
    return total / sum(sample.weight for sample in samples)


def _nats(sample: Sample, correct: Correct) -> float:
    share = sum(each.share for each in sample.readings(correct) if sample.is_right(each))
    return -math.log(max(share, LEAST))
