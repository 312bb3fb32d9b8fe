"""How probable a text is, word by word."""

import dataclasses
import math

import numpy as np

from training.evaluation import Model
from training.metrics import negative_log_probabilities
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
        return math.exp(-self.total / len(self.log_probabilities))


def score_text(model: Model, vocabulary: Vocabulary, text: str) -> TextScore:
    """Score `text` as a text of its own: from zeros and `</s>`, every segment ending in `</s>`."""
    tokens: list[str] = []
    ids: list[int] = []
    for segment in segments(text, vocabulary.unit):
        tokens += [*segment.tokens, vocabulary.entry(END)]
        ids += [*vocabulary.encode(segment.tokens), END]
    logits, _ = model.run(np.array([END, *ids[:-1]], np.int32), model.zero_state())
    charged = negative_log_probabilities(logits, np.array(ids))
    return TextScore(text, tokens, (-charged).tolist(), [token == UNKNOWN for token in ids])
