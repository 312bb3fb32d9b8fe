"""Sessions that use a profile: what the network and the user's counts suggest together.

The network has logits of minus the id, so without a profile suggestions come in the order of ids.
"""

import math
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import numpy as np
import pytest

from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from export.keyboard.results import LibraryError
from tests.core.conftest import BUILDS, Built
from tests.core.falling import Falling
from tests.core.profile_bytes import FIRST_WEIGHTS, ORDERS, unpack
from training.text.tail import Tail
from training.text.vocabulary import UNKNOWN, Vocabulary

# The weight of the network alone, before anything is typed.
DISTRUST = 0.05
ENTRIES = ["</s>", "<unk>", ".", "a", "at", "I", "see", "the", "we", "you"]
# Of each entry in the training text.
SHARE = 2.0**-4
RARITIES = Tail((), 0, bytes([4 * 8] * len(ENTRIES))).to_bytes()
BUSY, NO_ID = 10, -1
Open = Callable[..., Profile]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


@pytest.fixture
def keyboard(built: Built, profile: Profile) -> Iterator[CKeyboard]:
    """A keyboard that uses the profile."""
    vocabulary = Vocabulary(ENTRIES, "message")
    with ExitStack() as stack:
        opened = stack.enter_context(built.of_network(Falling(len(ENTRIES)), vocabulary, RARITIES))
        opened.use(profile)
        yield opened
        opened.use(None)


def words(keyboard: CKeyboard, text: str, k: int = 3) -> list[str]:
    return [suggestion.word for suggestion in keyboard.predict(text, k=k, exact=True)]


def network() -> dict[str, float]:
    """The network's probability of each entry's folded form."""
    total = sum(math.exp(-number) for number in range(len(ENTRIES)))
    found = {entry.lower(): math.exp(-number) / total for number, entry in enumerate(ENTRIES)}
    return {"": found.pop("</s>"), **found}


def adapted(counts: dict[str, int], outside: dict[str, float]) -> dict[str, float]:
    """The network's probabilities after fast marginal adaptation to the user's counts."""
    alone, unknown = network(), network()["<unk>"]
    typed = {word: counts[word] for word in counts if word and word in alone}
    new = {word: count for word, count in counts.items() if word not in alone}
    total = sum(new.values())
    factors = {word: math.sqrt(1 + count / (500 * SHARE)) for word, count in typed.items()}
    factors["<unk>"] = math.sqrt(1 + total / (500 * SHARE))
    found = {word: p * factors.get(word, 1) for word, p in alone.items()}
    normaliser = sum(found.values())
    part = total / (total + 10 * len(new) + 1)
    for word, likelihood in outside.items():
        share = part * new.get(word, 0) / max(1, total) + (1 - part) * likelihood / unknown
        found[word] = found["<unk>"] * share
    found["<unk>"] *= 1 - part
    return {word: p / normaliser for word, p in found.items()}


def mixed(
    profile: Profile, context: tuple[str, ...], outside: dict[str, float]
) -> dict[str, float]:
    """The probability of each word with the first weights.

    Witten and Bell's interpolation, with a weight of 4, is weighed against the network alone.

    `outside` has the network's probabilities of words outside the vocabulary.
    """
    counts = unpack(profile.to_bytes()).counts()
    alone = {**network(), **outside}
    found = adapted({gram[0]: c for gram, (c, _) in counts.items() if len(gram) == 1}, outside)
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
    return {word: (1 - DISTRUST) * p + DISTRUST * alone.get(word, 0) for word, p in found.items()}


def start_again(profile: Profile) -> None:
    """Set the weights of the counts to those that the profile kept when it learned last."""
    saved = profile.to_bytes()
    profile.clear()
    profile.merge(saved)


def message(generator: random.Random) -> list[str]:
    return generator.choices(["a", "at", "the", "zoe", "yes", "."], k=generator.randrange(1, 7))


def test_an_empty_profile_changes_nothing(keyboard: CKeyboard):
    def all_answers() -> list[object]:
        scores = keyboard.rescore("we ", ["see you", "xyz"])
        return [keyboard.predict("we ", k=9), keyboard.predict("we s"), scores]

    with_profile = all_answers()
    keyboard.use(None)
    without = all_answers()
    assert with_profile == without


