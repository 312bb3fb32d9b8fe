"""Words are spelled right if a dictionary has them."""

import pytest

from benchmarks.correction.rivals.dictionaries import LISTERS, dictionary_words
from training.common.errors import UserError

pytestmark = pytest.mark.rivals


def test_names_and_words_in_any_case_are_in_a_dictionary():
    words = {"The", "monday", "Obama", "don't", "brain's", "i'm", "well-known", "and/or"}
    assert dictionary_words(words) == {word.lower() for word in words}


def test_misspelled_words_slang_and_numbers_are_in_none():
    assert dictionary_words({"highshcool", "full-tiem", "hahaha", "2nd", "-", "½"}) == set()


def test_a_dictionary_that_cannot_be_read_is_one_line(monkeypatch):
    broken = (*LISTERS[1][:-1], "xx_XX")
    monkeypatch.setattr("benchmarks.correction.rivals.dictionaries.LISTERS", (broken,))
    with pytest.raises(UserError, match="hunspell failed: .*xx_XX"):
        dictionary_words({"highshcool"})
