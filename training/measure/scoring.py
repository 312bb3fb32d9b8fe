"""Score how probable a text is, word by word.

The log-probability of an unknown word is that of `<unk>` plus that of its spelling under the fixed
character model that bits per character uses (`spelling.py`). Without the spelling, any misspelling
would be as probable as all unknown words together, and gibberish could be more probable than a
sentence.
"""

import dataclasses
import math
from collections.abc import Iterable

import numpy as np

from training.common.options import RANKINGS
from training.measure.evaluation import BLOCK_TOKENS, Model
from training.measure.metrics import exponential, negative_log_probabilities
from training.text.rules import segments
from training.text.unknown_words import UnknownWords
from training.text.vocabulary import END, UNKNOWN, Vocabulary


@dataclasses.dataclass(frozen=True)
class TextScore:
    """The log-probability of each token of a text.

    Args:
      text: The text.
      tokens: The tokens as written. The last one is `</s>`, the end of the text.
      log_probabilities: In nats, including the spelling of unknown words.
      unknown: Whether each token is outside the vocabulary.
      spelling: Nats for the spelling of each token; 0 if it is in the vocabulary.
    """

    text: str
    tokens: list[str]
    log_probabilities: list[float]
    unknown: list[bool]
    spelling: list[float]

    @property
    def total(self) -> float:
        """Log-probability of the whole text, in nats."""
        return math.fsum(self.log_probabilities)

    @property
    def per_word(self) -> float:
        """Mean log-probability per token, in nats."""
        return self.total / len(self.log_probabilities)

    @property
    def perplexity(self) -> float:
        """Perplexity per token as in `metrics.Metrics`, without the spelling of unknown words."""
        network = self.total + math.fsum(self.spelling)
        return exponential(-network / len(self.log_probabilities))


def ranked(scores: Iterable[TextScore], by: str) -> list[TextScore]:
    """Sort scores by one of `RANKINGS`, most likely first. Ties keep their order."""
    if by not in RANKINGS:
        raise ValueError(f"the ranking is {by!r}, expected one of {', '.join(RANKINGS)}")
    return sorted(scores, key=lambda score: -(score.total if by == "total" else score.per_word))


def score_text(
    model: Model, vocabulary: Vocabulary, text: str, words: UnknownWords | None = None
) -> TextScore:
    """Score `text` as an independent document, with `</s>` before it and after every segment.

    Without `words`, every word outside the vocabulary is scored by its spelling.
    """
    words = words or UnknownWords(vocabulary)
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
        words.nats(token) if is_unknown else 0.0
        for token, is_unknown in zip(tokens, unknown, strict=True)
    ]
    log_probabilities = np.concatenate(charged) - spelling
    return TextScore(text, tokens, log_probabilities.tolist(), unknown, spelling)
