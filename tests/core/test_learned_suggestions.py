"""Sessions that use a profile: what the network and the user's counts suggest together.

The network has logits of minus the id, so without a profile suggestions come in the order of ids.
"""

import math
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from export.keyboard.results import LibraryError
from tests.core.conftest import BUILDS, Built
from tests.core.falling import Falling
from tests.core.profile_bytes import ORDERS, unpack
from training.text.vocabulary import UNKNOWN, Vocabulary

ENTRIES = ["</s>", "<unk>", ".", "a", "at", "I", "see", "the", "we", "you"]
BUSY, NO_ID = 10, -1
Open = Callable[..., Profile]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


@pytest.fixture
def keyboard(built: Built, profile: Profile) -> Iterator[CKeyboard]:
    """A keyboard that uses the profile."""
    vocabulary = Vocabulary(ENTRIES, "message")
    with ExitStack() as stack:
        opened = stack.enter_context(built.of_network(Falling(len(ENTRIES)), vocabulary))
        opened.use(profile)
        yield opened
        opened.use(None)


def words(keyboard: CKeyboard, text: str, k: int = 3) -> list[str]:
    return [suggestion.word for suggestion in keyboard.predict(text, k=k)]


def network() -> dict[str, float]:
    """The network's probability of each entry's folded form."""
    total = sum(math.exp(-number) for number in range(len(ENTRIES)))
    found = {entry.lower(): math.exp(-number) / total for number, entry in enumerate(ENTRIES)}
    return {"": found.pop("</s>"), **found}


def mixed(
    profile: Profile, context: tuple[str, ...], outside: dict[str, float]
) -> dict[str, float]:
    """The probability of each word by Witten and Bell's interpolation, with a weight of 4.

    `outside` has the network's probabilities of words outside the vocabulary.
    """
    counts = unpack(profile.to_bytes()).counts()
    found = {**network(), **outside}
    for order in range(ORDERS):
        if order > len(context):
            break
        before = context[len(context) - order :]
        after = {gram[-1]: c for gram, (_, c) in counts.items() if gram[:-1] == before and c}
        if not after:
            break
        weight = sum(after.values()) / (sum(after.values()) + 4 * len(after))
        found = {word: (1 - weight) * p for word, p in found.items()}
        for word, count in after.items():
            found[word] = found.get(word, 0) + weight * count / sum(after.values())
    return found


def message(generator: random.Random) -> list[str]:
    return generator.choices(["a", "at", "the", "zoe", "yes", "."], k=generator.randrange(1, 7))


def test_an_empty_profile_changes_nothing(keyboard: CKeyboard):
    with_profile = keyboard.predict("", k=9)
    keyboard.use(None)
    without = keyboard.predict("", k=9)
    assert [each.id for each in with_profile] == [each.id for each in without]
    for one, other in zip(with_profile, without, strict=True):
        assert one.log_probability == pytest.approx(other.log_probability, abs=1e-4)
        assert one.share == pytest.approx(other.share, rel=1e-4)


def test_probabilities_are_those_of_the_formula(keyboard: CKeyboard, profile: Profile):
    generator = random.Random(11)
    outside = {
        each.word: math.exp(each.log_probability) for each in keyboard.rescore("", ["zoe", "yes"])
    }
    for _ in range(40):
        profile.learn(" ".join(message(generator)))
    for _ in range(40):
        context = message(generator)
        expected = mixed(profile, ("", *context)[1 - ORDERS :], outside)
        assert 1 - 1e-6 <= sum(expected.values()) <= 1 + sum(outside.values())
        found = keyboard.predict(" ".join(context) + " ", k=64, punctuation=True)
        assert len(found) == len(ENTRIES)
        for each in found:
            likelihood = expected[each.word.lower()]
            assert math.exp(each.log_probability) == pytest.approx(likelihood, rel=1e-4)
            assert each.share == pytest.approx(likelihood, rel=1e-4)
            candidate = keyboard.rescore(" ".join(context) + " ", [each.word])[0]
            assert candidate.log_probability == pytest.approx(each.log_probability, abs=1e-4)


def test_shares_are_of_all_words_with_the_typed_letters(keyboard: CKeyboard, profile: Profile):
    profile.learn("the yes")
    profile.learn("the yes")
    found = keyboard.predict("the y", k=9)
    assert {each.word for each in found} == {"you", "yes"}
    assert sum(each.share for each in found) == pytest.approx(1, rel=1e-4)


def test_several_tokens_are_scored_one_after_the_other(keyboard: CKeyboard, profile: Profile):
    for _ in range(3):
        profile.learn("we see Zoe at the")
    phrase = keyboard.rescore("we ", ["see Zoe"])[0]
    parts = [keyboard.rescore("we ", ["see"])[0], keyboard.rescore("we see ", ["Zoe"])[0]]
    total = sum(part.log_probability for part in parts)
    assert phrase.log_probability == pytest.approx(total, abs=1e-4)


def test_a_word_is_suggested_after_it_was_typed_twice(keyboard: CKeyboard, profile: Profile):
    profile.learn("ask Rajesh")
    assert "Rajesh" not in words(keyboard, "ask ", 64) + words(keyboard, "Ra")
    profile.learn("ask Rajesh")
    assert words(keyboard, "ask ")[0] == "Rajesh"
    (found,) = keyboard.predict("see ra")
    assert (found.word, found.id, found.share) == ("Rajesh", NO_ID, pytest.approx(1))
    assert words(keyboard, "RA") == ["RAJESH"]


def test_a_forgotten_word_is_not_suggested(keyboard: CKeyboard, profile: Profile):
    for _ in range(3):
        profile.learn("see you and ask Rajesh")
    profile.forget("rajesh")
    assert words(keyboard, "ra") == []
    assert "Rajesh" not in words(keyboard, "ask ", 64)
    profile.remember("Rajesh")
    assert words(keyboard, "ra") == ["Rajesh"]


def test_what_followed_before_comes_first(keyboard: CKeyboard, profile: Profile):
    assert words(keyboard, "see ")[0] == "a"
    for _ in range(3):
        profile.learn("see you")
        profile.learn("we see the")
    assert words(keyboard, "see ")[0] == "you"
    assert words(keyboard, "we see ")[0] == "the"
    assert words(keyboard, "we see the\nsee ")[0] == "you"


def test_a_word_outside_everything_keeps_the_probability_of_its_spelling(
    keyboard: CKeyboard, profile: Profile
):
    likely, less = keyboard.rescore("", ["xyz", "xyzxyz"])
    assert 0 > likely.log_probability > less.log_probability > -math.inf
    profile.learn("xyz")
    assert keyboard.rescore("", ["xyz"])[0].log_probability > likely.log_probability
    assert math.exp(likely.log_probability) < network()[ENTRIES[UNKNOWN]]


def test_a_profile_in_use_is_not_closed(keyboard: CKeyboard, profile: Profile, open_profile: Open):
    with pytest.raises(LibraryError, match="sessions still use the profile: 1") as raised:
        profile.close()
    assert raised.value.status == BUSY
    keyboard.use(open_profile())
    profile.learn("still open")
    keyboard.use(None)
    profile.close()


def test_words_that_fade_or_are_cleared_are_not_suggested(keyboard: CKeyboard, profile: Profile):
    """Words get other numbers when others are removed."""
    for number in range(300):
        profile.learn(f"word{'abcdefghij'[number % 10] * (number // 10 % 15 + 1)} Zoe")
    assert words(keyboard, "z") == ["Zoe"]
    profile.forget("worda")
    assert words(keyboard, "z") == ["Zoe"]
    profile.clear()
    assert words(keyboard, "z") == []
