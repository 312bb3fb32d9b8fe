"""How the probability of `<unk>` is shared among all words outside the vocabulary."""

from __future__ import annotations

import math

from training.text.tail import DISCOUNT, Tail
from training.text.vocabulary import Vocabulary


class UnknownWords:
    """The probability of each word outside the vocabulary, given that it is `<unk>`.

    A tail word has the part that its count gives it. The others share the rest by their spelling.
    """

    def __init__(self, vocabulary: Vocabulary, tail: Tail | None = None):
        tail = tail or Tail()
        self._vocabulary = vocabulary
        self._parts = {
            vocabulary.key(word): (count - DISCOUNT) / tail.unknown for word, count in tail.words
        }
        self._rest = 1 - sum(self._parts.values())

    def nats(self, token: str) -> float:
        """Return minus the log-probability of a token among all unknown ones, in nats."""
        if (part := self._parts.get(self._vocabulary.key(token))) is not None:
            return -math.log(part)
        return self._vocabulary.spelling_nats(token) - math.log(self._rest)
