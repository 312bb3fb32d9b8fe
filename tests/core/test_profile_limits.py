"""Profiles stay small after any amount of text, in a deterministic way."""

import random
from collections.abc import Callable, Iterator

import pytest

from export.keyboard.profile import LARGEST_PROFILE, MOST_WORDS, Profile
from tests.core.conftest import BUILDS, Built
from tests.core.profile_bytes import Content, unpack

MOST_GRAMS = 120_000
WORDS = 1_000_000
SANITIZED_WORDS = 150_000
LONGEST_WORD = 80
Open = Callable[..., Profile]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


def spelled(number: int, letters: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    """A number as a word of four or more letters."""
    word = ""
    while number or len(word) < 4:
        number, rest = divmod(number, len(letters))
        word += letters[rest]
    return word


def like_real(words: int) -> Iterator[str]:
    """Messages whose words are as unequally frequent as those of a language, many of them new."""
    generator = random.Random(7)
    for _ in range(words // 10):
        chosen = (int(30_000 ** generator.random() * 2) for _ in range(10))
        yield " ".join(map(spelled, chosen))


def at_random(words: int) -> Iterator[str]:
    """Messages of random words, each of them rare."""
    generator = random.Random(8)
    for _ in range(words // 10):
        yield " ".join(spelled(generator.randrange(10**6)) for _ in range(10))


def long_words(words: int) -> Iterator[str]:
    """Messages of the longest words, written in capitals."""
    generator = random.Random(9)
    for _ in range(words // 10):
        numbers = (generator.randrange(20**12) for _ in range(10))
        yield " ".join(spelled(number, "АБВГДЕЖЗИКЛМНОПРСТУФ") * 2 for number in numbers)


KINDS = {kind.__name__: kind for kind in (like_real, at_random, long_words)}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_profile_stays_within_its_limits(built: Built, open_profile: Open, kind):
    profile = open_profile()
    words = (SANITIZED_WORDS if built.sanitized else WORDS) // (4 if kind is long_words else 1)
    batch: list[str] = []
    for number, text in enumerate(kind(words)):
        batch.append(text)
        if number % 1000 == 999:
            profile.learn("\n".join(batch))
            batch = []
            if number % 30_000 == 29_999:
                check_limits(profile.to_bytes())
    profile.learn("\n".join(batch))
    data = profile.to_bytes()
    check_limits(data)
    assert profile.totals().clock == words
    assert open_profile(data).to_bytes() == data


def check_limits(data: bytes) -> None:
    """Check the sizes, and that nothing is left without its parts."""
    assert len(data) <= LARGEST_PROFILE
    content = unpack(data)
    assert len(content.words) <= MOST_WORDS
    counts = content.counts()
    assert len(counts) - len(content.words) <= MOST_GRAMS
    assert all(gram[1:] in counts and gram[:-1] in counts for gram in counts if len(gram) > 1)


def test_the_same_texts_give_the_same_bytes(open_profile: Open):
    """Even if the profile is saved and opened in between, and fades."""
    one, other = open_profile(), open_profile()
    one.learn("only oncetyped here")
    other.learn("only oncetyped here")
    for number, text in enumerate(like_real(90_000)):
        one.learn(text)
        other.learn(text)
        if number % 1500 == 1499:
            reopened = open_profile(other.to_bytes())
            other.close()
            other = reopened
    assert one.to_bytes() == other.to_bytes()
    assert ("only", "oncetyped") not in unpack(one.to_bytes()).counts()


def test_frequent_words_stay(profile: Profile):
    """What was typed often, long ago, stays; what was typed once goes."""
    for _ in range(20):
        profile.learn("my good friend Rajesh")
    profile.learn("only oncetyped here")
    for text in at_random(40_000):
        profile.learn(text)
    names = {learned.word for learned in profile.words()}
    assert "Rajesh" in names
    assert "oncetyped" not in names
    assert ("good", "friend", "rajesh") in unpack(profile.to_bytes()).counts()


def test_counts_stop_at_their_limit(profile: Profile):
    for _ in range(70):
        profile.learn("ha " * 1000)
    content: Content = unpack(profile.to_bytes())
    assert content.counts()[("ha",)][0] == 65_535
    assert content.counts()[("ha", "ha", "ha", "ha")][0] == 65_535


def test_full_profiles_can_be_merged(open_profile: Open):
    one, other = open_profile(), open_profile()
    one.learn("\n".join(like_real(60_000)))
    other.learn("\n".join(at_random(30_000)))
    one.merge(other.to_bytes())
    check_limits(one.to_bytes())
    assert open_profile(one.to_bytes()).to_bytes() == one.to_bytes()
