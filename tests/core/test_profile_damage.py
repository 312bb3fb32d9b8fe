"""Damaged profiles are refused with a clear message, and change nothing."""

import hashlib
import random
from collections.abc import Callable

import pytest

from export.keyboard.profile import LARGEST_PROFILE, Profile
from export.keyboard.results import LibraryError
from tests.core.conftest import BUILDS
from tests.core.profile_bytes import WEIGHTS, Content, Gram, Word, pack, seal, unpack

DAMAGED, VERSION = 3, 4
DAMAGES = 10_000
REASON = "the profile is damaged: .*; restore a copy, or delete it to start again"
Open = Callable[..., Profile]
Change = Callable[[Content], object]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


@pytest.fixture
def data(open_profile: Open) -> bytes:
    """The bytes of a profile."""
    taught = open_profile()
    for text in ("see you at Rajesh's, ok?", "see you at two", "ok ok ok.", "Ünder the ÉLAN"):
        taught.learn(text)
    taught.forget("someone")
    return taught.to_bytes()


def damaged(data: bytes, generator: random.Random) -> bytes:
    """Flip bits, cut, extend, overwrite or move a part."""
    copy = bytearray(data)
    at = generator.randrange(len(copy))
    kind = generator.randrange(5)
    if kind == 0:
        for _ in range(generator.choice([1, 1, 2, 9])):
            copy[generator.randrange(len(copy))] ^= 1 << generator.randrange(8)
    elif kind == 1:
        del copy[at:]
    elif kind == 2:
        copy += generator.randbytes(generator.randrange(1, 99))
    elif kind == 3:
        copy[at : at + 9] = generator.randbytes(9)
    else:
        del copy[at : at + generator.randrange(1, 9)]
    return bytes(copy)


def test_random_damages_are_refused(profile: Profile, data: bytes):
    generator = random.Random(3)
    profile.learn("something else")
    before, tried = profile.to_bytes(), 0
    while tried < DAMAGES:
        wrong = damaged(data, generator)
        if wrong == data:
            continue
        tried += 1
        with pytest.raises(LibraryError, match=REASON) as raised:
            profile.merge(wrong)
        assert raised.value.status == DAMAGED
    assert profile.to_bytes() == before


def test_random_damages_with_a_new_digest_are_refused_or_harmless(open_profile: Open, data: bytes):
    """What is accepted is a profile that the library could have written."""
    generator, refused = random.Random(4), 0
    for _ in range(2000):
        copy = bytearray(data[:-32])
        for _ in range(generator.choice([1, 1, 1, 3])):
            copy[generator.randrange(16, len(copy))] = generator.randrange(256)
        wrong = seal(bytes(copy))
        try:
            profile = open_profile(wrong)
        except LibraryError as error:
            assert error.status == DAMAGED
            refused += 1
        else:
            assert profile.to_bytes() == wrong
            profile.learn("see you at Rajesh's, ok?")
            profile.forget("ok")
            profile.close()
    assert refused > 1000


def grams(content: Content) -> list[Gram]:
    return [gram for _, gram in content.grams()]


def with_children(content: Content) -> Gram:
    return next(gram for gram in grams(content) if gram.children)


def bigram_at_end(content: Content) -> Gram:
    return next(gram for word in content.words for gram in word.children if gram.word == 0)


def move(content: Content, first: int, second: int) -> None:
    words = content.words
    words[first], words[second] = words[second], words[first]


def add_word(content: Content, folded: bytes, written: bytes = b"") -> None:
    content.words.append(Word(folded, written, 0, 1, 1, 1))


def set_weight(content: Content, place: int, value: int) -> None:
    weights = list(content.weights)
    weights[place] = value
    content.weights = tuple(weights)


