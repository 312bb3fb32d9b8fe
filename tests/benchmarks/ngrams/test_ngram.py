import re

import numpy as np
import pytest

from benchmarks.ngrams.arpa import Section, read_arpa
from benchmarks.ngrams.kenlm import call
from benchmarks.ngrams.ngram import LN_10, Ngram

SIZE = 30
ORDERS = (1, 2, 3, 5)
# The text itself, words that never occur together, a segment of one word, and an unseen word.
CONTEXTS = np.array([0, 4, 10, 22, 18, 0, 7, 7, 7, 1, 2, 0, 3, 0, 29, 4, 10, 25, 23, 20], np.int32)


def model_of(arpa, order):
    return Ngram.from_sections(read_arpa(arpa(order), SIZE), SIZE)


def log10_of_kenlm(programs, path, contexts):
    """The probabilities by KenLM's `query` of every next word after every prefix of `contexts`."""
    candidates = ["</s>", *(f"w{index}" for index in range(1, SIZE))]
    lines, words = [], []
    for token in contexts:
        words = [*words, f"w{token}"] if token else ["<s>"]
        lines += [" ".join([*words, candidate]) for candidate in candidates]
    # With -n, sentence marks are part of the input. The output has a sentence per line.
    told = call([programs.path("query"), "-n", "-v", "word", path], "\n".join(lines) + "\n")
    scores = np.array([float(score) for score in re.findall(r"=\d+ \d+ (\S+)", told)])
    ends = np.cumsum([len(line.split()) for line in lines])
    assert len(scores) == ends[-1]
    return scores[ends - 1].reshape(len(contexts), SIZE)


@pytest.mark.parametrize("order", [2, 3, 5])
def test_every_probability_equals_that_of_kenlm(arpa, programs, order):
    model = model_of(arpa, order)
    logits, _ = model.run(CONTEXTS, model.zero_state())
    expected = log10_of_kenlm(programs, arpa(order), CONTEXTS) * LN_10
    np.testing.assert_allclose(logits, expected, atol=2e-5)


@pytest.mark.parametrize("order", ORDERS)
def test_the_probabilities_at_a_position_sum_to_one(arpa, small_ids, order):
    model = model_of(arpa, order)
    logits, _ = model.run(small_ids.astype(np.int32), model.zero_state())
    # The only id that does not occur has the probability that KenLM reserves for unseen words.
    np.testing.assert_allclose(np.exp(logits, dtype=np.float64).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("order", ORDERS)
def test_two_calls_equal_one(arpa, order):
    model = model_of(arpa, order)
    whole, end = model.run(CONTEXTS, model.zero_state())
    for cut in range(1, len(CONTEXTS)):
        first, state = model.run(CONTEXTS[:cut], model.zero_state())
        second, last = model.run(CONTEXTS[cut:], state)
        assert np.array_equal(np.concatenate([first, second]), whole)
        assert np.array_equal(last, end)


def test_a_segment_does_not_see_the_one_before(arpa):
    model = model_of(arpa, 5)
    after_one, _ = model.run(np.array([0, 4, 10, 0, 7], np.int32), model.zero_state())
    alone, _ = model.run(np.array([0, 7], np.int32), model.zero_state())
    assert np.array_equal(after_one[-2:], alone)


def test_the_state_is_a_value(arpa):
    model = model_of(arpa, 3)
    state = model.zero_state()
    before = state.copy()
    model.run(CONTEXTS, state)
    assert np.array_equal(state, before)


def test_unseen_pairs_get_the_unigram_times_the_weight_of_the_context():
    # Two words, 2 and 3; <s> is 4, KenLM's word for the unseen 5. Only "2 3" is listed.
    unigrams = Section(
        np.array([[0], [1], [2], [3], [4], [5]]),
        np.log10([0.2, 0.1, 0.4, 0.3, 1, 1e-9]),
        np.log10([1, 1, 0.5, 1, 1, 1]),
    )
    bigrams = Section(np.array([[2, 3]]), np.log10([0.65]), np.zeros(1))
    model = Ngram.from_sections([unigrams, bigrams], 4)
    logits, _ = model.run(np.array([0, 2, 3], np.int32), model.zero_state())
    expected = [[0.2, 0.1, 0.4, 0.3], [0.1, 0.05, 0.2, 0.65], [0.2, 0.1, 0.4, 0.3]]
    np.testing.assert_allclose(np.exp(logits), expected, rtol=1e-5)


def test_entries_that_the_text_lacks_share_the_probability_of_unseen_words():
    unigrams = Section(np.array([[0], [4]]), np.log10([0.4, 0.6]), np.zeros(2))
    model = Ngram.from_sections([unigrams], 3)
    logits, _ = model.run(np.array([0], np.int32), model.zero_state())
    np.testing.assert_allclose(np.exp(logits), [[0.4, 0.3, 0.3]], rtol=1e-6)


def test_an_ngram_without_its_context_is_refused():
    unigrams = Section(np.array([[0], [1], [2], [3]]), np.zeros(4), np.zeros(4))
    bigrams = Section(np.array([[1, 2]]), np.zeros(1), np.zeros(1))
    trigrams = Section(np.array([[2, 1, 0]]), np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match="not listed"):
        Ngram.from_sections([unigrams, bigrams, trigrams], 3)
