"""Measures whether generated text is varied, and whether it is copied from the training text.

*Distinct-n* is the number of different n-grams divided by the number of n-grams (Li et al., "A
Diversity-Promoting Objective Function for Neural Conversation Models", 2016), compared with that of
the same amount of held-out text. *Copied* is the share of 5-grams that occur in the training text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.text.vocabulary import UNKNOWN

COPIED_LENGTH = 5


@dataclass(frozen=True)
class Variety:
    """Shares of distinct 1-, 2- and 3-grams, and of 5-grams copied from the training text."""

    distinct: tuple[float, float, float]
    copied: float


def variety(texts: Sequence[np.ndarray], training_ids: np.ndarray, vocabulary_size: int) -> Variety:
    """Measure `texts`, each ids [tokens]; n-grams do not cross from one text to the next.

    `ValueError` if no text is long enough for a 5-gram.
    """
    fives = ngrams(texts, COPIED_LENGTH, vocabulary_size)
    if not len(fives):
        raise ValueError(f"no text has {COPIED_LENGTH} tokens")
    known = np.unique(ngrams([training_ids], COPIED_LENGTH, vocabulary_size))
    distinct = [_distinct(ngrams(texts, length, vocabulary_size)) for length in (1, 2, 3)]
    return Variety(
        (distinct[0], distinct[1], distinct[2]),
        float(np.isin(fives, known).mean()),
    )


def ngrams(texts: Sequence[np.ndarray], length: int, vocabulary_size: int) -> np.ndarray:
    """Encode every n-gram of every text as one number, uint64 [n-grams].

    Exact up to 2**64 possible n-grams; beyond that, numbers may collide.
    """
    codes = []
    for text in texts:
        if len(text) < length:
            continue
        code = np.zeros(len(text) - length + 1, np.uint64)
        for offset in range(length):
            end = len(text) - length + 1 + offset
            code = code * np.uint64(vocabulary_size) + text[offset:end].astype(np.uint64)
        codes.append(code)
    return np.concatenate(codes) if codes else np.zeros(0, np.uint64)


def sampled_texts(
    model, texts: int, tokens: int, *, temperature: float = 1.0, seed: int = 1
) -> list[np.ndarray]:
    """Sample texts from the whole distribution of `model` except `<unk>`.

    Args:
        model: Anything with `run` and `zero_state`.
        texts: Number of texts.
        tokens: Tokens in each.
        temperature: Divides the logits.
        seed: Seed of the random numbers.

    Returns:
        Ids of each text, int64 [tokens].
    """
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(texts):
        state, token_id, ids = model.zero_state(), 0, []
        for _ in range(tokens):
            logits, state = model.run(np.array([token_id], np.int32), state)
            scaled = logits[0].astype(np.float64) / temperature
            scaled[UNKNOWN] = -np.inf
            token_id = int(generator.choice(len(scaled), p=_softmax(scaled)))
            ids.append(token_id)
        drawn.append(np.array(ids))
    return drawn


def _distinct(codes: np.ndarray) -> float:
    return len(np.unique(codes)) / len(codes)


def _softmax(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()
