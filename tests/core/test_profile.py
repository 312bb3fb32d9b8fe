"""Profiles: what is learned, and what is kept out, forgotten and imported."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from export.keyboard.profile import Profile
from export.keyboard.results import LearnedWord, LibraryError
from tests.core.conftest import BUILDS
from tests.core.profile_bytes import ORDERS, unpack
from tests.core.test_keeping import SECRETS
from tests.texts import random_text
from training.text.rules import fold, is_word, segments

ARGUMENT, TEXT = 1, 8
Open = Callable[..., Profile]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


def names(profile: Profile) -> list[str]:
    """The listed words."""
    return [learned.word for learned in profile.words()]


def is_in(word: str, data: bytes) -> bool:
    """Whether a word, in any case, is in some bytes."""
    return word.lower().encode() in data.lower()


# -- learning --------------------------------------------------------------------------------------


class Expected:
    """Counts n-grams as the profile's documentation says."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.effective: Counter[tuple[str, ...]] = Counter()

    def learn(self, text: str) -> None:
        for segment in segments(text, "message"):
            context = [""]
            self.counts[("",)] += 1
            for token in [*map(fold, segment.tokens), ""]:
                self._count(context, token)
                context = [*context, token][1 - ORDERS :]

    def _count(self, context: list[str], token: str) -> None:
        for start in range(len(context) + 1):
            gram = *context[start:], token
            longer = [(*context[before:], token) for before in range(start)]
            is_new = all(self.counts[each] == 1 for each in longer)
            if gram != ("",):
                self.counts[gram] += 1
            if is_new:
                self.effective[gram] += 1

    def all(self) -> dict[tuple[str, ...], tuple[int, int]]:
        return {gram: (count, self.effective[gram]) for gram, count in self.counts.items()}


def message(generator: random.Random, letters: str = "abcdeXYZ.,!") -> str:
    words = ["".join(generator.choices(letters, k=generator.choice([1, 1, 2]))) for _ in range(9)]
    return " ".join(words[: generator.randrange(1, 9)])


def test_each_n_gram_is_counted(profile: Profile):
    generator, expected = random.Random(1), Expected()
    for _ in range(300):
        text = "\n".join(message(generator) for _ in range(generator.choice([1, 1, 2])))
        if "." in text:
            text = text.replace(".", " . ")
        profile.learn(text)
        expected.learn(text)
    assert unpack(profile.to_bytes()).counts() == expected.all()


def test_words_are_listed_with_their_count_and_time(profile: Profile):
    profile.learn("see you, Zoe")
    profile.learn("you see")
    assert profile.words() == [
        LearnedWord("see", 2, 5),
        LearnedWord("you", 2, 4),
        LearnedWord("Zoe", 1, 3),
    ]
    assert profile.words(1, 1) == [LearnedWord("you", 2, 4)]
    assert profile.words(3) == []
    totals = profile.totals()
    assert (totals.words, totals.clock) == (3, 5)
    assert totals.bytes == len(profile.to_bytes())


def test_a_capital_at_the_start_of_a_sentence_says_nothing(profile: Profile):
    profile.learn("Gonna go. Gonna stay. I am gonna")
    profile.learn("Ok Rajesh")
    profile.learn("for rajesh? Ask Rajesh")
    assert {"gonna", "Rajesh"} <= set(names(profile))


def test_a_word_that_changes_its_length_when_folded_is_shown_folded(profile: Profile):
    profile.learn("an İzmir and ẞ")
    assert {"izmir", "ß"} <= set(names(profile))


@pytest.mark.parametrize("secret", SECRETS[:-1])
def test_a_secret_is_in_no_byte(profile: Profile, secret: str):
    profile.learn(f"the code is {secret} ok\n{secret}\nis {secret}, ok {secret}")
    profile.learn(f"({secret}).")
    data = profile.to_bytes()
    assert not is_in(secret, data)
    assert set(names(profile)) == {"the", "code", "is", "ok"}
    assert not any(gram[-2:] == ("is", "ok") for gram in unpack(data).counts())


def test_no_part_of_a_secret_is_kept(profile: Profile):
    profile.learn("mine is open-sesame-xyz-plover-99 right")
    profile.learn("see www.example.org/private?q=plugh or mail first.last@example.org")
    assert names(profile) == ["is", "mail", "mine", "or", "right", "see"]


def test_texts_that_cannot_be_read_change_nothing(profile: Profile):
    profile.learn("hello there")
    before = profile.to_bytes()
    with pytest.raises(LibraryError, match="not UTF-8 at byte 4") as raised:
        profile.learn(b"hey \xff\nyou")
    assert raised.value.status == TEXT
    profile.learn("")
    profile.learn(" \n ")
    assert profile.to_bytes() == before


def test_any_text_can_be_learned_and_saved(profile: Profile, open_profile: Open):
    generator = random.Random(2)
    for _ in range(300):
        profile.learn(random_text(generator).encode("utf-8", "replace"))
    data = profile.to_bytes()
    assert open_profile(data).to_bytes() == data
    words = unpack(data).words
    assert [word.folded for word in words] == sorted(word.folded for word in words)
    listed = [word for word in words if is_word(word.folded.decode())]
    assert len(listed) == len(profile.words())


