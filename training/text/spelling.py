"""A character model for the spelling of words outside the vocabulary."""

import math
from collections import Counter
from collections.abc import Iterable

CODE_POINTS = 0x110000


class SpellingModel:
    """A unigram model of characters that measures the cost of spelling a word, in nats.

    Characters are counted over the entries of the vocabulary, each entry once and followed by an
    end sign, with add-one smoothing. One class stands for all other characters and costs an
    additional uniform choice among all Unicode code points. The model depends only on the
    vocabulary, so all language models with the same vocabulary share it. For vocabularies of
    different sizes, results stay comparable: the cost of a word plus its spelling is always the
    length of a decodable code.
    """

    _END = ""

    def __init__(self, entries: Iterable[str]):
        """Count the characters of `entries`: folded vocabulary entries without special ones."""
        counts = Counter[str]()
        for entry in entries:
            counts.update(entry)
            counts[self._END] += 1
        total = counts.total() + len(counts) + 1 + (self._END not in counts)
        self._nats = {sign: math.log(total / (count + 1)) for sign, count in counts.items()}
        self._nats.setdefault(self._END, math.log(total))
        self._other = math.log(total) + math.log(CODE_POINTS)
        self._known: dict[str, float] = {}

    def nats(self, word: str) -> float:
        """Return the cost of a word and its end sign, in nats."""
        if word not in self._known:
            self._known[word] = self._nats[self._END] + math.fsum(
                self._nats.get(sign, self._other) for sign in word
            )
        return self._known[word]
