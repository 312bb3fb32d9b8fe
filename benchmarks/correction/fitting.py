"""Fits the costs of slips, and the shares from which a correction is certain."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.correction.samples import Correct, Sample

Costs = dict[str, float]
Loss = Callable[[Mapping[str, float]], float]

FIRST_STEP = 0.15
"""Costs first change by this share of their value, but at least by `LEAST_STEP`."""
LEAST_STEP = 0.2
SHRINK = 0.5
TOLERANCE = 1e-5
"""A change must lower the loss by at least this many nats."""


def coordinate_search(
    costs: Costs, loss: Loss, names: Iterable[str], rounds: int, told: Callable[[int, float], None]
) -> Costs:
    """Change one cost at a time as long as the loss falls, with ever smaller steps.

    Args:
        costs: Where to start.
        loss: What to minimise.
        names: The costs to change.
        rounds: How often each cost is tried. Steps shrink from round to round.
        told: Called after each cost with the number of costs tried so far and the loss.
    """
    best, names, tried = dict(costs), list(names), 0
    least = loss(best)
    for number in range(rounds):
        for name in names:
            step = max(abs(best[name]) * FIRST_STEP, LEAST_STEP) * SHRINK**number
            if name in SMALL:
                step = best[name] * FIRST_STEP * SHRINK**number
            best, least = _line_search(best, least, loss, name, step)
            tried += 1
            told(tried, least)
    return best


SMALL = ("touch_sigma", "context")
"""Numbers below or near 1, which are not costs."""


def _line_search(
    best: Costs, least: float, loss: Loss, name: str, step: float
) -> tuple[Costs, float]:
    """Go up or down by `step` while the loss falls."""
    for direction in (step, -step):
        improved = False
        while True:
            changed = {**best, name: best[name] + direction}
            value = loss(changed)
            if value > least - TOLERANCE:
                break
            best, least, improved = changed, value, True
        if improved:
            break
    return best, least


# -- certainty -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """What corrections must not do.

    Args:
        precision: The least share of replacements that are right.
        broken: The greatest share of words without a slip that may be replaced wrongly.
    """

    precision: float = 0.955
    broken: float = 0.003


@dataclass(frozen=True)
class Thresholds:
    """The shares from which a correction is certain; the names are those of the library."""

    certain: float
    certain_known: float
    certain_unknown: float


@dataclass(frozen=True)
class Proposals:
    """The best readings, for words that were typed.

    Args:
        share: Their shares, float64 [words]; 0 if the literal reading is the best.
        against: Their shares if there were only the literal reading besides, float64 [words].
        known: Whether the typed word is an entry of the vocabulary, bool [words].
        right: Whether the reading is what was meant, bool [words].
        slipped: Whether the word was typed with a slip, bool [words].
    """

    share: np.ndarray
    against: np.ndarray
    known: np.ndarray
    right: np.ndarray
    slipped: np.ndarray

    def replaced(self, at: Thresholds) -> np.ndarray:
        """Which words are replaced with these thresholds, bool [words]."""
        least = np.where(self.known, at.certain_known, at.certain_unknown)
        return (self.share >= at.certain) & (self.against >= least)


def proposals(
    samples: Sequence[Sample], correct: Correct, is_known: Callable[[str], bool]
) -> Proposals:
    """Ask for the readings of every sample; those without any, such as `½`, are left out."""
    rows = []
    for sample in samples:
        readings = sample.readings(correct)
        if not readings:
            continue
        best, literal = readings[0], next(each for each in readings if each.is_literal)
        share = 0.0 if best.is_literal else best.share
        against = share / (share + literal.share)
        truth = sample.is_right(best), sample.is_slipped
        rows.append((share, against, is_known(sample.typed), *truth))
    share, against, *marks = zip(*rows, strict=True)
    return Proposals(np.array(share), np.array(against), *(np.array(each, bool) for each in marks))


SHARES = np.arange(0.25, 0.95, 0.05)
GRID = np.append(1 / (1 + np.exp(-np.arange(-1, 12.1, 0.5))), 1.1)
"""Thresholds that are tried. No share reaches the last one."""


def thresholds(found: Proposals, limits: Limits) -> Thresholds:
    """The thresholds with which most words are right in the end, within the limits."""
    best, most = Thresholds(1.1, 1.1, 1.1), 0
    for values in itertools.product(SHARES, GRID, GRID):
        tried = Thresholds(*map(float, values))
        gained = _gain(found, found.replaced(tried), limits)
        if gained is not None and gained > most:
            best, most = tried, gained
    return best


def _gain(found: Proposals, replaced: np.ndarray, limits: Limits) -> int | None:
    """How many words become right; None if the limits are not kept."""
    mended = int((replaced & found.right & found.slipped).sum())
    broken = int((replaced & ~found.right & ~found.slipped).sum())
    if mended < limits.precision * int((replaced & (found.slipped | ~found.right)).sum()):
        return None
    if broken > limits.broken * int((~found.slipped).sum()):
        return None
    return mended - broken
