import numpy as np
import pytest

from benchmarks.comparison.generated import ngrams, sampled_texts, variety
from training.text.vocabulary import UNKNOWN

TRAINING = np.array([2, 3, 4, 5, 6, 7, 8])


def test_a_text_that_repeats_itself_is_not_distinct():
    measured = variety([np.array([2, 3] * 10)], TRAINING, 10)
    assert measured.distinct == (2 / 20, 2 / 19, 2 / 18)


def test_the_share_of_copied_five_grams_is_counted():
    measured = variety([np.array([2, 3, 4, 5, 6, 9])], TRAINING, 10)
    assert measured.copied == 0.5


def test_a_copy_of_the_training_text_is_copied_whole():
    assert variety([TRAINING], TRAINING, 10).copied == 1.0


def test_no_n_gram_reaches_over_the_end_of_a_text():
    assert len(ngrams([np.array([1, 2]), np.array([3])], 2, 10)) == 1


def test_texts_too_short_for_a_five_gram_are_refused():
    with pytest.raises(ValueError, match="no text has 5"):
        variety([np.array([1, 2])], TRAINING, 10)


class Loaded:
    """A model for which words 2 and 3 are likely, and the unknown word more so."""

    def zero_state(self):
        return 0

    def run(self, ids, state):
        return np.array([[-9.0, 5.0, 1.0, 1.0, -9.0]], np.float32), state + 1


def test_samples_follow_the_distribution_without_the_unknown_word():
    texts = sampled_texts(Loaded(), 2, 200)
    ids = np.concatenate(texts)
    assert UNKNOWN not in ids
    assert 0.4 < (ids == 2).mean() < 0.6
    assert [t.tolist() for t in texts] == [t.tolist() for t in sampled_texts(Loaded(), 2, 200)]