def test_probabilities_are_those_of_the_formula(keyboard: CKeyboard, profile: Profile):
    generator = random.Random(11)
    outside = {
        each.word: math.exp(each.log_probability) for each in keyboard.rescore("", ["zoe", "yes"])
    }
    for _ in range(40):
        profile.learn(" ".join(message(generator)))
    for _ in range(40):
        context = message(generator)
        start_again(profile)
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
    parts = [keyboard.rescore("we ", ["see"])[0]]
    keyboard.use(profile)
    parts.append(keyboard.rescore("we see ", ["Zoe"])[0])
    total = sum(part.log_probability for part in parts)
    assert phrase.log_probability == pytest.approx(total, abs=1e-4)


def test_a_word_is_suggested_after_it_was_typed_twice(keyboard: CKeyboard, profile: Profile):
    profile.learn("ask Rajesh")
    assert "Rajesh" not in words(keyboard, "ask ", 64) + words(keyboard, "Ra")
    profile.learn("ask Rajesh")
    assert words(keyboard, "ask ")[0] == "Rajesh"
    (found,) = keyboard.predict("see ra", exact=True)
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


def test_blocked_words_of_a_profile_are_not_suggested(keyboard: CKeyboard, profile: Profile):
    for _ in range(3):
        profile.learn("ask Rajesh and Rajeshwari")
    assert words(keyboard, "ra") == ["Rajesh", "Rajeshwari"]
    assert words(keyboard, "ask ")[0] == "Rajesh"
    assert keyboard.block("you\n rajesh ") == 1
    assert words(keyboard, "ra") == ["Rajeshwari"]
    assert "Rajesh" not in words(keyboard, "ask ", 64)
    unblocked = keyboard.predict("ra", blocklist=False, exact=True)
    assert [each.word for each in unblocked] == ["Rajesh", "Rajeshwari"]
    for _ in range(3):
        profile.learn("ask Priya")
    assert keyboard.block("PRIYA") == 0
    assert words(keyboard, "p") == []
    assert words(keyboard, "ra") == ["Rajesh", "Rajeshwari"]
    assert keyboard.block("") == 0
    assert words(keyboard, "p") == ["Priya"]


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


# -- weights ---------------------------------------------------------------------------------------


def typed(keyboard: CKeyboard, words: list[str]) -> float:
    """The log-probability of a message that is typed word by word."""
    total, text = 0.0, ""
    for word in words:
        total += keyboard.rescore(text, [word])[0].log_probability
        text += f"{word} "
    keyboard.rescore(text, [])
    return total


def unused(keyboard: CKeyboard, profile: Profile, words: list[str]) -> float:
    """The same if the weights of the counts never adapt."""
    total = 0.0
    for place, word in enumerate(words):
        start_again(profile)
        total += keyboard.rescore(" ".join(words[:place]) + " ", [word])[0].log_probability
    return total


def test_counts_that_mislead_cost_little(keyboard: CKeyboard, profile: Profile):
    """The network has the first entries for most likely, the profile others."""
    for _ in range(200):
        profile.learn("the you we see the you see")
    words = [". a . . a at .", "a . at . . a ."] * 8
    messages = [message.split() for message in words]
    keyboard.use(None)
    alone = sum(typed(keyboard, message) for message in messages)
    keyboard.use(profile)
    fixed = sum(unused(keyboard, profile, message) for message in messages)
    start_again(profile)
    adapted = sum(typed(keyboard, message) for message in messages)
    assert fixed < alone - 50
    assert adapted > alone - math.log(1 / DISTRUST) - 0.5


def test_counts_that_help_gain_weight(keyboard: CKeyboard, profile: Profile):
    for _ in range(3):
        profile.learn("we see the you")
    before = keyboard.rescore("we ", ["see"])[0].log_probability
    for _ in range(30):
        typed(keyboard, ["we", "see", "the", "you"])
    assert keyboard.rescore("we ", ["see"])[0].log_probability > before + 0.1


