"""Keystroke savings: the number of keys needed to type a text with three suggestions shown.

The text of a segment is its joined tokens and Enter, `len(text) + 1` characters. It is typed as
follows:

- A word is typed letter by letter; a capital costs an extra key (Shift). As soon as the word is
  among the top three suggestions for the letters typed so far (possibly none), it is accepted with
  one key, which also inserts a space after it. Matching ignores case.
- A space costs one key, unless the word before it was accepted and inserted it. If the text has no
  space after an accepted word (before punctuation or Enter), the inserted one is removed for free.
- Each punctuation character costs one key, and so does Enter.
- A word outside the vocabulary is never suggested.

The keyboard does more: it finds words typed without apostrophes and accents (`plain_letters.py`)
and, of two words that differ only in an apostrophe, shows the more likely one. This metric includes
neither, so that it is the same for all models that are compared.
"""

from dataclasses import dataclass

import numpy as np

from training.measure.metrics import SUGGESTIONS
from training.text.vocabulary import Vocabulary


def typing_keys(letters: str) -> int:
    """Return the number of keys to type `letters` without suggestions."""
    return len(letters) + sum(letter.isupper() for letter in letters)


@dataclass(frozen=True)
class Prefixes:
    """The ranges of ids that begin with the first 1, 2, ..., n - 1 letters of a word."""

    first: np.ndarray
    """int64 [letters - 1]."""
    end: np.ndarray
    """int64 [letters - 1], exclusive."""


class Typist:
    """Counts the keys needed to type documents. Pass their tokens in order."""

    def __init__(self, vocabulary: Vocabulary):
        self._vocabulary = vocabulary
        self._prefixes: dict[str, Prefixes] = {}
        self._space_brought = False

    def begin(self) -> None:
        """Start a new document."""
        self._space_brought = False

    def enter(self) -> int:
        """Return the number of keys to end a segment."""
        self._space_brought = False
        return 1

    def punctuation(self, token: str, space_before: bool) -> int:
        """Return the number of keys for a token that is not a word, and the space before it."""
        keys = self._space(space_before) + len(token)
        self._space_brought = False
        return keys

    def word(self, token: str, space_before: bool, target: int, before: np.ndarray | None) -> int:
        """Return the number of keys for a word and the space before it.

        Args:
          token: The word.
          space_before: Whether the text has a space before it.
          target: Its id.
          before: Ids, ascending, that rank ahead of `target` before any letter is typed; None if
            the word can never be suggested.
        """
        letters = None if before is None else self._letters_until_shown(token, target, before)
        return self.word_shown(token, space_before, letters)

    def word_shown(self, token: str, space_before: bool, letters: int | None) -> int:
        """Return the number of keys for a word that is suggested after `letters` letters.

        None means that it is never suggested.
        """
        keys = self._space(space_before)
        self._space_brought = letters is not None
        return keys + (typing_keys(token) if letters is None else typing_keys(token[:letters]) + 1)

    def _space(self, space_before: bool) -> int:
        return int(space_before and not self._space_brought)

    def _letters_until_shown(self, token: str, target: int, before: np.ndarray) -> int | None:
        """Return how many letters must be typed before the word is suggested, or None if never."""
        if len(before) < SUGGESTIONS:
            return 0
        prefixes = self._prefixes_of(token)
        rank = np.searchsorted(before, prefixes.end) - np.searchsorted(before, prefixes.first)
        shown = (rank < SUGGESTIONS) & (prefixes.first <= target) & (target < prefixes.end)
        return int(shown.argmax()) + 1 if shown.any() else None

    def _prefixes_of(self, token: str) -> Prefixes:
        found = self._prefixes.get(token)
        if found is None:
            ranges = [self._vocabulary.prefix_range(token[:n]) for n in range(1, len(token))]
            pairs = np.array(ranges, np.int64).reshape(-1, 2)
            found = self._prefixes[token] = Prefixes(pairs[:, 0], pairs[:, 1])
        return found
