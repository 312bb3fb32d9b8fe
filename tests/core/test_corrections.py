"""Corrections: they equal a search through all words, and respect the user's words."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from export.keyboard.core import CKeyboard
from export.keyboard.results import Correction
from tests.core.conftest import BUILDS, Built
from tests.core.drawn import Drawn
from tests.core.slip_reference import Slips, Touch, best_scores
from training.text.rules import fold, split
from training.text.vocabulary import Vocabulary

SPECIAL = ["</s>", "<unk>"]
VOCABULARIES = 1000
NO_SPACES = {"missing_space": 1000.0, "extra_space": 1000.0, "moved_space": 1000.0}
Open = Callable[..., CKeyboard]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


@pytest.fixture
def opened(built: Built) -> Iterator[Open]:
    """Opens a vocabulary with a network of random logits."""
    with ExitStack() as stack:

        def open_words(words: Sequence[str], seed: int = 1) -> CKeyboard:
            entries = [*SPECIAL, *sorted(words, key=fold)]
            network, vocabulary = Drawn(len(entries), seed), Vocabulary(entries, "message")
            return stack.enter_context(built.of_network(network, vocabulary))

        yield open_words


def drawn_word(generator: random.Random) -> str:
    """One word of few letters, an accent and a mark that begins and ends with a letter."""
    while True:
        inner = generator.choices("aegst'é", k=generator.randrange(6))
        first, last = generator.choices("aegst", k=2)
        word = first + "".join(inner) + last
        if split(word) == [word]:
            return word


def drawn_words(generator: random.Random) -> list[str]:
    """Different words that are similar to each other."""
    words = {drawn_word(generator) for _ in range(generator.randint(1, 40))}
    return sorted({fold(word): word for word in words}.values())


def drawn_typed(generator: random.Random, words: Sequence[str]) -> str:
    """A word that is similar to one of these, with some letters swapped."""
    letters = list(fold(generator.choice(words)))
    for place in range(len(letters) - 1):
        if generator.random() < 0.3:
            letters[place : place + 2] = letters[place + 1], letters[place]
    typed = "".join(letters)
    return typed if split(typed) == [typed] else drawn_word(generator)


def drawn_touches(generator: random.Random, typed: str) -> list[Touch]:
    """Where the screen may have been touched; not known for each letter."""
    return [
        (generator.uniform(0, 10), generator.uniform(0, 3)) if generator.random() < 0.7 else None
        for _ in typed
    ]


def drawn_costs(generator: random.Random, costs: dict[str, float]) -> dict[str, float]:
    """Other costs of all slips."""
    changed = {name: generator.uniform(0.5, 8) for name in costs if name in SLIPS}
    return {**changed, **NO_SPACES, "limit": generator.choice([3.0, 6.0, 18.0, 100.0])}


SLIPS = {
    *("neighbour", "substitution", "vowel", "omission", "insertion", "brush", "transposition"),
    *("doubling", "undoubling", "mark", "extra_mark", "accent", "touch_sigma", "context"),
}


def scores(found: Sequence[Correction]) -> list[float]:
    """The scores of all readings but the literal one."""
    return [each.log_probability for each in found if not each.is_literal]


def test_the_best_readings_are_those_of_a_search_through_all_words(built: Built):
    generator = random.Random(24)
    for seed in range(VOCABULARIES):
        words = drawn_words(generator)
        entries = [*SPECIAL, *sorted(words, key=fold)]
        network = Drawn(len(entries), seed)
        values = dict(zip(entries, network.log_probabilities.tolist(), strict=True))
        typed = drawn_typed(generator, words)
        touches = (
            drawn_touches(generator, typed) if generator.random() < 0.5 else [None] * len(typed)
        )
        with built.of_network(network, Vocabulary(entries, "message")) as keyboard:
            costs = keyboard.costs(drawn_costs(generator, keyboard.costs()))
            found = keyboard.correct(typed, touches, k=6)
        slips = Slips(costs, typed, touches)
        wanted = best_scores({word: values[word] for word in words}, slips, 6)
        assert any(each.is_literal for each in found)
        expected = [score for score, _ in wanted][: len(scores(found))]
        assert scores(found) == pytest.approx(expected, abs=1e-3), (words, typed)
        assert len(found) == min(6, len(wanted) + 1)
