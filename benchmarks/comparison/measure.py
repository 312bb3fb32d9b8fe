"""The figures of a model with confidence intervals, by resampling documents.

Words of one conversation are not independent, conversations are: so whole documents are drawn with
replacement, and the figures are computed from the sums of those drawn. The draws are keyed by a
fixed seed and the number of documents, hence the same for every model on the same text, which makes
differences between models far more certain than each figure alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from training.common.display import ProgressDisplay
from training.corpora.base import Document
from training.measure.evaluation import Evaluation, Model
from training.measure.metrics import Metrics, Sums
from training.text.vocabulary import Vocabulary

RESAMPLES = 1_000
SEED = 1
CONFIDENCE = 95
FEWEST_DOCUMENTS = 10
"""With fewer, a resampling says nothing, and there are no intervals."""
NAMES = [field.name for field in fields(Sums)]

Figure = Callable[[Metrics], float]


@dataclass(frozen=True)
class Interval:
    """A figure and the bounds of its confidence interval, None where there is none."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Measured:
    """What one model did on one text, document by document."""

    sums: np.ndarray
    """float64 [documents, fields of `Sums`]."""

    @cached_property
    def metrics(self) -> Metrics:
        """The figures of the whole text."""
        return metrics_of(self.sums.sum(axis=0))

    @cached_property
    def resampled(self) -> list[Metrics]:
        """The figures of each resampled text; none if there are too few documents."""
        documents = len(self.sums)
        if documents < FEWEST_DOCUMENTS:
            return []
        times = np.random.default_rng((SEED, documents)).multinomial(
            documents, np.full(documents, 1 / documents), size=RESAMPLES
        )
        return [metrics_of(row) for row in times @ self.sums]

    def interval(self, figure: Figure) -> Interval:
        """A figure of this model."""
        return interval(figure(self.metrics), [figure(metrics) for metrics in self.resampled])

    def difference(
        self, rival: "Measured", change: Callable[[Metrics, Metrics], float]
    ) -> Interval:
        """How this model differs from a `rival` on the same text: `change(own, rival's)`.

        Both are resampled by the same draws. `ValueError` if the texts differ in size.
        """
        if self.sums.shape != rival.sums.shape:
            raise ValueError(
                f"{len(self.sums)} and {len(rival.sums)} documents: these are not the same text"
            )
        pairs = zip(self.resampled, rival.resampled, strict=True)
        return interval(change(self.metrics, rival.metrics), [change(*pair) for pair in pairs])


def metrics_of(sums: np.ndarray) -> Metrics:
    """The figures from sums in the order of `NAMES`."""
    whole = Sums()
    for name, value in zip(NAMES, sums, strict=True):
        setattr(whole, name, type(getattr(whole, name))(value))
    return whole.metrics()


def interval(value: float, resampled: list[float]) -> Interval:
    """The percentile interval."""
    if not resampled:
        return Interval(value)
    margin = (100 - CONFIDENCE) / 2
    low, high = np.percentile(resampled, [margin, 100 - margin])
    return Interval(value, float(low), float(high))


def measure(
    name: str,
    model: Model,
    documents: Iterable[Document],
    vocabulary: Vocabulary,
    tokens: int | None = None,
) -> Measured:
    """Measure a model on `documents` by the evaluation that every model goes through.

    `tokens` is their number, for the progress, where it is known. `ValueError` if the model's
    logits do not fit the vocabulary or there is no token.
    """
    evaluation, rows, before = Evaluation(model, vocabulary), [], 0
    with ProgressDisplay(f"measuring {name}", tokens, "tokens") as display:
        for document in documents:
            evaluation.sums = Sums()
            for done in evaluation.add(document):
                display.update(before + done)
            if evaluation.sums.tokens:
                rows.append([getattr(evaluation.sums, field) for field in NAMES])
                before += evaluation.sums.tokens
    if not rows:
        raise ValueError("there is no token to measure on; give a text that has some")
    return Measured(np.array(rows, np.float64))
