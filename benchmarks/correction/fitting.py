"""Fits the costs of slips, and the shares from which a correction is certain."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.correction.measuring import BETA
from benchmarks.correction.samples import Correct, Sample

Costs = dict[str, float]
Loss = Callable[[Mapping[str, float]], float]

FIRST_STEP = 0.15
"""Costs first change by this share of their value, but at least by `LEAST_STEP`."""
LEAST_STEP = 0.2
SHRINK = 0.5
TOLERANCE = 1e-5
"""A change must lower the loss by at least this many nats."""


SPREAD = 0.2
"""The standard deviation of the prior, as a share of a cost, but at least `LEAST_STEP`."""


def prior(costs: Mapping[str, float], usual: Mapping[str, float]) -> float:
    """-log of the probability of costs, up to a constant: a Gaussian around the usual ones."""
    return sum(
        ((costs[name] - cost) / spread_of(name, cost)) ** 2 / 2 for name, cost in usual.items()
    )


def spread_of(name: str, cost: float) -> float:
    """The standard deviation of the prior of a cost."""
    return SPREAD * cost if name in SMALL else max(SPREAD * abs(cost), LEAST_STEP)


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
        broken: The greatest share of words without a slip that may be replaced wrongly, in a text
            with slips.
        clean: The same in a text without slips.
    """

    precision: float = 0.955
    broken: float = 0.003
    clean: float = 0.0015


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
        known: Whether a list has the typed word, bool [words].
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


@dataclass(frozen=True)
class Quality:
    """What replacements do to words.

    Args:
        right: The share of words that are right in the end.
        f_score: F0.9 of the replacements.
        precision: The share of replaced words that are right.
        broken: The share of words without a slip that are replaced wrongly.
    """

    right: float
    f_score: float
    precision: float
    broken: float

    def keeps(self, limits: Limits) -> bool:
        """Whether it is within the limits for a text with slips."""
        return self.precision >= limits.precision and self.broken <= limits.broken


def quality(found: Proposals, at: Thresholds) -> Quality:
    """The quality of the replacements with these thresholds."""
    replaced = found.replaced(at)
    mended = int((replaced & found.right & found.slipped).sum())
    broken = int((replaced & ~found.right & ~found.slipped).sum())
    words, slipped = len(found.slipped), int(found.slipped.sum())
    changed = int((replaced & (found.slipped | ~found.right)).sum())
    precision, recall = mended / max(1, changed), mended / max(1, slipped)
    return Quality(
        (words - slipped + mended - broken) / words,
        (1 + BETA**2) * precision * recall / max(1e-9, BETA**2 * precision + recall),
        precision if changed else 1.0,
        broken / max(1, words - slipped),
    )


def thresholds(found: Proposals, limits: Limits, clean: Proposals | None = None) -> Thresholds:
    """The thresholds with the highest F0.9 within the limits.

    Args:
        found: Words of a text with slips.
        limits: The limits.
        clean: Words of a text without slips.
    """
    best, most = Thresholds(1.1, 1.1, 1.1), 0.0
    for values in itertools.product(SHARES, GRID, GRID):
        tried = Thresholds(*map(float, values))
        if clean is not None and quality(clean, tried).broken > limits.clean:
            continue
        reached = quality(found, tried)
        if reached.keeps(limits) and reached.f_score > most:
            best, most = tried, reached.f_score
    return best