def test_only_learning_keeps_the_weights(keyboard: CKeyboard, profile: Profile, open_profile: Open):
    """Another session goes on with them; the file has them from the next learned message on."""

    def score(used: Profile) -> float:
        keyboard.use(None)
        keyboard.use(used)
        return keyboard.rescore("we ", ["see"])[0].log_probability

    for _ in range(3):
        profile.learn("we see the you")
    saved, before = profile.to_bytes(), score(profile)
    for _ in range(30):
        typed(keyboard, ["we", "see", "the", "you"])
    assert score(profile) > before + 0.1
    assert profile.to_bytes() == saved
    assert score(open_profile(saved)) == before
    profile.learn("")
    kept = profile.to_bytes()
    assert unpack(kept).weights != FIRST_WEIGHTS == unpack(saved).weights
    assert before + 0.1 < score(profile) == score(open_profile(kept))
    profile.clear()
    assert profile.to_bytes() == open_profile().to_bytes()


def test_an_import_takes_the_weights_of_the_profile_that_learned_more(
    keyboard: CKeyboard, profile: Profile, open_profile: Open
):
    profile.learn("we see the you")
    keyboard.use(profile)
    typed(keyboard, ["we", "see", "the", "you"])
    profile.learn("we see")
    ours = unpack(profile.to_bytes()).weights
    less, more = open_profile(), open_profile()
    less.learn("we see the you we")
    more.learn("we see the you we see the you we")
    profile.merge(less.to_bytes())
    assert unpack(profile.to_bytes()).weights == ours
    less.merge(profile.to_bytes())
    assert unpack(less.to_bytes()).weights == ours
    profile.merge(more.to_bytes())
    assert unpack(profile.to_bytes()).weights == FIRST_WEIGHTS != ours


def test_a_text_that_does_not_go_on_changes_no_weights(keyboard: CKeyboard, profile: Profile):
    profile.learn("we see the you")
    before = keyboard.rescore("we ", ["see"])
    for text in ("at ", "the we ", "you ", "see we ", "you see we "):
        keyboard.predict(text)
    assert keyboard.rescore("we ", ["see"]) == before


def test_a_word_that_was_learned_already_changes_no_weights(keyboard: CKeyboard, profile: Profile):
    """Its counts would seem better than they are."""
    for _ in range(3):
        profile.learn("we see")
    keyboard.rescore("we ", [])
    profile.learn("we at you")
    keyboard.rescore("we at ", [])
    profile.learn("")
    assert unpack(profile.to_bytes()).weights == FIRST_WEIGHTS
    for text in ("we ", "we at "):
        keyboard.rescore(text, [])
    profile.learn("")
    assert unpack(profile.to_bytes()).weights != FIRST_WEIGHTS


def test_words_outside_the_vocabulary_and_ends_of_messages_are_watched(
    keyboard: CKeyboard, profile: Profile
):
    for _ in range(3):
        profile.learn("we see Zoe")
    before = keyboard.rescore("we see ", ["zoe"])[0].log_probability
    for _ in range(20):
        for text in ("", "we ", "we see ", "we see zoe ", "we see zoe\n"):
            keyboard.predict(text)
    assert keyboard.rescore("we see ", ["zoe"])[0].log_probability > before + 0.1


# -- probabilities that are kept between keys ------------------------------------------------------


def change(profile: Profile, generator: random.Random, backup: bytes) -> None:
    """One of the calls that change a profile."""
    word = generator.choice(["zoe", "yes", "at"])
    match generator.randrange(12):
        case 0:
            profile.forget(word)
        case 1:
            profile.remember(word)
        case 2:
            profile.merge(backup)
        case 3:
            profile.clear()
        case _:
            profile.learn(" ".join(message(generator)))


def next_text(text: str, generator: random.Random) -> str:
    """Most keys continue a text; others delete its last character, or everything."""
    typed = generator.choices(["zoe ", "yes ", "see ", "\n", "z", "a"], [3, 3, 3, 1, 3, 3])[0]
    return generator.choices([text + typed, text[:-1], ""], [8, 3, 1])[0]


