"""A seeded model of slips: how someone types a word on a touch screen.

Each letter is a tap, drawn from a Gaussian around the centre of its key. The tap types the letter
of the nearest key, so some taps hit a neighbour. Letters are also exchanged with the next one, left
out, and followed by another one; and the space between two words is left out. What is not a letter
from a to z, such as an apostrophe or a digit, is on another page of the keyboard and always typed
as intended.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.correction.layout import KEYS, NEIGHBOURS, nearest

SIGMA = 0.2525
"""The standard deviation of taps in key widths. 6.9% of the taps then hit another key."""


@dataclass(frozen=True)
class Rates:
    """How often each slip occurs: per letter, and per space between two words."""

    sigma: float = SIGMA
    transposed: float = 0.01
    omitted: float = 0.005
    inserted: float = 0.005
    unspaced: float = 0.01


SLIPS = Rates()
CLEAN = Rates(sigma=0.0, transposed=0.0, omitted=0.0, inserted=0.0, unspaced=0.0)


@dataclass(frozen=True)
class Tap:
    """A typed character and where the screen was touched; NaN for a key that is not a letter's."""

    character: str
    x: float = math.nan
    y: float = math.nan


class Fingers:
    """Types words with slips.

    Args:
        rates: How often each slip occurs.
        random: The source of chance.
    """

    def __init__(self, rates: Rates, random: np.random.Generator):
        self._rates, self._random = rates, random

    def word(self, word: str) -> tuple[Tap, ...]:
        """Type a word, of which at least one character remains."""
        keys = self._keys(word)
        return tuple(map(self._tap, _with_capital_in_front(word, keys or list(word))))

    def joins(self) -> bool:
        """Whether the space after a word is left out."""
        return self._happens(self._rates.unspaced)

    def _happens(self, rate: float) -> bool:
        return bool(self._random.random() < rate)

    def _keys(self, word: str) -> list[str]:
        """The characters meant to be typed, after transpositions, omissions and insertions."""
        keys: list[str] = []
        rest = list(word)
        while rest:
            key = rest.pop(0)
            if key.lower() not in KEYS:
                keys.append(key)
                continue
            if rest and rest[0].lower() in KEYS and self._happens(self._rates.transposed):
                key, rest[0] = rest[0], key
                keys += [key, rest.pop(0)]
                continue
            if not self._happens(self._rates.omitted):
                keys.append(key)
            if self._happens(self._rates.inserted):
                keys.append(self._inserted(key))
        return keys

    def _inserted(self, key: str) -> str:
        """The letter itself or one of its neighbours, each as likely as the others."""
        choice = key.lower() + NEIGHBOURS[key.lower()]
        letter = choice[self._random.integers(len(choice))]
        return letter.upper() if key.isupper() else letter

    def _tap(self, key: str) -> Tap:
        if key.lower() not in KEYS:
            return Tap(key)
        x, y = np.array(KEYS[key.lower()]) + self._rates.sigma * self._random.standard_normal(2)
        hit = nearest(x, y)
        return Tap(hit.upper() if key.isupper() else hit, float(x), float(y))


def _with_capital_in_front(word: str, keys: list[str]) -> list[str]:
    """Capitalise the first key of a capitalised word: Shift acts on whichever key comes first."""
    if not (word[0].isupper() and word[1:] == word[1:].lower()):
        return keys
    return [keys[0].upper(), *(key.lower() for key in keys[1:])]
