"""How probable a text is, word by word."""

import dataclasses
import math

import numpy as np

from training.evaluation import BLOCK_TOKENS, Model
from training.metrics import exponential, negative_log_probabilities
from training.text import segments
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
        return exponential(-self.total / len(self.log_probabilities))


def score_text(model: Model, vocabulary: Vocabulary, text: str) -> TextScore:
    """Score `text` as a text of its own: from zeros and `</s>`, every segment ending in `</s>`."""
    tokens: list[str] = []
    ids: list[int] = []
    for segment in segments(text, vocabulary.unit):
        tokens += [*segment.tokens, vocabulary.entry(END)]
        ids += [*vocabulary.encode(segment.tokens), END]
    inputs, targets, state = np.array([END, *ids[:-1]], np.int32), np.array(ids), model.zero_state()
    charged = [np.zeros(0)]
    for first in range(0, len(ids), BLOCK_TOKENS):
        block = slice(first, first + BLOCK_TOKENS)
        logits, state = model.run(inputs[block], state)
        charged.append(-negative_log_probabilities(logits, targets[block]))
    unknown = [token == UNKNOWN for token in ids]
    return TextScore(text, tokens, np.concatenate(charged).tolist(), unknown)
