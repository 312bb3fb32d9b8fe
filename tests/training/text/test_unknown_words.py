"""How the probability of `<unk>` is shared."""

import math

import pytest

from training.text.tail import Tail
from training.text.unknown_words import UnknownWords
from training.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary(("</s>", "<unk>", "a", "bb"), "message")


def test_tail_words_have_the_part_that_their_count_gives_them():
    words = UnknownWords(VOCABULARY, Tail((("Hobbit", 3), ("smial", 1)), unknown=8))
    assert math.exp(-words.nats("hobbit")) == pytest.approx(2.5 / 8)
    assert math.exp(-words.nats("Smial")) == pytest.approx(0.5 / 8)
    rest = -math.log(1 - 3 / 8)
    assert words.nats("xyz") == pytest.approx(VOCABULARY.spelling_nats("xyz") + rest)


def test_without_tail_words_only_the_spelling_counts():
    assert UnknownWords(VOCABULARY).nats("xyz") == VOCABULARY.spelling_nats("xyz")
