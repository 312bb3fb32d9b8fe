import numpy as np
import pytest

from benchmarks.comparison.judgement import judge, log_probability, spoilt_sentences
from training.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary(["</s>", "<unk>", ".", "a", "b", "c", "d", "e", "f", "g", "h"], "message")
COUNTS = np.array([0, 0, 50, 40, 30, 20, 10, 9, 8, 7, 6])
ALPHABET = VOCABULARY.encode(list("abcdefgh"))


class NextLetter:
    """A model that expects the next letter of the alphabet."""

    vocabulary_size = len(VOCABULARY)

    def zero_state(self):
        return None

    def run(self, ids, state):
        logits = np.zeros((len(ids), self.vocabulary_size), np.float32)
        logits[np.arange(len(ids)), np.minimum(ids + 1, self.vocabulary_size - 1)] = 5
        return logits, state


class Indifferent(NextLetter):
    def run(self, ids, state):
        return np.zeros((len(ids), self.vocabulary_size), np.float32), state


@pytest.fixture
def text() -> np.ndarray:
    """The sentences abcde, fghab, ab and abc<unk>d, as ids."""
    words = [[3, 4, 5, 6, 7, 2], [3, 4, 5, 6, 8, 9, 2], [3, 4, 2], [3, 4, 5, 1, 6, 2]]
    return np.array([token for sentence in words for token in [*sentence, 0]], np.uint16)


def test_short_sentences_and_those_with_unknown_words_are_left_out(text):
    sentences = spoilt_sentences(text, VOCABULARY, COUNTS, 10)
    assert [sentence.original for sentence in sentences] == [
        [3, 4, 5, 6, 7, 2],
        [3, 4, 5, 6, 8, 9, 2],
    ]


def test_a_copy_has_two_neighbouring_words_in_each_other_s_place(text):
    for sentence in spoilt_sentences(text, VOCABULARY, COUNTS, 10):
        moved = [
            at for at, id in enumerate(sentence.original) if sentence.swapped[at] != id
        ]  # fmt: skip
        assert len(moved) == 2 and moved[1] == moved[0] + 1
        assert sorted(sentence.swapped) == sorted(sentence.original)


def test_a_copy_has_one_other_word_of_about_the_same_frequency(text):
    for sentence in spoilt_sentences(text, VOCABULARY, COUNTS, 10):
        pairs = zip(sentence.original, sentence.replaced, strict=True)
        changed = [(old, new) for old, new in pairs if old != new]
        assert len(changed) == 1
        old, new = changed[0]
        assert VOCABULARY.is_word[new] and abs(old - new) <= 5


def test_no_more_sentences_than_asked_for(text):
    assert len(spoilt_sentences(text, VOCABULARY, COUNTS, 1)) == 1


def test_a_model_that_knows_the_order_judges_right_and_an_indifferent_one_never(text):
    sentences = spoilt_sentences(text, VOCABULARY, COUNTS, 10)
    good, none = judge(NextLetter(), sentences), judge(Indifferent(), sentences)
    assert (good.swapped, good.sentences) == (1.0, 2)
    assert (none.swapped, none.replaced) == (0.0, 0.0)


def test_the_score_of_a_sentence_includes_its_end():
    expected = -3 * np.log(len(VOCABULARY))
    assert log_probability(Indifferent(), [3, 4]) == pytest.approx(expected)
