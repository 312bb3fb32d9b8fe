"""Confidence intervals from resampled documents, for all benchmarks.

Words in a conversation are not independent, but conversations are. The bootstrap therefore draws
whole documents with replacement, and computes the figures from their sums. The draws depend only on
a fixed seed and the number of documents, so they are the same for everything that is compared on a
text. This makes differences far more certain than each figure alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 1_000
SEED = 1
CONFIDENCE = 95
FEWEST_DOCUMENTS = 10
"""With fewer documents, resampling is meaningless and there are no intervals."""


@dataclass(frozen=True)
class Interval:
    """A figure and the bounds of its confidence interval, None without one."""

    value: float
    low: float | None = None
    high: float | None = None


def draws(documents: int) -> np.ndarray:
    """How often each document is drawn, int64 [resamples, documents].

    Multiplied by the sums of the documents, this gives the sums of each resampled text. There are
    no resamples of fewer than `FEWEST_DOCUMENTS`.
    """
    if documents < FEWEST_DOCUMENTS:
        return np.zeros((0, documents), np.int64)
    random = np.random.default_rng((SEED, documents))
    return random.multinomial(documents, np.full(documents, 1 / documents), size=RESAMPLES)


def interval(value: float, resampled: Sequence[float]) -> Interval:
    """The percentile interval of a value, from its values in the resampled texts, if any."""
    if not resampled:
        return Interval(value)
    margin = (100 - CONFIDENCE) / 2
    low, high = np.percentile(resampled, [margin, 100 - margin])
    return Interval(value, float(low), float(high))
