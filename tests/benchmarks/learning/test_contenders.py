"""The network and the n-gram in the C library, with and without a profile for each user."""

import numpy as np
import pytest

from benchmarks.learning.contenders import KeyboardContender, NgramNetwork, ProgramContender
from benchmarks.ngrams.arpa import Section
from benchmarks.ngrams.ngram import Ngram
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from training.text.vocabulary import Vocabulary

ENTRIES = ["</s>", "<unk>", "are", "how", "you"]
END, ARE, HOW, YOU = 0, 2, 3, 4
START = len(ENTRIES)


def section(*lines):
    """A section of an ARPA file: each line is words, log-probability and back-off."""
    words, log_probability, backoff = zip(*lines, strict=True)
    return Section(np.array(words), np.array(log_probability), np.array(backoff))


def trigrams():
    unigrams = section(*(((word,), -1.0, -0.25) for word in range(START + 2)))
    bigrams = section(((START, HOW), -0.2, -0.1), ((HOW, ARE), -0.3, -0.1))
    last = section(((START, HOW, ARE), -0.05, 0.0), ((HOW, ARE, YOU), -0.01, 0.0))
    return Ngram.from_sections([unigrams, bigrams, last], len(ENTRIES))


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return build(tmp_path_factory.mktemp("library"), litert=False)


@pytest.fixture
def contender(library):
    """A function that opens the trigrams in the C library."""
    opened = []

    def open_trigrams(learns):
        keyboard = CKeyboard.of_network(
            library, NgramNetwork(trigrams()), Vocabulary(ENTRIES, "message")
        )
        opened.append(KeyboardContender(keyboard, library, learns))
        opened[-1].begin()
        return opened[-1]

    yield open_trigrams
    for each in opened:
        each.close()


def test_an_ngram_in_steps_is_the_same_as_at_once():
    ids = np.array([END, HOW, ARE, YOU, END, HOW, ARE, ARE])
    expected, _ = trigrams().run(ids, trigrams().zero_state())
    network = NgramNetwork(trigrams())
    state, found = network.zero_state(), []
    for token in ids:
        logits, state = network.run(np.array([token], np.int32), state)
        found.append(logits[0])
    assert np.array_equal(np.array(found), expected)
    assert state.shape == (1, 1, 1) and state.dtype == np.float32


def test_the_library_scores_words_as_the_ngram_does(contender):
    keyboard = contender(learns=False)
    logits, _ = trigrams().run(np.array([END, HOW, ARE]), trigrams().zero_state())
    normalised = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    for context, row, word in (("", 0, "how"), ("how ", 1, "are"), ("how are ", 2, "you")):
        expected = normalised[row, ENTRIES.index(word)]
        assert keyboard.log_probability(context, word) == pytest.approx(expected, abs=1e-5)
    assert keyboard.suggest("how are ", "")[0] == "you"


def test_only_a_contender_that_learns_learns(contender):
    for learns in (False, True):
        keyboard = contender(learns)
        before = keyboard.log_probability("how are ", "are")
        for _ in range(3):
            keyboard.learn("how are are")
        assert (keyboard.log_probability("how are ", "are") > before) == learns


def test_a_new_user_has_taught_nothing(contender):
    keyboard = contender(learns=True)
    before = keyboard.log_probability("see ", "Rajesh")
    for _ in range(3):
        keyboard.learn("see Rajesh")
    assert keyboard.suggest("see ", "ra") == ["Rajesh"]
    keyboard.begin()
    assert keyboard.suggest("see ", "ra") == []
    assert keyboard.log_probability("see ", "Rajesh") == before


def test_a_program_must_be_started_first():
    with pytest.raises(ValueError, match="begin"):
        ProgramContender(pytest.fail).suggest("", "")
