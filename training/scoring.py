"""How probable a text is, word by word."""

import dataclasses
import math

import numpy as np

from training.evaluation import LanguageModel
from training.vocabulary import END, UNKNOWN, Vocabulary


@dataclasses.dataclass(frozen=True)
class TextScore:
    """`tokens` as written, their `log_probabilities` in nats, and which are outside the vocabulary.

    The last token is `</s>`: the probability that the text ends there.
    """

    text: str
    tokens: list[str]
    log_probabilities: list[float]
    unknown: list[bool]

    @property
    def total(self) -> float:
        """Log-probability of the whole text, nats."""
        return math.fsum(self.log_probabilities)

    @property
    def perplexity(self) -> float:
        """`exp` of the mean negative log-probability a token."""
        return math.exp(-self.total / len(self.log_probabilities))


def score_text(model: LanguageModel, vocabulary: Vocabulary, text: str) -> TextScore:
    """Score `text` as a text of its own: from zeros and `</s>`, every segment ending in `</s>`."""
    tokens: list[str] = []
    ids: list[int] = []
    for segment in vocabulary.segments(text):
        tokens += [*segment, vocabulary.entry(END)]
        ids += [*vocabulary.encode(segment), END]
    logits, _ = model.run(np.array([END, *ids[:-1]], np.int32), model.zero_state())
    picked = log_probabilities(logits, np.array(ids))
    return TextScore(text, tokens, picked.tolist(), [token == UNKNOWN for token in ids])


def log_probabilities(logits: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Log-probability (nats, float64 [n]) of each of `ids` [n] under its row of `logits` [n, V]."""
    wide = logits.astype(np.float64)
    highest = wide.max(axis=1)
    normaliser = highest + np.log(np.exp(wide - highest[:, None]).sum(axis=1))
    return wide[np.arange(len(ids)), ids] - normaliser
