"""The figures of each contender: over all writers, by writer, and by the words typed before."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.common.intervals import FEWEST_DOCUMENTS, Interval, draws, interval
from benchmarks.learning.replay import NAMES, Replayed
from training.measure.metrics import exponential

BOUNDS = (0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000)
"""Each part of the curve begins after this many words and ends with the next number."""
FEWEST_WORDS_OF_A_PART = 1_000
"""Later parts of the curve with fewer words are left out: a few writers wrote them."""
FEWEST_WORDS = 250
"""Writers with fewer words are left out of the median and of the worst writer."""


@dataclass(frozen=True)
class Figure:
    """A figure computed from sums, and how it is displayed."""

    title: str
    value: Callable[[dict[str, float]], float]
    form: str = "{:.2%}"
    worst: Callable[[np.ndarray], float] = np.min
    """Of the figures of all writers, float64 [writers]."""


def perplexity(sums: dict[str, float]) -> float:
    """The perplexity per word; NaN if the contender has no probabilities."""
    nats = sums["nats"] / sums["words"]
    return nats if math.isnan(nats) else exponential(nats)


FIGURES = (
    Figure("saved", lambda sums: 1 - sums["keys"] / sums["characters"]),
    Figure("words only", lambda sums: 1 - sums["word_keys"] / sums["word_characters"]),
    Figure("top-1", lambda sums: sums["first"] / sums["words"]),
    Figure("top-3", lambda sums: sums["among_first"] / sums["words"]),
    Figure("perplexity", perplexity, "{:.1f}", np.max),
)
SAVED = FIGURES[0]


@dataclass(frozen=True)
class Results:
    """What one contender achieved."""

    replayed: Replayed

    @cached_property
    def _sums(self) -> np.ndarray:
        return self.replayed.sums()

    @cached_property
    def total(self) -> dict[str, float]:
        """The sums over everything."""
        return named(self._sums.sum(axis=0))

    @cached_property
    def by_writer(self) -> list[dict[str, float]]:
        """The sums of each writer."""
        return [named(row) for row in grouped(self._sums, self.replayed.writers)]

    @cached_property
    def _resampled(self) -> list[dict[str, float]]:
        """The sums of each resampled text, in which whole writers are drawn with replacement.

        Text fields are drawn if there are few writers. Empty if there are few fields, too.
        """
        groups = grouped(self._sums, self.replayed.writers)
        if len(groups) < FEWEST_DOCUMENTS:
            groups = grouped(self._sums, self.replayed.text_fields)
        groups = groups[groups[:, NAMES.index("words")] > 0]
        # A group that was not drawn contributes nothing, not even a NaN.
        return [named(groups[row > 0].T @ row[row > 0]) for row in draws(len(groups))]

    def interval(self, figure: Figure) -> Interval:
        """A figure over everything, with its interval."""
        return interval(figure.value(self.total), [figure.value(sums) for sums in self._resampled])

    def gain(self, base: Results) -> Interval:
        """How many percentage points more keys are saved than by `base`, with the interval."""
        pairs = zip(self._resampled, base._resampled, strict=True)
        return interval(points(self.total, base.total), [points(*pair) for pair in pairs])

    def of_writers(self, figure: Figure) -> np.ndarray:
        """A figure of each writer with enough words, float64 [writers]."""
        return np.array([figure.value(sums) for sums in self.by_writer if is_long(sums)])

    def gains_of_writers(self, base: Results) -> np.ndarray:
        """`gain` of each writer with enough words, float64 [writers]."""
        pairs = zip(self.by_writer, base.by_writer, strict=True)
        return np.array([points(own, other) for own, other in pairs if is_long(own)])

    def curve(self) -> list[tuple[int, int, dict[str, float]]]:
        """For each part of the curve: where it begins, how many writers reach it, and its sums."""
        part = np.searchsorted(BOUNDS, self.replayed.before, side="right") - 1
        found = []
        for number in np.unique(part):
            rows = np.flatnonzero(part == number)
            writers = len({self.replayed.writers[row] for row in rows})
            sums = named(self._sums[rows].sum(axis=0))
            if number == 0 or sums["words"] >= FEWEST_WORDS_OF_A_PART:
                found.append((BOUNDS[number], writers, sums))
        return found


def named(row: np.ndarray) -> dict[str, float]:
    """Sums by their names."""
    return dict(zip(NAMES, row.tolist(), strict=True))


def grouped(sums: np.ndarray, numbers: list[int]) -> np.ndarray:
    """Add up the rows with the same number, float64 [groups, fields]."""
    found, places = np.unique(numbers, return_inverse=True)
    groups = np.zeros((len(found), sums.shape[1]))
    np.add.at(groups, places, sums)
    return groups


def is_long(sums: dict[str, float]) -> bool:
    """Whether a writer has enough words for figures alone."""
    return sums["words"] >= FEWEST_WORDS


def points(own: dict[str, float], other: dict[str, float]) -> float:
    """How many percentage points more keys are saved."""
    return 100 * (SAVED.value(own) - SAVED.value(other))
