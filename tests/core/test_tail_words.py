"""Tail words: words of the training text outside the vocabulary, known for completion.

The tail is packed into the tiny model's file.
"""

import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from export.copies.packing import packed as packed_bytes
from export.copies.packing import read_packed
from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from export.keyboard.results import LibraryError
from tests.core.conftest import BUILDS, Built
from tests.core.falling import Falling
from training.text.tail import Tail
from training.text.vocabulary import Vocabulary

TAIL = Tail((("xqa", 6), ("xqabc", 3), ("Xqad", 2), ("xqz", 4)), unknown=20)
NO_ID = -1
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


@pytest.fixture
def packed(exported: Path, tmp_path: Path) -> Callable[[bytes], Path]:
    """Writes a packed file with the bytes of a tail."""
    content = read_packed(exported / "model.tflite")
    parts = (content.data, content.facts, content.vocabulary, content.self_test)

    def write(tail: bytes) -> Path:
        path = tmp_path / "model.tflite"
        path.write_bytes(packed_bytes(*parts, tail))
        return path

    return write


@pytest.fixture
def keyboard(built: Built, packed: Callable[[bytes], Path]) -> Iterator[CKeyboard]:
    with built.keyboard(packed(TAIL.to_bytes())) as opened:
        yield opened


def words(keyboard: CKeyboard, text: str, k: int = 9, **options: bool) -> list[str]:
    return [suggestion.word for suggestion in keyboard.predict(text, k=k, exact=True, **options)]


def test_tail_words_complete_what_is_typed(keyboard: CKeyboard):
    assert words(keyboard, "see xq") == ["xqa", "xqz", "xqabc", "Xqad"]
    assert words(keyboard, "see xqa") == ["xqabc", "Xqad"]
    assert words(keyboard, "see XQA") == ["XQABC", "XQAD"]
    assert words(keyboard, "see xqy") == []
    assert not {"xqa", "xqz"} & set(words(keyboard, "see ", 64))


def test_tail_words_share_the_probability_of_unknown_words(keyboard: CKeyboard):
    found = {each.word: each for each in keyboard.predict("see xq", k=9, exact=True)}
    assert {each.id for each in found.values()} == {NO_ID}
    assert sum(each.share for each in found.values()) == pytest.approx(1, rel=1e-5)
    assert found["xqa"].share == pytest.approx(5.5 / 13, rel=1e-5)
    scored = {each.word: each for each in keyboard.rescore("see ", ["xqa", "xqz", "xqy"])}
    for word in ("xqa", "xqz"):
        likelihood = scored[word].log_probability
        assert found[word].log_probability == pytest.approx(likelihood, abs=1e-4)
    difference = scored["xqa"].log_probability - scored["xqz"].log_probability
    assert difference == pytest.approx(math.log(5.5 / 3.5), abs=1e-4)


def test_other_words_share_what_is_left(
    built: Built, keyboard: CKeyboard, packed: Callable[[bytes], Path]
):
    with built.keyboard(packed(b"")) as without:
        alone = without.rescore("see ", ["xqy"])[0].log_probability
    left = keyboard.rescore("see ", ["xqy"])[0].log_probability
    assert left == pytest.approx(alone + math.log(7 / 20), abs=1e-4)


def test_blocked_tail_words_are_not_suggested(keyboard: CKeyboard):
    assert keyboard.block("XQZ\nxqad") == 2
    assert words(keyboard, "see xq") == ["xqa", "xqabc"]
    assert len(words(keyboard, "see xq", blocklist=False)) == 4
    assert keyboard.block("") == 0
    assert len(words(keyboard, "see xq")) == 4


def test_a_profile_counts_tail_words(keyboard: CKeyboard, profile: Profile):
    before = keyboard.rescore("see ", ["xqz"])[0].log_probability
    keyboard.use(profile)
    profile.learn("see xqz")
    assert words(keyboard, "see xq") == ["xqz", "xqa", "xqabc", "Xqad"]
    assert keyboard.rescore("see ", ["xqz"])[0].log_probability > before
    assert "xqz" not in words(keyboard, "see ", 64)
    profile.learn("see xqz")
    assert "xqz" in words(keyboard, "see ", 64)
    profile.forget("xqz")
    assert words(keyboard, "see xq") == ["xqa", "xqz", "xqabc", "Xqad"]
    keyboard.use(None)


def test_plain_letters_find_tail_words(
    built: Built, packed: Callable[[bytes], Path], profile: Profile
):
    tail = Tail((("xqa'b", 2), ("xqéabc", 4), ("xqéb", 3)), unknown=20).to_bytes()
    with built.keyboard(packed(tail)) as keyboard:
        assert words(keyboard, "see xqe") == ["xqéabc", "xqéb"]
        assert words(keyboard, "see xqéb") == []
        assert words(keyboard, "see xqab") == ["xqa'b"]
        for _ in range(2):
            profile.learn("see xqéb")
        keyboard.use(profile)
        assert words(keyboard, "see xqe") == ["xqéb", "xqéabc"]
        shares = [each.share for each in keyboard.predict("see xqe", exact=True)]
        assert sum(shares) == pytest.approx(1, rel=1e-5)
        keyboard.use(None)


def test_a_host_sets_the_tail_of_its_network(built: Built):
    vocabulary = Vocabulary(["</s>", "<unk>", "a", "see"], "message")
    with built.of_network(Falling(4), vocabulary, TAIL.to_bytes()) as keyboard:
        assert words(keyboard, "see xq") == ["xqa", "xqz", "xqabc", "Xqad"]
    damaged = built.of_network(Falling(4), vocabulary, b"x")
    with pytest.raises(LibraryError, match="list of tail words is damaged"), damaged:
        pass


def test_damaged_lists_are_refused(built: Built, packed: Callable[[bytes], Path], exported: Path):
    data = TAIL.to_bytes()
    assert Tail.of(data) == TAIL
    unsorted = Tail((("xqz", 1), ("xqa", 1)), 9).to_bytes()
    known = Tail((("you", 1),), 9).to_bytes()
    more = Tail((("xqa", 3),), 3).to_bytes()[:4] + (2).to_bytes(8, "little") + data[12:18]
    rarities = Tail(TAIL.words, TAIL.unknown, b"x" * 9).to_bytes()
    bad = [
        unsorted,
        known,
        more,
        rarities,
        b"\0" * 12,
        data + b"x",
        *(data + marks for marks in (b"\0", b"\2\2", b"\1\0", b"\1\2x", b"\1\xff\xff\xff\x7f")),
        *(data[:end] for end in range(1, len(data))),
    ]
    with built.keyboard(exported / "model.tflite") as keyboard:
        for each in bad:
            with pytest.raises(LibraryError, match="list of tail words is damaged"):
                keyboard.try_file(packed(each))
        keyboard.try_file(packed(data + b"\1\2"))
        generator = random.Random(3)
        for _ in range(200):
            changed = bytearray(data)
            changed[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
            try:
                keyboard.try_file(packed(bytes(changed)))
            except LibraryError as error:
                assert "tail words is damaged" in str(error)
