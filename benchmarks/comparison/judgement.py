"""Measures whether held-out sentences score higher than corrupted copies of themselves.

A copy either swaps two neighbouring words, or replaces one word with another of about the same
frequency, so that neither length nor frequency reveals it. By chance, 50% of the sentences score
higher than their copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.measure.evaluation import Model
from training.measure.metrics import negative_log_probabilities
from training.text.vocabulary import END, UNKNOWN, Vocabulary

LEAST_WORDS = 4
# A replacement is drawn from this many words of next higher and next lower frequency.
NEIGHBOURS = 5
SEED = 1
# In nats. Closer scores count as equal, since sums depend on the order of their terms.
LEAST_DIFFERENCE = 1e-4


@dataclass(frozen=True)
class Sentence:
    """The ids of a sentence and of its corrupted copies, without `</s>`."""

    original: list[int]
    swapped: list[int]
    replaced: list[int]


@dataclass(frozen=True)
class Judgement:
    """The shares of sentences that a model scores above their copies, and their number."""

    swapped: float
    replaced: float
    sentences: int


def spoilt_sentences(
    ids: np.ndarray, vocabulary: Vocabulary, counts: np.ndarray, number: int
) -> list[Sentence]:
    """Select at most `number` sentences of the stream `ids` [tokens], evenly, and corrupt them.

    Sentences have at least `LEAST_WORDS` words, all known. `counts` [vocabulary] are from the
    training text. The same arguments give the same copies.
    """
    ends = np.flatnonzero(ids == END)
    begins = np.concatenate([[0], ends[:-1] + 1])
    pieces = [np.asarray(ids[b:e]) for b, e in zip(begins, ends, strict=True)]
    fit = [piece for piece in pieces if _fits(piece, vocabulary)]
    if len(fit) > number:
        fit = [fit[index] for index in np.linspace(0, len(fit) - 1, number).astype(int)]
    spoiler = _Spoiler(vocabulary, counts)
    return [spoiler.spoil(piece) for piece in fit]


def judge(model: Model, sentences: Sequence[Sentence]) -> Judgement:
    """The shares of sentences that `model` scores above their copies, each as a separate text."""
    swapped = replaced = 0
    for sentence in sentences:
        least = log_probability(model, sentence.original) - LEAST_DIFFERENCE
        swapped += least > log_probability(model, sentence.swapped)
        replaced += least > log_probability(model, sentence.replaced)
    return Judgement(swapped / len(sentences), replaced / len(sentences), len(sentences))


def log_probability(model: Model, ids: Sequence[int]) -> float:
    """The log-probability in nats of a sentence and its `</s>`, at the start of a text."""
    inputs = np.array([END, *ids], np.int32)
    logits, _ = model.run(inputs, model.zero_state())
    return -float(negative_log_probabilities(logits, np.array([*ids, END])).sum())


def _fits(piece: np.ndarray, vocabulary: Vocabulary) -> bool:
    words = vocabulary.is_word[piece]
    neighbours = (piece[1:] != piece[:-1]) & words[1:] & words[:-1]
    return words.sum() >= LEAST_WORDS and UNKNOWN not in piece and bool(neighbours.any())


class _Spoiler:
    def __init__(self, vocabulary: Vocabulary, counts: np.ndarray):
        self._is_word = vocabulary.is_word
        words = np.flatnonzero(vocabulary.is_word)
        self._by_count = words[np.argsort(-counts[words], kind="stable")]
        self._rank = {int(word): rank for rank, word in enumerate(self._by_count)}
        self._random = np.random.default_rng(SEED)

    def spoil(self, piece: np.ndarray) -> Sentence:
        original = piece.tolist()
        return Sentence(original, self._swapped(piece), self._replaced(piece))

    def _swapped(self, piece: np.ndarray) -> list[int]:
        words = self._is_word[piece]
        places = np.flatnonzero((piece[1:] != piece[:-1]) & words[1:] & words[:-1])
        at, spoilt = int(self._random.choice(places)), piece.tolist()
        spoilt[at], spoilt[at + 1] = spoilt[at + 1], spoilt[at]
        return spoilt

    def _replaced(self, piece: np.ndarray) -> list[int]:
        at = int(self._random.choice(np.flatnonzero(self._is_word[piece])))
        rank = self._rank[int(piece[at])]
        near = [
            int(self._by_count[other])
            for other in range(rank - NEIGHBOURS, rank + NEIGHBOURS + 1)
            if 0 <= other < len(self._by_count) and other != rank
        ]
        spoilt = piece.tolist()
        spoilt[at] = near[self._random.integers(len(near))]
        return spoilt
