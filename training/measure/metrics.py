"""The measures of a next-word model as functions of logits, and what an evaluation returns."""

import math
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

SUGGESTIONS = 3
"""How many words a suggestion strip shows."""


@dataclass(frozen=True)
class Figure:
    """How one of the `Metrics` is shown: declared once, for terminal, card, benchmarks and page."""

    key: str
    title: str
    short: str
    """The heading of a column."""
    kind: Literal["number", "share", "count"]
    digits: int = 0
    change: Literal["relative", "points"] | None = None
    """How two models are compared, None if they are not."""

    def text(self, value: float) -> str:
        """The value as it is shown, for example "21.60%"."""
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
"""What the figures were measured over."""


@dataclass(frozen=True)
class Metrics:
    """The figures of one model on one text, each with what it was measured over.

    `perplexity` is over `tokens` (words, punctuation, unknown words and `</s>`),
    `bits_per_character` over `characters`, `top1` and `top3` are shares of `words` (not
    punctuation; a word outside the vocabulary is a miss), and `keystroke_savings` is
    `1 - keys / characters`. `unknown` tells how many of the tokens are outside the vocabulary.
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
        """The figures by name, as they go into JSON."""
        return asdict(self)


@dataclass
class Sums:
    """What an evaluation adds up; divided only at the end."""

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
        """The figures. `ValueError` if nothing was measured or the loss is not a number."""
        if not self.tokens:
            raise ValueError("there is no token to evaluate on; give a text that has some")
        if math.isnan(self.nats):
            raise ValueError(
                "the model's logits are not numbers; train it again or export it again"
            )
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
    """`exp`, infinite where the result is too large for a float."""
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def negative_log_probabilities(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Nats, float64 [n], that softmax of `logits` [n, vocabulary] charges for `targets` [n]."""
    largest = logits.max(axis=1, keepdims=True)
    shifted = logits - largest
    chosen = shifted[np.arange(len(targets)), targets].astype(np.float64)
    np.exp(shifted, out=shifted)
    return np.log(shifted.sum(axis=1, dtype=np.float64)) - chosen


def ranked_before(logits: np.ndarray, targets: np.ndarray, suggestable: np.ndarray) -> np.ndarray:
    """Which entries a list of suggestions shows before the target, bool [n, vocabulary].

    An entry comes first if its logit is higher, or equal and its id lower. Only `suggestable`
    entries (bool [vocabulary]) are ever shown. `logits` are [n, vocabulary], `targets` ids [n].
    """
    own = logits[np.arange(len(targets)), targets][:, None]
    before = logits > own
    rows, columns = np.nonzero(logits == own)
    tied = columns < targets[rows]
    before[rows[tied], columns[tied]] = True
    before &= suggestable
    return before
