"""What corrections have to be, written down as simply as possible: every word is tried."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from training.text.plain_letters import plain
from training.text.rules import fold

Touch = tuple[float, float] | None
Layout = Mapping[str, tuple[float, float]]

ADJACENT = 1.5
QWERTY: Layout = {
    letter: (start + place + 0.5, row + 0.5)
    for row, (start, letters) in enumerate(
        [(0.0, "qwertyuiop"), (0.5, "asdfghjkl"), (1.5, "zxcvbnm")]
    )
    for place, letter in enumerate(letters)
}


class Slips(NamedTuple):
    """The cost of having typed `typed` with these touches, for each word that was meant."""

    costs: Mapping[str, float]
    typed: str
    touches: Sequence[Touch]
    layout: Layout = QWERTY

    def of_word(self, meant: str) -> float:
        """The cost of the cheapest way to have typed this instead of `meant`."""
        typed, costs = self.typed, self.costs
        rows: list[list[float]] = []
        for i in range(len(meant) + 1):
            row = [math.inf] * (len(typed) + 1)
            rows.append(row)
            for j in range(len(typed) + 1):
                ways = [0.0] if i == j == 0 else []
                if i:
                    ways.append(rows[i - 1][j] + self._omitted(meant, i - 1))
                if j:
                    ways.append(row[j - 1] + self._inserted(j - 1))
                if i and j:
                    ways.append(rows[i - 1][j - 1] + self.replaced(meant[i - 1], j - 1))
                if i > 1 and j > 1 and meant[i - 2 : i] == typed[j - 2 : j][::-1]:
                    touched = self._touched(typed[j - 2], j - 2) + self._touched(
                        typed[j - 1], j - 1
                    )
                    ways.append(rows[i - 2][j - 2] + costs["transposition"] + touched)
                row[j] = min(ways)
        return rows[-1][-1]

    def of_completion(self, meant: str) -> float:
        """The cost of the cheapest beginning of `meant`."""
        return min(self.of_word(meant[:end]) for end in range(1, len(meant) + 1))

    def of_literal(self) -> float:
        """The cost of having meant exactly what was typed."""
        return sum(self.replaced(letter, place) for place, letter in enumerate(self.typed))

    def replaced(self, meant: str, place: int) -> float:
        """The cost of the letter at a place instead of another one."""
        typed = self.typed[place]
        if meant == typed:
            return self._letter(meant, typed, place)
        plain_pair = plain(meant), plain(typed)
        accent = self.costs["accent"] if plain_pair != (meant, typed) else 0.0
        return self._letter(*plain_pair, place) + accent

    def _letter(self, meant: str, typed: str, place: int) -> float:
        if self.touches[place] is None or typed not in self.layout:
            return self._keys(meant, typed)
        chosen = self._touched(typed, place) + self._choice(meant, typed)
        missed = self._touched(meant, place) if meant in self.layout else math.inf
        return min(missed, chosen)

    def _touched(self, letter: str, place: int) -> float:
        touch = self.touches[place]
        if touch is None or letter not in self.layout:
            return 0.0
        nearest = min(math.dist(touch, key) ** 2 for key in self.layout.values())
        distance = math.dist(touch, self.layout[letter]) ** 2 - nearest
        return distance / (2 * self.costs["touch_sigma"] ** 2)

    def _choice(self, meant: str, typed: str) -> float:
        if meant == typed:
            return 0.0
        both_vowels = meant in "aeiouy" and typed in "aeiouy"
        return self.costs["vowel" if both_vowels else "substitution"]

    def _keys(self, meant: str, typed: str) -> float:
        cost = self._choice(meant, typed)
        if meant in self.layout and typed in self.layout:
            distance = math.dist(self.layout[meant], self.layout[typed]) ** 2
            cost = min(cost, self.costs["neighbour"] * distance)
        return cost

    def _omitted(self, meant: str, place: int) -> float:
        if meant[place] in "'-":
            return self.costs["mark"]
        is_double = place > 0 and meant[place - 1] == meant[place]
        return self.costs["undoubling" if is_double else "omission"]

    def _inserted(self, place: int) -> float:
        typed, near = self.typed, self.typed[max(0, place - 1) : place + 2]
        if typed[place] in "'-":
            return self.costs["extra_mark"]
        touched = self._touched(typed[place], place)
        if place > 0 and typed[place - 1] == typed[place]:
            return self.costs["doubling"] + touched
        brushed = (place > 0 and self._adjacent(near[0], typed[place])) or (
            place + 1 < len(typed) and self._adjacent(near[-1], typed[place])
        )
        return self.costs["brush" if brushed else "insertion"] + touched

    def _adjacent(self, one: str, other: str) -> bool:
        if one not in self.layout or other not in self.layout:
            return False
        return math.dist(self.layout[one], self.layout[other]) ** 2 <= ADJACENT


def best_scores(
    words: Mapping[str, float], slips: Slips, most: int, completes: bool = False
) -> list[tuple[float, str]]:
    """The best scores of words with these log-probabilities, the best first."""
    costs = slips.costs
    found: list[tuple[float, str]] = []
    for word, value in words.items():
        key = fold(word)
        if key == slips.typed:
            continue
        cost = slips.of_completion(key) if completes else slips.of_word(key)
        if cost <= costs["limit"]:
            found.append((costs["context"] * value - cost, word))
    return sorted(found, reverse=True)[:most]