def scores(keyboard: CKeyboard, text: str) -> list[object]:
    return [keyboard.rescore(text.rpartition(" ")[0] + " ", ["zoe", "see you"])]


def suggestions(keyboard: CKeyboard, text: str) -> list[object]:
    """In an order that does not depend on those that were not taken."""
    found = keyboard.predict(text, k=64, punctuation=True)
    return [sorted(found, key=lambda each: each.word)]


def test_kept_probabilities_are_those_that_would_be_computed(
    keyboard: CKeyboard, profile: Profile, built: Built, open_profile: Open
):
    """A session that starts to use the profile computes everything."""
    generator, other = random.Random(17), open_profile()
    other.learn("see Zoe\nsee Zoe at the\nyes")
    backup = other.to_bytes()
    vocabulary = Vocabulary(ENTRIES, "message")
    with built.of_network(Falling(len(ENTRIES)), vocabulary, RARITIES) as computing:
        text = ""
        for _ in range(400):
            if generator.random() < 0.15:
                change(profile, generator, backup)
            text = next_text(text, generator)
            for answer in (scores, suggestions):
                found = answer(keyboard, text)
                computing.use(profile)
                assert found == answer(computing, text)
        computing.use(None)


# -- words that were typed in full -----------------------------------------------------------------


def test_a_word_that_was_typed_in_full_is_not_suggested(keyboard: CKeyboard, profile: Profile):
    assert words(keyboard, "the a") == ["at"]
    assert words(keyboard, "the A") == ["At"]
    assert words(keyboard, "the i") == ["I"]
    assert words(keyboard, "the I") == []
    shares = [each.share for each in keyboard.predict("the a")]
    assert shares == [pytest.approx(math.exp(-1) / (1 + math.exp(-1)), rel=1e-6)]
    for _ in range(2):
        profile.learn("the Zoe")
    assert words(keyboard, "the zoe") == ["Zoe"]
    assert words(keyboard, "the Zoe") == []


# -- order -----------------------------------------------------------------------------------------


def by_probability(keyboard: CKeyboard, text: str) -> list[str]:
    found = keyboard.predict(text, k=9)
    return [each.word for each in sorted(found, key=lambda each: -each.log_probability)]


def test_a_word_typed_after_the_last_but_one_comes_first(keyboard: CKeyboard, profile: Profile):
    """What followed `see` and any other word counts, although the profile has no n-gram here."""
    for _ in range(5):
        profile.learn("see the you")
    assert by_probability(keyboard, "see at ")[0] == "see"
    assert words(keyboard, "see at ")[0] == "you"
    assert words(keyboard, "the at ")[0] != "you"


def test_a_word_of_the_same_message_moves_up(keyboard: CKeyboard, profile: Profile):
    for _ in range(3):
        profile.learn("at the see we you")
    place = words(keyboard, "the , ", 9).index("you")
    assert words(keyboard, "you the , ", 9).index("you") < place


def test_fewer_suggestions_are_the_first_of_more(keyboard: CKeyboard, profile: Profile):
    for _ in range(5):
        profile.learn("see the you")
    most = words(keyboard, "see at ", 9)
    assert most != by_probability(keyboard, "see at ")
    assert [words(keyboard, "see at ", k) for k in (1, 2, 3)] == [most[:1], most[:2], most[:3]]


def test_features_of_the_words_are_those_of_the_description(keyboard: CKeyboard, profile: Profile):
    """In the order of `elman_feature`."""
    keyboard.predict("see y")
    assert len(keyboard.features()) == 0
    for _ in range(3):
        profile.learn("see Zoe see you")
    least, left = -25, 2
    (suggestion,) = keyboard.predict("see z")
    counts = [math.log(1 + 2), math.log(1 + 1), math.log(1 + 0), math.log(1 + 3)]
    expected = [suggestion.log_probability, least, 0, 0, *counts, 0, 0, 0, 1, left, 0]
    assert keyboard.features() == pytest.approx(np.array([expected]), rel=1e-4)
    (suggestion,) = keyboard.predict("Zoe see at Z")
    counts = [math.log(1 + 2), 0, 0, 0]
    expected = [suggestion.log_probability, least, 0, 0, *counts, 1, 1, 0, 1, left, 1]
    assert keyboard.features() == pytest.approx(np.array([expected]), rel=1e-4)


