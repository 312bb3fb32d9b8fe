"""Measures a model, with confidence intervals from resampled documents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from benchmarks.common.intervals import Interval, draws, interval
from training.common.display import ProgressDisplay
from training.corpora.base import Document
from training.measure.evaluation import Evaluation, Model
from training.measure.metrics import Metrics, Sums
from training.text.tail import Tail
from training.text.unknown_words import UnknownWords
from training.text.vocabulary import Vocabulary

NAMES = [field.name for field in fields(Sums)]

Figure = Callable[[Metrics], float]


@dataclass(frozen=True)
class Measured:
    """The sums of one model on one text, document by document."""

    sums: np.ndarray
    """float64 [documents, fields of `Sums`]."""

    @cached_property
    def metrics(self) -> Metrics:
        """The metrics of the whole text."""
        return metrics_of(self.sums.sum(axis=0))

    @cached_property
    def resampled(self) -> list[Metrics]:
        """The metrics of each resampled text; empty with too few documents."""
        return [metrics_of(row) for row in draws(len(self.sums)) @ self.sums]

    def interval(self, figure: Figure) -> Interval:
        """A metric of this model with its interval."""
        return interval(figure(self.metrics), [figure(metrics) for metrics in self.resampled])

    def difference(
        self, rival: "Measured", change: Callable[[Metrics, Metrics], float]
    ) -> Interval:
        """The difference from `rival` on the same text, `change(own, rival's)`, with its interval.

        Both use the same draws. `ValueError` if the texts differ in size.
        """
        if self.sums.shape != rival.sums.shape:
            raise ValueError(f"the texts differ: {len(self.sums)} and {len(rival.sums)} documents")
        pairs = zip(self.resampled, rival.resampled, strict=True)
        return interval(change(self.metrics, rival.metrics), [change(*pair) for pair in pairs])


def metrics_of(sums: np.ndarray) -> Metrics:
    """Compute the metrics from sums in the order of `NAMES`."""
    whole = Sums()
    for name, value in zip(NAMES, sums, strict=True):
        setattr(whole, name, type(getattr(whole, name))(value))
    return whole.metrics()


def measure(
    name: str,
    model: Model,
    documents: Iterable[Document],
    vocabulary: Vocabulary,
    tokens: int | None = None,
    tail: Tail | None = None,
) -> Measured:
    """Measure a model on `documents`, in the same way for every model.

    Args:
        name: Name for the progress display.
        model: The model.
        documents: The text.
        vocabulary: The vocabulary of the model.
        tokens: Number of tokens in the text, if known, for the progress display.
        tail: Words outside the vocabulary that are known.

    Raises:
        ValueError: If the logits do not match the vocabulary, or there are no tokens.
    """
    evaluation, rows, before = Evaluation(model, vocabulary, UnknownWords(vocabulary, tail)), [], 0
    with ProgressDisplay(f"measuring {name}", tokens, "tokens") as display:
        for document in documents:
            evaluation.sums = Sums()
            for done in evaluation.add(document):
                display.update(before + done)
            if evaluation.sums.tokens:
                rows.append([getattr(evaluation.sums, field) for field in NAMES])
                before += evaluation.sums.tokens
    if not rows:
        raise ValueError("there are no tokens to measure on; use a longer text")
    return Measured(np.array(rows, np.float64))
