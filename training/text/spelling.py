"""What it costs to spell a word that is outside the vocabulary."""

import math
from collections import Counter
from collections.abc import Iterable

CODE_POINTS = 0x110000


class SpellingModel:
    """How many nats it takes to spell a word letter by letter, for words outside the vocabulary.

    A fixed character unigram model: characters are counted over the vocabulary's entries, each
    entry once and followed by an end sign; one is added to every count, and to that of "any other
    character", which then costs one of all Unicode code points. It depends on the vocabulary and
    on nothing else, so all rivals with the same vocabulary share it, and for vocabularies of
    different size the sum of word and spelling stays the length of a decodable code.
    """

    _END = ""

    def __init__(self, entries: Iterable[str]):
        """`entries` are those of the vocabulary, special ones left out, folded as text is."""
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
        """The cost of a word and its end sign, in nats."""
        if word not in self._known:
            self._known[word] = self._nats[self._END] + math.fsum(
                self._nats.get(sign, self._other) for sign in word
            )
        return self._known[word]
