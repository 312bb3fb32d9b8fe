import math
import warnings

import numpy as np
import pytest

from training.measure.metrics import (
    Sums,
    exponential,
    negative_log_probabilities,
    ranked_before,
)
from training.text.spelling import SpellingModel


def test_equal_logits_cost_the_logarithm_of_the_vocabulary():
    nats = negative_log_probabilities(np.zeros((3, 8), np.float32), np.array([0, 3, 7]))
    np.testing.assert_allclose(nats, math.log(8), rtol=1e-6)


def test_the_loss_is_that_of_softmax_in_double_precision():
    logits = np.random.default_rng(1).normal(0, 5, (20, 1000)).astype(np.float32)
    targets = np.arange(20)
    exact = np.exp(logits.astype(np.float64))
    expected = -np.log(exact[targets, targets] / exact.sum(axis=1))
    np.testing.assert_allclose(negative_log_probabilities(logits, targets), expected, rtol=1e-5)


def test_huge_logits_do_not_overflow():
    logits = np.array([[3e4, -3e4, 3e4]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nats = negative_log_probabilities(logits, np.array([2]))
    np.testing.assert_allclose(nats, math.log(2), rtol=1e-6)


def test_the_loss_leaves_the_logits_as_they_were():
    logits = np.array([[1.0, 2.0]], np.float32)
    negative_log_probabilities(logits, np.array([0]))
    assert logits.tolist() == [[1.0, 2.0]]


def test_higher_logits_come_before_and_ties_by_lower_id():
    logits = np.array([[1.0, 5.0, 3.0, 3.0, 3.0]], np.float32)
    before = ranked_before(logits, np.array([3]), np.ones(5, bool))
    assert before.tolist() == [[False, True, True, False, False]]


def test_what_is_never_suggested_never_comes_before():
    logits = np.array([[9.0, 8.0, 7.0, 1.0]], np.float32)
    before = ranked_before(logits, np.array([3]), np.array([False, False, True, True]))
    assert before.tolist() == [[False, False, True, False]]


def test_spelling_is_a_code_whose_words_do_not_exceed_probability_one():
    model = SpellingModel(["ab", "b"])
    # Symbols a, b, end and "other": the probabilities sum to one.
    end = model.nats("")
    letters = [model.nats(letter) - end for letter in "ab"]
    other = model.nats("\u4e16") - end - math.log(0x110000)
    assert math.isclose(sum(math.exp(-nats) for nats in [end, *letters, other]), 1.0)


def test_spelling_counts_each_entry_once_with_one_added():
    # a: 1, b: 2, end: 2, other: 0; add one to each, nine in total.
    model = SpellingModel(["ab", "b"])
    assert math.isclose(model.nats("ba"), -math.log((3 / 9) * (2 / 9) * (3 / 9)))


def test_spelling_works_without_any_entry():
    assert math.isfinite(SpellingModel([]).nats("word"))


def test_sums_are_divided_once_at_the_end():
    sums = Sums(
        nats=10 * math.log(2), spelling_nats=2 * math.log(2), first=1, among_first=3,
        documents=1, tokens=5, unknown=1, words=4, characters=24, keys=12,
    )  # fmt: skip
    metrics = sums.metrics()
    assert math.isclose(metrics.perplexity, 4.0)
    assert math.isclose(metrics.bits_per_character, 0.5)
    assert (metrics.top1, metrics.top3, metrics.keystroke_savings) == (0.25, 0.75, 0.5)
    assert metrics.as_dict()["tokens"] == 5


def test_nothing_to_measure_is_an_error():
    with pytest.raises(ValueError, match="no token"):
        Sums().metrics()


def test_logits_that_are_not_numbers_are_an_error():
    with pytest.raises(ValueError, match="are NaN; train or export it again"):
        Sums(nats=math.nan, tokens=1, characters=1).metrics()


def test_a_hopeless_model_has_infinite_perplexity():
    assert exponential(1000.0) == math.inf
