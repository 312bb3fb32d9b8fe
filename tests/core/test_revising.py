"""The word before the typed one is revised if another reading of it becomes likelier."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import numpy as np
import pytest

from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from export.keyboard.results import Correction
from tests.core.conftest import BUILDS, Built
from tests.core.drawn import Pairs
from training.text.rules import fold
from training.text.vocabulary import Vocabulary

WORDS = ["I", "if", "in", "of", "on", "the", "then", "well", "you"]
ENTRIES = ["</s>", "<unk>", *sorted(WORDS, key=fold)]
LIKELY = {("if", "you"): 9.0, ("of", "the"): 9.0, ("the", "well"): 4.0}
NETWORKS = 200
MOST_CORRECTION_STEPS = 12
"""`ELMAN_MOST_CORRECTION_STEPS`."""
Open = Callable[..., CKeyboard]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


def pairs_of(more: dict[tuple[str, str], float]) -> Pairs:
    """A network with these logits, and zeros."""
    logits = np.zeros((len(ENTRIES), len(ENTRIES)))
    for (first, second), logit in more.items():
        logits[ENTRIES.index(first), ENTRIES.index(second)] = logit
    return Pairs(logits)


def log_probability(network: Pairs, first: str, second: str) -> float:
    """Of a word after another one."""
    row = network.logits[ENTRIES.index(first)].astype(np.float64)
    return row[ENTRIES.index(second)] - np.log(np.exp(row).sum())


@pytest.fixture
def opened(built: Built) -> Iterator[Open]:
    """Opens a network."""
    with ExitStack() as stack:

        def open_network(network: Pairs | None = None) -> CKeyboard:
            vocabulary = Vocabulary(ENTRIES, "message")
            network = network or pairs_of(LIKELY)
            return stack.enter_context(built.of_network(network, vocabulary))

        yield open_network


def certain(found: Sequence[Correction]) -> str | None:
    first = found[0]
    return first.text if first.is_certain else None


def literal_of(found: Sequence[Correction]) -> Correction:
    (literal,) = (each for each in found if each.is_literal)
    return literal


def test_the_next_word_decides(opened: Open):
    keyboard = opened()
    assert certain(keyboard.correct("well of")) is None
    for typed in ("y", "yo", "you"):
        found = keyboard.correct(f"well of {typed}")
    assert certain(found) == "if you" and found[0].replaces == len("of you")
    assert literal_of(found).text == "of you" and literal_of(found).replaces == len("of you")
    assert certain(keyboard.correct("well of the")) is None


def test_a_slip_in_the_next_word_is_corrected_as_well(opened: Open):
    keyboard = opened()
    keyboard.costs({"unknown": 12.0})
    keyboard.correct("well of")
    found = keyboard.correct("well of yuo")
    assert certain(found) == "if you"
    # For callers that cannot change the word before.
    assert [each.text for each in found if each.is_certain] == ["if you", "you"]


@pytest.mark.parametrize(
    ("k", "corrections"), [(9, ["if you", "you"]), (3, ["if you", "you"]), (2, ["if you"]), (1, [])]
)
def test_three_readings_are_enough_for_all_certain_ones(opened: Open, k: int, corrections):
    keyboard = opened()
    keyboard.costs({"unknown": 12.0})
    keyboard.correct("well of")
    found = keyboard.correct("well of yuo", k=k)
    assert [each.text for each in found if each.is_certain] == corrections
    assert literal_of(found).text == ("of yuo" if k > 1 else "yuo")


def test_a_correction_may_turn_out_to_be_wrong(opened: Open):
    keyboard = opened(pairs_of({("if", "you"): -9.0}))
    keyboard.costs({"unknown": 9.0})
    assert certain(keyboard.correct("well uf")) == "if"
    found = keyboard.correct("well if you")
    assert certain(found) == "of you" and literal_of(found).text == "if you"


@pytest.mark.parametrize(
    "text", ["well of. you", "well of\nyou", "well of  you", "well, of, you", "well on you"]
)
def test_other_words_stay(opened: Open, text: str):
    keyboard = opened()
    keyboard.correct("well of")
    assert certain(keyboard.correct(text)) is None


def test_only_words_that_the_session_corrected_are_revised(opened: Open):
    keyboard = opened()
    assert certain(keyboard.correct("well of you")) is None
    keyboard.correct("well of")
    keyboard.correct("then of")
    assert certain(keyboard.correct("well of you")) is None


def test_words_that_the_user_keeps_are_not_revised(opened: Open, profile: Profile):
    keyboard = opened()
    keyboard.use(profile)
    keyboard.correct("well of")
    assert certain(keyboard.correct("well of you")) == "if you"
    before = profile.to_bytes()
    profile.keep("of you")
    assert profile.to_bytes() == before
    # What was taken back is not offered again.
    assert certain(keyboard.correct("well of you")) is None
    keyboard.correct("well of")
    assert certain(keyboard.correct("well of you")) == "if you"
    profile.keep(" of ")
    keyboard.correct("well of")
    assert certain(keyboard.correct("well of you")) is None
    keyboard.use(None)
    assert certain(keyboard.correct("well of you")) is None


def test_the_only_reading_that_is_asked_for_is_the_typed_word(opened: Open):
    keyboard = opened()
    keyboard.correct("well of")
    (found,) = keyboard.correct("well of you", k=1)
    assert (found.text, found.replaces, found.is_certain) == ("you", 3, False)


def test_a_forgotten_word_does_not_come_back(opened: Open, profile: Profile):
    keyboard = opened()
    keyboard.use(profile)
    profile.learn("well oof\n" * 3)
    readings = keyboard.correct("well of", k=9)
    assert "oof" in [each.text for each in readings]
    profile.forget("oof")
    found = keyboard.correct("well of you", k=9)
    assert certain(found) is None
    keyboard.use(None)


def test_the_threshold_can_be_set(opened: Open):
    keyboard = opened()
    for least, revised in ((0.5, "if you"), (2.0, None)):
        keyboard.costs({"certain_revised": least})
        keyboard.correct("well of")
        assert certain(keyboard.correct("well of you")) == revised


def test_the_word_behind_a_revised_one_is_not_revised(opened: Open):
    keyboard = opened(pairs_of({("if", "the"): 9.0, ("of", "the"): -4.5}))
    keyboard.correct("well of")
    assert certain(keyboard.correct("well of the")) == "if the"
    # How likely `the` and `then` are was found after `of`.
    assert certain(keyboard.correct("well if the you")) is None


def test_a_single_letter_is_only_revised_if_it_was_touched(opened: Open):
    network = pairs_of({("I", "well"): 9.0, ("</s>", "I"): 1.0})
    for touches, revised in ((None, None), ([(8.02, 0.5)], "I well")):
        keyboard = opened(network)
        keyboard.costs({"unknown": 0.0, "certain_unknown": 2.0})
        keyboard.correct("o", touches, k=9)
        assert certain(keyboard.correct("o well", k=9)) == revised


def test_a_blocked_word_is_not_offered(opened: Open):
    keyboard = opened()
    keyboard.correct("well of")
    keyboard.block("if")
    assert certain(keyboard.correct("well of you")) is None


def expected_gains(
    network: Pairs, found: Sequence[Correction], typed: str, context: float
) -> dict[str, float]:
    """What each other reading of a word gains from the typed word after it."""
    present = literal_of(found)
    after = {
        each.text: log_probability(network, each.text, typed)
        for each in found
        if len(each.text.split()) == 1
    }
    return {
        text: each.log_probability
        - present.log_probability
        + context * (after[text] - after[present.text])
        for each in found
        if (text := each.text) in after and text != present.text
    }


def test_gains_are_those_of_the_probabilities(opened: Open):
    generator, drawn = random.Random(1), np.random.default_rng(1)
    revised = 0
    for _ in range(NETWORKS):
        network = Pairs(drawn.normal(0, 4, (len(ENTRIES), len(ENTRIES))))
        keyboard = opened(network)
        costs = keyboard.costs({"certain_known": 2.0, "certain_unknown": 2.0, "variant": 0.0})
        first, second = generator.choices(["if", "in", "of", "on", "the", "then"], k=2)
        known = keyboard.correct(f"well {first}", k=4)
        # The library remembers three other readings that are at most 6 nats worse.
        known = [
            each for each in known if each.log_probability >= literal_of(known).log_probability - 6
        ][:4]
        gains = expected_gains(network, known, second, costs["context"])
        found = keyboard.correct(f"well {first} {second}", k=64)
        best = max(gains, key=gains.__getitem__, default="")
        is_better = best and 1 / (1 + math.exp(-gains[best])) >= costs["certain_revised"]
        both = f"{best} {second}"
        if is_better and found[0].text == both:
            revised += 1
            literal = literal_of(found)
            gain = found[0].log_probability - literal.log_probability
            assert gain == pytest.approx(gains[best], abs=1e-4)
        elif is_better:
            assert (
                found[0].log_probability >= literal_of(found).log_probability + gains[best] - 1e-4
            )
        else:
            assert literal_of(found).text == second
    assert revised > NETWORKS / 20


def test_revising_needs_few_steps(opened: Open):
    keyboard = opened()
    keyboard.correct("well of", k=9)
    before = keyboard.steps()
    keyboard.correct("well of yuo", k=9)
    # One of them is the step that reads the word before.
    assert keyboard.steps() - before <= MOST_CORRECTION_STEPS + 1