STRUCTURED: dict[str, Change] = {
    "a word behind all words": lambda it: setattr(grams(it)[0], "word", len(it.words)),
    "a far word": lambda it: setattr(grams(it)[-1], "word", 65535),
    "unsorted words": lambda it: move(it, 2, 3),
    "the end is not first": lambda it: move(it, 0, 1),
    "a word twice": lambda it: add_word(it, it.words[-1].folded),
    "no end": lambda it: it.words.pop(0),
    "no words": lambda it: it.words.clear(),
    "an empty word": lambda it: add_word(it, b""),
    "a count of 0": lambda it: setattr(it.words[1], "count", 0),
    "an effective count of 0": lambda it: setattr(it.words[1], "effective", 0),
    "an effective count that is too high": lambda it: setattr(it.words[1], "effective", 9),
    "an n-gram with a count of 0": lambda it: setattr(grams(it)[0], "count", 0),
    "an n-gram more often than its context": lambda it: setattr(grams(it)[0], "count", 99),
    "an n-gram with a wrong effective count": lambda it: setattr(with_children(it), "effective", 9),
    "an n-gram later than its context": lambda it: setattr(grams(it)[0], "last", 1),
    "a word of the future": lambda it: setattr(it.words[1], "last", it.clock + 1),
    "too many votes": lambda it: setattr(it.words[1], "votes", 16),
    "unsorted children": lambda it: it.words[0].children.reverse(),
    "a child twice": lambda it: it.words[0].children.append(it.words[0].children[-1]),
    "an end after an end": lambda it: it.words[0].children.insert(0, Gram(0, 1, 1, 0)),
    "a word after the end of a message": lambda it: bigram_at_end(it).children.append(
        Gram(1, 1, 1, 0)
    ),
    "a wrong number of n-grams": lambda it: setattr(it, "gram_count", len(grams(it)) + 1),
    "too few n-grams": lambda it: setattr(it, "gram_count", len(grams(it)) - 1),
    "a wrong number of words": lambda it: setattr(it, "word_count", len(it.words) + 1),
    "too many words": lambda it: setattr(it, "word_count", 8193),
    "too many n-grams": lambda it: setattr(it, "gram_count", 120_001),
    "a digest twice": lambda it: it.forgotten.append(it.forgotten[0]),
    "bytes behind the end": lambda it: it.forgotten.__setitem__(0, it.forgotten[0] + b"x"),
    "a wrong length": lambda it: setattr(it, "length", 4000),
    "not UTF-8": lambda it: setattr(it.words[-1], "folded", b"\xff" * len(it.words[-1].folded)),
    "a capital in a folded word": lambda it: add_word(it, "ÿZ".encode()),
    "a written form of another word": lambda it: add_word(
        it, b"\xf0\x90\x90\xa8", b"\xc3\xbf\xc3\xbf"
    ),
    "a written form that equals the folded one": lambda it: add_word(
        it, "ÿy".encode(), "ÿy".encode()
    ),
    "a weight that is too low": lambda it: set_weight(it, 3, -32768),
    "a share of 0": lambda it: set_weight(it, 368, 0),
    "a share of more than 1": lambda it: set_weight(it, 369, 60_001),
    "a word that is too long": lambda it: add_word(it, "ÿ".encode() * 41),
}


@pytest.mark.parametrize("change", STRUCTURED.values(), ids=STRUCTURED)
def test_contradictions_are_refused(
    profile: Profile, open_profile: Open, data: bytes, change: Change
):
    content = unpack(data)
    assert pack(content) == data
    change(content)
    wrong = pack(content)
    assert wrong != data
    profile.learn("something else")
    before = profile.to_bytes()
    for call in (profile.merge, open_profile):
        with pytest.raises(LibraryError, match=REASON) as raised:
            call(wrong)
        assert raised.value.status == DAMAGED
    assert profile.to_bytes() == before


def test_a_profile_of_the_first_version_gets_the_first_weights(open_profile: Open, data: bytes):
    content = unpack(data)
    content.version = 1
    old = pack(content)
    assert len(old) == len(data) - WEIGHTS.size
    assert open_profile(old).to_bytes() == data


@pytest.mark.parametrize("field", ["version", "orders"])
def test_a_newer_format_is_named(open_profile: Open, data: bytes, field: str):
    content = unpack(data)
    setattr(content, field, 5)
    with pytest.raises(LibraryError, match="update the library") as raised:
        open_profile(pack(content))
    assert raised.value.status == VERSION


def test_a_file_that_is_too_large_is_refused(open_profile: Open, data: bytes):
    body = data[:-32] + bytes(LARGEST_PROFILE)
    wrong = body + hashlib.sha256(body).digest()
    for source in (wrong, b"", b"ELMP"):
        with pytest.raises(LibraryError, match=REASON):
            open_profile(source)
