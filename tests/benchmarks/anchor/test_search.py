"""The search finds the words that a search through all of them finds."""

import itertools
import random

import numpy as np
import pytest

from benchmarks.anchor import search as searching
from benchmarks.anchor.search import Search, Trie

PIECES = ("a", "b", "c", "ab", "ca", "bc")


def text_of(pieces) -> str:
    return "".join(PIECES[piece] for piece in pieces)


class Language:
    """Probabilities of pieces that depend on all pieces before, the same for the same seed."""

    def __init__(self, seed: int):
        self._seed, self.asked = seed, []

    def after(self, pieces) -> np.ndarray:
        generator = np.random.default_rng((self._seed, *pieces))
        return generator.dirichlet(np.full(len(PIECES) + 1, 0.3))

    def ask(self, beginnings) -> list[np.ndarray]:
        self.asked.append(beginnings)
        return [self.after(pieces) for pieces in beginnings]

    def probability(self, pieces) -> float:
        parts = [self.after(pieces[:at])[piece] for at, piece in enumerate(pieces)]
        return float(np.prod(parts))


def some_words(seed: int) -> list[tuple[int, ...]]:
    """Words of one to three pieces, each text once."""
    paths = [p for n in (1, 2, 3) for p in itertools.product(range(len(PIECES)), repeat=n)]
    random.Random(seed).shuffle(paths)
    return list({text_of(path): path for path in paths}.values())[:40]


def search(language: Language, words, later: int | None = None) -> Search:
    trie = Trie(enumerate(words), text_of)
    texts = [text_of(word) for word in words]
    return Search(trie, texts, later or len(words), language.after(()), language.ask)


def by_hand(language: Language, words, prefix: str) -> list[int]:
    """Score all words; the paths of words that continue another are taken from it once."""

    def score(word) -> float:
        nexts = {w[: len(word) + 1] for w in words if len(w) > len(word) and w[: len(word)] == word}
        return language.probability(word) - sum(map(language.probability, nexts))

    fitting = [at for at, word in enumerate(words) if text_of(word).startswith(prefix)]
    return sorted(fitting, key=lambda at: -score(words[at]))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("prefix", ["", "a", "ab", "cab"])
def test_the_best_words_are_those_of_a_search_through_all(seed, prefix):
    language, words = Language(seed), some_words(seed)
    expected = by_hand(language, words, prefix)[:3]
    assert search(language, words).best(prefix, 3) == expected


def test_the_model_is_asked_only_what_can_matter():
    language, words = Language(1), some_words(1)
    search(language, words).best("", 1)
    beginnings = {word[:length] for word in words for length in range(1, len(word))}
    assert 0 < sum(map(len, language.asked)) < len(beginnings)


def test_the_model_is_asked_at_most_so_often(monkeypatch):
    monkeypatch.setattr(searching, "MOST_ASKED", 3)
    language, words = Language(2), some_words(2)
    search(language, words).best("", 3)
    assert sum(map(len, language.asked)) == 3


def test_what_is_known_is_not_asked_again():
    language, words = Language(3), some_words(3)
    found = search(language, words)
    found.best("", 3)
    asked = len(language.asked)
    assert found.best("", 3) and len(language.asked) == asked


def test_the_forms_of_a_word_are_added_up():
    # Word 0 is "a" or "b", word 1 is "c".
    trie = Trie([(0, [0]), (0, [1]), (1, [2])], text_of)
    probabilities = np.array([0.3, 0.3, 0.4, 0, 0, 0, 0])
    found = Search(trie, ["", ""], 2, probabilities, lambda _: [])
    assert found.best("", 2) == [0, 1]


def test_later_words_wait_for_a_letter():
    trie = Trie([(0, [0]), (1, [1])], text_of)
    probabilities = np.array([0.1, 0.9, 0, 0, 0, 0, 0])
    found = Search(trie, ["a", "b"], 1, probabilities, lambda _: [])
    assert found.best("", 2) == [0]
    assert found.best("b", 2) == [1]
