"""Fits the costs of slips, and the shares from which a correction is certain."""

from __future__ import annotations

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

    precision: float = 0.96
    broken: float = 0.002


@dataclass(frozen=True)
class Proposals:
    """The best readings other than the literal one, for words that were typed.

    Args:
        share: Their shares, float64 [words]; 0 if the literal reading is better.
        known: Whether the typed word is an entry of the vocabulary, bool [words].
        right: Whether the reading is what was meant, bool [words].
        slipped: Whether the word was typed with a slip, bool [words].
    """

    share: np.ndarray
    known: np.ndarray
    right: np.ndarray
    slipped: np.ndarray

    def replaced(self, known: float, unknown: float) -> np.ndarray:
        """Which words are replaced with these thresholds, bool [words]."""
        return self.share >= np.where(self.known, known, unknown)


def proposals(
    samples: Sequence[Sample], correct: Correct, is_known: Callable[[str], bool]
) -> Proposals:
    """Ask for the readings of every sample."""
    rows = []
    for sample in samples:
        first = sample.readings(correct)[0]
        share = 0.0 if first.is_literal else first.share
        rows.append((share, is_known(sample.typed), sample.is_right(first), sample.is_slipped))
    share, known, right, slipped = zip(*rows, strict=True)
    return Proposals(np.array(share), *(np.array(each, bool) for each in (known, right, slipped)))


GRID = np.concatenate([np.arange(0.3, 0.95, 0.025), np.arange(0.95, 1.0, 0.005), [1.1]])
"""Thresholds that are tried. No share reaches the last one."""


def thresholds(found: Proposals, limits: Limits) -> tuple[float, float]:
    """The thresholds for known and unknown words with which most words are right in the end.

    Raises:
        ValueError: If no thresholds keep the limits, which cannot be, because none replaces a word.
    """
    best: tuple[int, float, float] | None = None
    for known in GRID:
        for unknown in GRID:
            replaced = found.replaced(known, unknown)
            gained = _gain(found, replaced, limits)
            if gained is not None and (best is None or gained > best[0]):
                best = gained, float(known), float(unknown)
    if best is None:
        raise ValueError("no thresholds keep the limits")
    return best[1], best[2]


def _gain(found: Proposals, replaced: np.ndarray, limits: Limits) -> int | None:
    """How many words become right; None if the limits are not kept."""
    mended = int((replaced & found.right & found.slipped).sum())
    broken = int((replaced & ~found.right & ~found.slipped).sum())
    changed = mended + int((replaced & ~found.right).sum())
    if changed and mended < limits.precision * changed:
        return None
    if broken > limits.broken * max(1, int((~found.slipped).sum())):
        return None
    return mended - broken
