import itertools

import numpy as np
import pytest

from benchmarks.comparison.measure import NAMES, Measured, measure
from training.corpora.base import Document
from training.measure.evaluation import evaluate
from training.measure.metrics import Metrics
from training.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary(["</s>", "<unk>", "bread", "milk", "tea"], "message")
WORDS = ["tea", "milk", "bread", "cheese"]
DOCUMENTS = [
    Document(str(number), [" ".join(words), f"{words[0]} ."])
    for number, words in enumerate(itertools.product(WORDS, repeat=2))
]


class Fixed:
    """A model with the same logits everywhere."""

    vocabulary_size = len(VOCABULARY)

    def __init__(self, *logits):
        self._logits = np.array(logits, np.float32)

    def zero_state(self):
        return None

    def run(self, ids, state):
        return np.tile(self._logits, (len(ids), 1)), state


GOOD, BAD = Fixed(1, 0, 0.5, 0.6, 2), Fixed(0, 2, 1, 0, -1)


def perplexity(metrics: Metrics) -> float:
    return metrics.perplexity


def of(model, documents=DOCUMENTS):
    return measure("", model, documents, VOCABULARY)


def test_the_figures_are_those_of_the_evaluation():
    found, expected = of(GOOD).metrics.as_dict(), evaluate(GOOD, DOCUMENTS, VOCABULARY).as_dict()
    assert found == pytest.approx(expected, rel=1e-12)
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in expected.items()
    }


def test_a_row_of_sums_is_a_document():
    alone = of(GOOD, DOCUMENTS[3:4]).sums
    assert of(GOOD).sums[3].tolist() == alone[0].tolist()


def test_an_interval_holds_the_figure_and_is_the_same_every_time():
    first, second = of(GOOD).interval(perplexity), of(GOOD).interval(perplexity)
    assert first == second
    assert first.low is not None and first.high is not None
    assert first.low < first.value < first.high


def test_equal_documents_leave_no_doubt():
    found = of(GOOD, [DOCUMENTS[1]] * 20).interval(perplexity)
    assert found.low == pytest.approx(found.value) == pytest.approx(found.high)


def test_a_model_does_not_differ_from_itself():
    found = of(GOOD).difference(of(GOOD), lambda own, other: own.perplexity - other.perplexity)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_both_sides_of_a_difference_are_drawn_together():
    def ratio(own, other):
        return own.perplexity / other.perplexity

    # The rival is worse by the same factor on every document.
    good = of(GOOD)
    worse = Measured(good.sums.copy())
    worse.sums[:, NAMES.index("nats")] += 0.5 * worse.sums[:, NAMES.index("tokens")]
    found = good.difference(worse, ratio)
    assert found.low == pytest.approx(found.high) == pytest.approx(np.exp(-0.5))


def test_the_interval_has_the_width_that_sampling_theory_gives():
    random = np.random.default_rng(5)
    sums = np.zeros((400, len(NAMES)))
    for name in ("tokens", "words", "characters", "keys", "documents"):
        sums[:, NAMES.index(name)] = 1
    sums[:, NAMES.index("first")] = random.random(400) < 0.3
    found = Measured(sums).interval(lambda metrics: metrics.top1)
    assert found.low is not None and found.high is not None
    expected = 2 * 1.96 * (found.value * (1 - found.value) / 400) ** 0.5
    assert found.high - found.low == pytest.approx(expected, rel=0.1)


def test_few_documents_have_no_interval():
    found = of(GOOD, DOCUMENTS[:3]).interval(perplexity)
    assert (found.low, found.high) == (None, None)


def test_different_texts_are_not_compared():
    with pytest.raises(ValueError, match="the texts differ"):
        of(GOOD).difference(of(BAD, DOCUMENTS[:-1]), lambda own, other: 0.0)


def test_nothing_to_measure_is_said():
    with pytest.raises(ValueError, match="no token"):
        of(GOOD, [Document("empty", [])])
