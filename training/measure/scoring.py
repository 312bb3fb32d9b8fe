"""How probable a text is, word by word.

An unknown word is charged twice: for being unknown, which is what the network says about `<unk>`,
and for its spelling, by the fixed character model that bits per character uses
(`spelling.py`). Without the second any misspelling would be as probable as all
unknown words together, and gibberish more probable than a sentence.
"""

import dataclasses
import math
from collections.abc import Iterable

import numpy as np

from training.measure.evaluation import BLOCK_TOKENS, Model
from training.measure.metrics import exponential, negative_log_probabilities
from training.text.rules import segments
from training.text.vocabulary import END, UNKNOWN, Vocabulary

RANKINGS = ("total", "word")
"""What sentences can be ranked by: the log-probability of the whole, or its mean per token."""


@dataclasses.dataclass(frozen=True)
class TextScore:
    """`tokens` as written, their `log_probabilities` in nats, and which are outside the vocabulary.

    The log-probability of an unknown token includes minus the nats of its `spelling`, which is 0
    for all others. The last token is `</s>`: the probability that the text ends there.
    """

    text: str
    tokens: list[str]
    log_probabilities: list[float]
    unknown: list[bool]
    spelling: list[float]

    @property
    def total(self) -> float:
        """Log-probability of the whole text, nats."""
        return math.fsum(self.log_probabilities)

    @property
    def per_word(self) -> float:
        """The mean log-probability of a token, nats."""
        return self.total / len(self.log_probabilities)

    @property
    def perplexity(self) -> float:
        """`exp` of the mean negative log-probability a token, as `metrics.Metrics` defines it.

        That definition does not charge unknown words for their spelling.
        """
        network = self.total + math.fsum(self.spelling)
        return exponential(-network / len(self.log_probabilities))


def ranked(scores: Iterable[TextScore], by: str) -> list[TextScore]:
    """The likeliest first, by one of `RANKINGS`; of equals the earlier one stays first."""
    if by not in RANKINGS:
        raise ValueError(f"the ranking is {by!r}, expected one of {', '.join(RANKINGS)}")
    return sorted(scores, key=lambda score: -(score.total if by == "total" else score.per_word))


def score_text(model: Model, vocabulary: Vocabulary, text: str) -> TextScore:
    """Score `text` as a text of its own: from zeros and `</s>`, every segment ending in `</s>`."""
    tokens: list[str] = []
    ids: list[int] = []
    for segment in segments(text, vocabulary.segmentation):
        tokens += [*segment.tokens, vocabulary.entry(END)]
        ids += [*vocabulary.encode(segment.tokens), END]
    inputs, targets, state = np.array([END, *ids[:-1]], np.int32), np.array(ids), model.zero_state()
    charged = [np.zeros(0)]
    for first in range(0, len(ids), BLOCK_TOKENS):
        block = slice(first, first + BLOCK_TOKENS)
        logits, state = model.run(inputs[block], state)
        charged.append(-negative_log_probabilities(logits, targets[block]))
    unknown = [token_id == UNKNOWN for token_id in ids]
    spelling = [
        vocabulary.spelling_nats(token) if is_unknown else 0.0
        for token, is_unknown in zip(tokens, unknown, strict=True)
    ]
    log_probabilities = np.concatenate(charged) - spelling
    return TextScore(text, tokens, log_probabilities.tolist(), unknown, spelling)