# -- suggestions that were not taken ---------------------------------------------------------------


@pytest.fixture
def alike(profile: Profile) -> list[str]:
    """Words that were typed equally often, the last one first."""
    names = ["zoa", "zob", "zoc", "zod"]
    for _ in range(4):
        for name in names:
            profile.learn(name)
    return names[::-1]


def test_a_suggestion_that_was_not_taken_ranks_lower(keyboard: CKeyboard, alike: list[str]):
    assert words(keyboard, "see zo", 4) == alike
    before = {each.word: each.log_probability for each in keyboard.predict("see zo", k=4)}
    assert words(keyboard, "see z", 3) == alike[:3]
    after = keyboard.predict("see zo", k=4)
    assert [each.word for each in after] == [alike[3], *alike[:3]]
    assert {each.word: each.log_probability for each in after} == before


def test_the_same_suggestions_are_not_refused_until_a_letter_is_typed(
    keyboard: CKeyboard, alike: list[str]
):
    for _ in range(3):
        assert words(keyboard, "see z", 4) == alike
    assert words(keyboard, "see zo", 4) == [alike[3], *alike[:3]]
    assert words(keyboard, "see zo", 4) == [alike[3], *alike[:3]]


@pytest.mark.parametrize("other", ["see zx", "see y", "the z", "zoa see z", "see\nz"])
def test_a_suggestion_is_refused_for_one_word_only(
    keyboard: CKeyboard, alike: list[str], other: str
):
    """Neither after deleting letters, nor anywhere else."""
    words(keyboard, "see z")
    assert words(keyboard, "see zo", 4) != alike
    words(keyboard, other, 1)
    assert words(keyboard, "see zo", 4) == alike


@pytest.mark.parametrize(
    ("k", "expected"), [(1, [1, 2, 3, 0]), (2, [2, 3, 0, 1]), (4, [3, 0, 1, 2])]
)
def test_the_first_three_suggestions_are_read(
    keyboard: CKeyboard, alike: list[str], k: int, expected: list[int]
):
    words(keyboard, "see z", k)
    assert words(keyboard, "see zo", 4) == [alike[place] for place in expected]


def test_another_profile_refused_nothing(keyboard: CKeyboard, profile: Profile, alike: list[str]):
    words(keyboard, "see z")
    keyboard.use(profile)
    assert words(keyboard, "see zo", 4) == alike


def overlooked(profile: Profile) -> float:
    profile.learn("")
    return unpack(profile.to_bytes()).weights[-1] / 60_000


def test_suggestions_that_are_taken_or_overlooked_are_counted(
    keyboard: CKeyboard, profile: Profile, alike: list[str]
):
    """The share of those that were overlooked is a running mean."""
    mean = 0.5
    assert overlooked(profile) == mean
    for text in ("see z", f"see {alike[0]} "):
        words(keyboard, text)
    mean += (0 - mean) / 32
    assert overlooked(profile) == pytest.approx(mean, abs=1e-4)
    assert words(keyboard, "see z") == alike[:3]
    assert words(keyboard, "see zo") == [alike[3], *alike[:2]]
    words(keyboard, f"see {alike[0]} ")
    for each in (1, 0):
        mean += (each - mean) / 32
    assert overlooked(profile) == pytest.approx(mean, abs=1e-4)


def test_the_share_follows_the_user(keyboard: CKeyboard, profile: Profile, alike: list[str]):
    for _ in range(200):
        for text in ("see z", f"see {alike[0]} "):
            words(keyboard, text)
    assert overlooked(profile) == pytest.approx(1 / 16)
    for _ in range(200):
        for text in ("see z", "see zo", "see zod", f"see {alike[0]} "):
            words(keyboard, text)
    assert overlooked(profile) > 0.9