def test_equal_profiles_have_equal_bytes(open_profile: Open):
    one, other = open_profile(), open_profile()
    for text in ("b a", "a b c", "c"):
        one.learn(text)
    other.learn("b a\na b c")
    copy = open_profile(other.to_bytes())
    copy.learn("c")
    assert one.to_bytes() == copy.to_bytes()


# -- forgetting ------------------------------------------------------------------------------------

TEXTS = ("ask Rajesh for it", "Rajesh's dog", "#rajesh and RAJESH", "so rajesh it is", "it is so")


@pytest.fixture
def taught(profile: Profile) -> Profile:
    """A profile that knows a name."""
    for text in TEXTS:
        profile.learn(text)
    assert is_in("rajesh", profile.to_bytes())
    return profile


def test_a_forgotten_word_is_in_no_byte(taught: Profile):
    taught.forget("RAJESH")
    data = taught.to_bytes()
    assert not is_in("rajesh", data)
    assert names(taught) == ["and", "ask", "dog", "for", "is", "it", "so"]
    assert not any("rajesh" in word for gram in unpack(data).counts() for word in gram)
    assert {("ask",), ("it", "is", "so")} <= unpack(data).counts().keys()


def test_a_forgotten_word_stays_away_when_it_is_typed(taught: Profile):
    taught.forget("rajesh")
    for text in TEXTS:
        taught.learn(text)
    assert not is_in("rajesh", taught.to_bytes())
    assert ("ask", "for") not in unpack(taught.to_bytes()).counts()


def test_a_forgotten_word_stays_away_after_an_import(taught: Profile, open_profile: Open):
    backup = taught.to_bytes()
    taught.forget("rajesh")
    forgotten = taught.to_bytes()
    taught.merge(backup)
    assert not is_in("rajesh", taught.to_bytes())
    reopened = open_profile(forgotten)
    reopened.merge(backup)
    assert reopened.to_bytes() == taught.to_bytes()
    phone = open_profile(backup)
    phone.merge(forgotten)
    assert not is_in("rajesh", phone.to_bytes())


def test_a_word_that_was_never_learned_can_be_forgotten(profile: Profile):
    profile.forget("Zoe")
    profile.learn("hello Zoe and zoe")
    assert names(profile) == ["and", "hello"]


def test_a_forgotten_word_comes_back_when_it_is_asked_for(taught: Profile):
    taught.forget("rajesh")
    taught.remember("Rajesh")
    assert [word for word in taught.words() if word.word == "Rajesh"][0].count == 2
    taught.learn("ask Rajesh's dog")
    assert {"Rajesh", "Rajesh's"} <= set(names(taught))


def test_an_address_is_kept_if_it_is_asked_for(profile: Profile, open_profile: Open):
    profile.remember("mia@example.org")
    profile.learn("write to mia@example.org, or noa@example.org")
    addresses = [(each.word, each.count) for each in profile.words() if "@" in each.word]
    assert addresses == [("mia@example.org", 3)]
    assert ("to", "mia@example.org") in unpack(profile.to_bytes()).counts()
    assert open_profile(profile.to_bytes()).to_bytes() == profile.to_bytes()


def test_forgetting_punctuation_leaves_words(profile: Profile):
    profile.learn("it's this.")
    profile.remember("e.g.")
    profile.forget(".")
    assert names(profile) == ["e.g.", "it's", "this"]
    assert (".",) not in unpack(profile.to_bytes()).counts()


@pytest.mark.parametrize("wrong", ["", " ", "two words", "well-known", "x" * 81, "a\nb"])
def test_only_one_word_can_be_forgotten(taught: Profile, wrong: str):
    before = taught.to_bytes()
    for call in (taught.forget, taught.remember):
        with pytest.raises(LibraryError, match="expected one word of at most 80 bytes") as raised:
            call(wrong)
        assert raised.value.status == ARGUMENT
    with pytest.raises(LibraryError, match="not UTF-8 at byte 1"):
        taught.forget(b"a\xff")
    assert taught.to_bytes() == before


def test_the_oldest_of_too_many_forgotten_words_is_allowed_again(profile: Profile):
    for number in range(4097):
        profile.forget(f"w{'abcdefghij'[number % 10] * (number // 10 % 9)}{number:x}")
    assert len(unpack(profile.to_bytes()).forgotten) == 4096


# -- everything ------------------------------------------------------------------------------------


def test_deleting_everything_leaves_nothing(taught: Profile, open_profile: Open):
    taught.forget("dog")
    taught.clear()
    assert taught.to_bytes() == open_profile().to_bytes()
    assert taught.words() == []
    taught.learn("the dog")
    assert names(taught) == ["dog", "the"]


def test_an_import_keeps_the_higher_counts(open_profile: Open):
    one, other = open_profile(), open_profile()
    one.learn("a b\na b")
    other.learn("a b c\nd")
    backup = other.to_bytes()
    one.merge(backup)
    merged = one.to_bytes()
    counts = unpack(merged).counts()
    assert counts[("a", "b")][0] == 2
    assert counts[("b", "c")][0] == 1
    assert {learned.word: learned.last for learned in one.words()} == {
        "a": 3,
        "b": 4,
        "c": 3,
        "d": 4,
    }
    one.merge(backup)
    assert one.to_bytes() == merged


def test_an_import_into_a_new_profile_gives_the_same_profile(taught: Profile, open_profile: Open):
    taught.forget("so")
    phone = open_profile()
    phone.merge(taught.to_bytes())
    assert phone.to_bytes() == taught.to_bytes()
