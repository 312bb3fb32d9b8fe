"""Keystroke savings: how many keys a text takes with a strip of three suggestions above the keys.

The text of a segment is its tokens joined; it has `len(text) + 1` characters, the last of which is
Enter. It is typed as follows.

- A word is typed letter by letter, a capital costing one key more (Shift). As soon as the word is
  among the first three words that the model suggests for the letters typed so far, none included,
  it is taken with one key, and brings the space behind it. Case is ignored when words are matched.
- A space costs one key, unless the word before it was taken and brought it. Where the text has no
  space behind a taken word (punctuation or Enter follows), the space that it brought goes away by
  itself.
- Punctuation costs one key a character, and so does Enter.
- A word outside the vocabulary is never suggested.

A keyboard does more: it finds words by letters typed without apostrophes and accents
(`plain_letters.py`), and of two words that differ only in an apostrophe it shows the likelier.
Neither is part of this measure, which stays the same for all rivals.
"""

from dataclasses import dataclass

import numpy as np

from training.measure.metrics import SUGGESTIONS
from training.text.vocabulary import Vocabulary


def typing_keys(letters: str) -> int:
    """Keys for typing the letters of a word one after another."""
    return len(letters) + sum(letter.isupper() for letter in letters)


@dataclass(frozen=True)
class Prefixes:
    """The ids that begin with the first 1, 2, ... letters of a word, all letters but the last."""

    first: np.ndarray
    """int64 [letters - 1]."""
    end: np.ndarray
    """int64 [letters - 1], exclusive."""


class Typist:
    """Counts the keys for one document after another, its tokens in order."""

    def __init__(self, vocabulary: Vocabulary):
        self._vocabulary = vocabulary
        self._prefixes: dict[str, Prefixes] = {}
        self._space_brought = False

    def begin(self) -> None:
        """A new document begins."""
        self._space_brought = False

    def enter(self) -> int:
        """Keys for ending a segment."""
        self._space_brought = False
        return 1

    def punctuation(self, token: str, space_before: bool) -> int:
        """Keys for a token that is no word, with the space before it."""
        keys = self._space(space_before) + len(token)
        self._space_brought = False
        return keys

    def word(self, token: str, space_before: bool, target: int, before: np.ndarray | None) -> int:
        """Keys for a word, with the space before it.

        `before` are the ids, ascending, that are suggested before the word's own id `target`
        when nothing is typed; None if the word can never be suggested.
        """
        letters = None if before is None else self._letters_until_shown(token, target, before)
        return self.word_shown(token, space_before, letters)

    def word_shown(self, token: str, space_before: bool, letters: int | None) -> int:
        """Keys for a word that shows once `letters` of it are typed; None if it never does."""
        keys = self._space(space_before)
        self._space_brought = letters is not None
        return keys + (typing_keys(token) if letters is None else typing_keys(token[:letters]) + 1)

    def _space(self, space_before: bool) -> int:
        return int(space_before and not self._space_brought)

    def _letters_until_shown(self, token: str, target: int, before: np.ndarray) -> int | None:
        """How many letters must be typed before the word shows; None if it never does."""
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
