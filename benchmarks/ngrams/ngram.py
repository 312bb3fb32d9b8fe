"""A back-off n-gram model that computes the whole distribution over the next word.

Back-off is as in ARPA files: if the n-gram of a context and a word is listed, its listed
probability is used. Otherwise the probability is that after the context without its first word,
times the back-off weight of the context (1 if the context is not listed). To compute all words at
once, start with the unigrams times all weights that may apply. Then overwrite the words that follow
the last one, two, ... words of the context, each time with the weights of longer contexts only.

The n-grams form a trie. A node is the index of an n-gram among those of its order, sorted by the
node of its first n - 1 words and then by its last word, so the words that follow a node are
contiguous.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from benchmarks.ngrams.arpa import Section
from training.text.vocabulary import END

LN_10 = float(np.log(10.0))
NONE = -1
"""Stands for the node of a context that is not listed."""


@dataclass(frozen=True)
class Level:
    """The n-grams of one order above the first, with natural logarithms."""

    keys: np.ndarray
    """int64 [n-grams], ascending: (node of the first n - 1 words) * base + last word."""
    words: np.ndarray
    """int32 [n-grams], their last words."""
    log_probability: np.ndarray
    """float32 [n-grams]."""
    log_backoff: np.ndarray
    """float32 [n-grams]."""
    first: np.ndarray
    """int64 [nodes of the order below + 1], where the n-grams that extend each node start."""


class Ngram:
    """An n-gram model with the interface of `training.measure.evaluation.Model`.

    Its state is the last words of the segment. Each segment is a separate sentence: only `<s>`
    precedes its first word, as in KenLM's training.
    """

    def __init__(
        self, vocabulary_size: int, unigram: np.ndarray, backoff: np.ndarray, levels: list[Level]
    ):
        """`unigram` and `backoff` are float32 [vocabulary + 2], with the ids of `read_arpa`."""
        self.vocabulary_size = vocabulary_size
        self.order = len(levels) + 1
        self._start = vocabulary_size
        self._base = len(unigram)
        self._unigram, self._backoff, self._levels = unigram, backoff, levels

    @classmethod
    def from_sections(cls, sections: list[Section], vocabulary_size: int) -> Self:
        """Build the trie from the sections of an ARPA file."""
        base = vocabulary_size + 2
        unigram, backoff = unigrams(sections[0], vocabulary_size)
        levels: list[Level] = []
        nodes_below = base
        for section in sections[1:]:
            levels.append(level(section, levels, base, nodes_below))
            nodes_below = len(levels[-1].keys)
        return cls(vocabulary_size, unigram, backoff, levels)

    def zero_state(self) -> np.ndarray:
        """The state before the first word, int64 [order - 2], all `<s>`."""
        return np.full(max(self.order - 2, 0), self._start, np.int64)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log-probabilities float32 [n, vocabulary] after each of `ids` [n], and the next state."""
        # No n-gram has <s> after its first place, so no context across segments is found.
        history = np.concatenate([state, np.where(ids == END, self._start, ids)])
        contexts = self._contexts(history, len(ids))
        backoffs = [self._backoff_of(length, nodes) for length, nodes in enumerate(contexts, 1)]
        logits = np.empty((len(ids), self.vocabulary_size), np.float32)
        # For each length from 0, the weights of all longer contexts, float32 [order, n].
        longer = np.zeros((self.order, len(ids)), np.float32)
        for length in range(self.order - 2, -1, -1):
            longer[length] = longer[length + 1] + backoffs[length]
        logits[:] = self._unigram[: self.vocabulary_size] + longer[0][:, None]
        for length, nodes in enumerate(contexts, start=1):
            self._overwrite(logits, self._levels[length - 1], nodes, longer[length])
        return logits, history[len(history) - len(state) :]

    def _contexts(self, history: np.ndarray, positions: int) -> list[np.ndarray]:
        """Nodes of the last 1 to order - 1 words at each of the last positions, each int64 [n]."""
        end = len(history)
        # Entry r holds the words r places back.
        back = [history[end - positions - r : end - r] for r in range(self.order - 1)]
        return [self._node_of(back[length::-1]) for length in range(self.order - 1)]

    def _node_of(self, words: list[np.ndarray]) -> np.ndarray:
        """Nodes of contexts given word by word, each int64 [n], the earliest first."""
        nodes = words[0]
        for below, last in zip(self._levels, words[1:], strict=False):
            nodes = find(below.keys, nodes, last, self._base)
        return nodes

    def _backoff_of(self, length: int, nodes: np.ndarray) -> np.ndarray:
        weights = self._backoff if length == 1 else self._levels[length - 2].log_backoff
        if not len(weights):
            return np.zeros(len(nodes), np.float32)
        return np.where(nodes == NONE, np.float32(0.0), weights[nodes])

    def _overwrite(
        self, logits: np.ndarray, level: Level, nodes: np.ndarray, weights: np.ndarray
    ) -> None:
        """Set the words that follow `nodes` [n], times the `weights` [n] of longer contexts."""
        for row in np.flatnonzero(nodes != NONE):
            following = slice(level.first[nodes[row]], level.first[nodes[row] + 1])
            values = level.log_probability[following] + weights[row]
            logits[row, level.words[following]] = values


def unigrams(section: Section, vocabulary_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities and back-off weights by id, float32 [vocabulary + 2].

    Entries that do not occur in the training text share the probability of unseen words.
    """
    ids = section.words[:, 0]
    unseen = section.log_probability[ids == vocabulary_size + 1]
    missing = np.setdiff1d(np.arange(vocabulary_size), ids)
    share = (unseen[0] if len(unseen) else -99.0) - np.log10(max(len(missing), 1))
    probability = np.full(vocabulary_size + 2, share)
    probability[ids] = section.log_probability
    backoff = np.zeros(vocabulary_size + 2)
    backoff[ids] = section.log_backoff
    return (probability * LN_10).astype(np.float32), (backoff * LN_10).astype(np.float32)


def level(section: Section, below: list[Level], base: int, nodes_below: int) -> Level:
    """Build the level of one order on top of the levels `below`."""
    nodes = section.words[:, 0]
    for place, lower in enumerate(below, start=1):
        nodes = find(lower.keys, nodes, section.words[:, place], base)
    if (nodes == NONE).any():
        raise ValueError("an n-gram starts with words that are not listed as an n-gram")
    keys = nodes * base + section.words[:, -1]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    return Level(
        keys=keys,
        words=(keys % base).astype(np.int32),
        log_probability=(section.log_probability[order] * LN_10).astype(np.float32),
        log_backoff=(section.log_backoff[order] * LN_10).astype(np.float32),
        first=np.searchsorted(keys, np.arange(nodes_below + 1, dtype=np.int64) * base),
    )


def find(keys: np.ndarray, nodes: np.ndarray, words: np.ndarray, base: int) -> np.ndarray:
    """Nodes of n-grams, given parent nodes and last words, both int64 [n]; NONE if absent."""
    if not len(keys):
        return np.full(len(nodes), NONE, np.int64)
    wanted = nodes * base + words
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where((keys[place] == wanted) & (nodes != NONE), place, NONE)
