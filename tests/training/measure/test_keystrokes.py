import numpy as np
import pytest

from training.measure.keystrokes import Typist, typing_keys
from training.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    ["</s>", "<unk>", ",", "hat", "have", "haven", "Hawaii", "hello", "help", "zoo"], "message"
)


def ids(*words):
    return np.array([VOCABULARY.id_of(word) for word in words], np.int64)


def typed(word, before, space_before=False):
    return Typist(VOCABULARY).word(word, space_before, VOCABULARY.id_of(word), ids(*before))


def test_a_word_on_the_strip_takes_one_key():
    assert typed("hello", before=["hat", "help"]) == 1


def test_letters_are_typed_until_the_word_is_on_the_strip():
    # With "h", four words rank ahead of it; with "he", only "help" does.
    assert typed("hello", before=["hat", "have", "Hawaii", "help"]) == 2 + 1


def test_words_with_other_beginnings_do_not_stand_in_the_way():
    assert typed("zoo", before=["hat", "have", "Hawaii", "help"]) == 1 + 1


def test_a_word_hidden_until_its_last_letter_is_typed_out():
    few = Vocabulary(["</s>", "<unk>", "ab", "abc", "abd", "abe"], "message")
    before = np.array([3, 4, 5], np.int64)
    assert Typist(few).word("ab", False, 2, before) == 2


def test_a_capital_costs_one_key_more_only_if_it_is_typed():
    before = ["hat", "have", "haven", "hello"]
    assert typed("Hawaii", before) == typing_keys("Haw") + 1 == 5
    assert typed("Hawaii", before[:2]) == 1
    assert typed("hAwaii", before) == typing_keys("hAw") + 1


def test_a_word_outside_the_vocabulary_is_typed_out():
    assert Typist(VOCABULARY).word("NATO", True, 1, None) == 1 + 8


@pytest.mark.parametrize(("space_before", "keys"), [(True, 1), (False, 0)])
def test_a_space_before_a_typed_word_costs_a_key(space_before, keys):
    assert Typist(VOCABULARY).word("xy", space_before, 1, None) == keys + 2


def test_a_taken_word_brings_the_space_behind_it():
    typist = Typist(VOCABULARY)
    typist.word("hello", False, VOCABULARY.id_of("hello"), ids())
    assert typist.word("xy", True, 1, None) == 2
    assert typist.word("xy", True, 1, None) == 1 + 2


def test_punctuation_swallows_the_space_of_a_taken_word():
    typist = Typist(VOCABULARY)
    typist.word("hello", False, VOCABULARY.id_of("hello"), ids())
    assert typist.punctuation(",", space_before=False) == 1
    assert typist.word("zoo", True, VOCABULARY.id_of("zoo"), ids()) == 1 + 1


def test_punctuation_behind_a_space_uses_the_one_that_was_brought():
    typist = Typist(VOCABULARY)
    typist.word("hello", False, VOCABULARY.id_of("hello"), ids())
    assert typist.punctuation("...", space_before=True) == 3
    assert typist.punctuation(":)", space_before=True) == 1 + 2


def test_enter_costs_one_key_and_ends_what_a_word_brought():
    typist = Typist(VOCABULARY)
    typist.word("hello", False, VOCABULARY.id_of("hello"), ids())
    assert typist.enter() == 1
    assert typist.word("xy", True, 1, None) == 1 + 2
