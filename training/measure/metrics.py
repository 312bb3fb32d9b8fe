"""Metrics of a next-word model: their definitions, sums, and how they are displayed."""

import math
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

SUGGESTIONS = 3
"""Number of words in a suggestion strip."""


@dataclass(frozen=True)
class Figure:
    """How one of the `Metrics` is displayed in the terminal, model card, benchmarks and page."""

    key: str
    title: str
    short: str
    """Column heading."""
    kind: Literal["number", "share", "count"]
    digits: int = 0
    change: Literal["relative", "points"] | None = None
    """How two models are compared; None if they are not."""

    def text(self, value: float) -> str:
        """Format a value, for example "21.60%"."""
        return self.form.format(value)

    @property
    def form(self) -> str:
        """The format string of a value."""
        return {"number": f"{{:.{self.digits}f}}", "share": f"{{:.{self.digits}%}}"}.get(
            self.kind, "{:,}"
        )


FIGURES = (
    Figure("perplexity", "perplexity", "perplexity", "number", 2, "relative"),
    Figure("bits_per_character", "bits per character", "bits/char", "number", 3),
    Figure("top1", "top-1 accuracy", "top-1", "share", 2, "relative"),
    Figure("top3", "top-3 accuracy", "top-3", "share", 2, "relative"),
    Figure("keystroke_savings", "keystroke savings, 3 suggestions", "saved", "share", 2, "points"),
)
SIZES = (
    Figure("tokens", "tokens", "tokens", "count"),
    Figure("words", "word positions", "words", "count"),
    Figure("characters", "characters", "characters", "count"),
)
"""The size of the text that was evaluated."""


@dataclass(frozen=True)
class Metrics:
    """The metrics of a model on a text, with the counts that they are based on.

    `perplexity` is per token (words, punctuation, unknown words and `</s>`). `bits_per_character`
    includes the spelling of unknown words. `top1` and `top3` are shares of `words`, which exclude
    punctuation; a word outside the vocabulary counts as a miss.
    `keystroke_savings` is `1 - keys / characters`. `unknown` is the number of tokens outside the
    vocabulary.
    """

    perplexity: float
    bits_per_character: float
    top1: float
    top3: float
    keystroke_savings: float
    documents: int
    tokens: int
    unknown: int
    words: int
    characters: int
    keys: int

    def as_dict(self) -> dict[str, float | int]:
        """Return the metrics by name, for JSON."""
        return asdict(self)


@dataclass
class Sums:
    """The sums that an evaluation accumulates and divides at the end."""

    nats: float = 0.0
    spelling_nats: float = 0.0
    first: int = 0
    among_first: int = 0
    documents: int = 0
    tokens: int = 0
    unknown: int = 0
    words: int = 0
    characters: int = 0
    keys: int = 0

    def metrics(self) -> Metrics:
        """Return the metrics. Raises `ValueError` if there are no tokens or the loss is NaN."""
        if not self.tokens:
            raise ValueError("there are no tokens to evaluate on; use a text with words")
        if math.isnan(self.nats):
            raise ValueError("the model's logits are NaN; train or export it again")
        bits = (self.nats + self.spelling_nats) / math.log(2)
        words = max(self.words, 1)
        return Metrics(
            perplexity=exponential(self.nats / self.tokens),
            bits_per_character=bits / self.characters,
            top1=self.first / words,
            top3=self.among_first / words,
            keystroke_savings=1 - self.keys / self.characters,
            documents=self.documents,
            tokens=self.tokens,
            unknown=self.unknown,
            words=self.words,
            characters=self.characters,
            keys=self.keys,
        )


def exponential(value: float) -> float:
    """Return `exp(value)`, or infinity if the result is too large for a float."""
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def negative_log_probabilities(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the negative log-probabilities of the targets under a softmax, in nats.

    Args:
      logits: float32 [n, vocabulary].
      targets: Token ids, int32 [n].

    Returns:
      float64 [n].
    """
    largest = logits.max(axis=1, keepdims=True)
    shifted = logits - largest
    chosen = shifted[np.arange(len(targets)), targets].astype(np.float64)
    np.exp(shifted, out=shifted)
    return np.log(shifted.sum(axis=1, dtype=np.float64)) - chosen


def ranked_before(logits: np.ndarray, targets: np.ndarray, suggestable: np.ndarray) -> np.ndarray:
    """Return which entries rank ahead of the target in the list of suggestions.

    An entry ranks ahead if its logit is higher, or equal and its id is lower.

    Args:
      logits: float32 [n, vocabulary].
      targets: Token ids, int32 [n].
      suggestable: Which entries can be suggested, bool [vocabulary].

    Returns:
      bool [n, vocabulary].
    """
    own = logits[np.arange(len(targets)), targets][:, None]
    before = logits > own
    rows, columns = np.nonzero(logits == own)
    tied = columns < targets[rows]
    before[rows[tied], columns[tied]] = True
    before &= suggestable
    return before
