"""Tail words: which are chosen, and their file and bytes."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.common.errors import UserError
from training.text import tail as module
from training.text.rules import segments
from training.text.tail import LONGEST_WORD, MOST_CHARACTERS, Tail
from training.text.vocabulary import Vocabulary, WrittenForms

TEXT = (
    "you and I and you\nhobbits and Hobbits\nhobbits and Frodo\nI and Frodo\nelves :-) :-) :-) :-)"
)
TAIL = Tail((("Frodo", 2), ("hobbits", 3)), unknown=13, rarities=bytes([8, 16, 255]))


def forms_of(text: str) -> WrittenForms:
    forms = WrittenForms()
    for segment in segments(text, "message"):
        forms.add(segment.tokens)
    return forms


def chosen(text: str = TEXT, size: int = 4) -> Tail:
    forms = forms_of(text)
    vocabulary = forms.vocabulary(size, 1, "message")
    return Tail.of_forms(forms, vocabulary, np.array([8, 13] + [1] * (len(vocabulary) - 2)))


def test_frequent_words_outside_the_vocabulary_are_chosen():
    assert forms_of(TEXT).vocabulary(4, 1, "message").entries[2:] == (":-)", "and")
    words = (("elves", 1), ("Frodo", 2), ("Hobbits", 3), ("I", 2), ("you", 2))
    assert chosen() == Tail(words, 13, chosen().rarities)


def test_a_list_completes_the_words_of_the_text(monkeypatch):
    forms = forms_of("a a Frodo Frodo elves\nhobits")
    vocabulary, occurrences = forms.vocabulary(3, 1, "message"), np.array([8, 13, 2])
    listed = ["and", "elves", "a", "hobbit", "FRODO", "smial3", "Hobbit"]

    def chosen() -> tuple[tuple[tuple[str, int], ...], int]:
        tail = Tail.of_forms(forms, vocabulary, occurrences, listed)
        return tail.words, tail.unknown

    everything = (("and", 1), ("elves", 1), ("Frodo", 2), ("hobbit", 1))
    assert chosen() == (everything, 15)
    monkeypatch.setattr(module, "MOST_WORDS", 3)
    without = Tail.of_forms(forms, vocabulary, occurrences).words
    assert [word for word, _ in without] == ["elves", "Frodo", "hobits"]
    assert chosen() == (everything[:3], 14)


def test_misspelled_words_are_marked_if_there_is_a_list():
    forms = forms_of(" ".join(["believe"] * 30 + ["Beleive"] * 4 + ["beleive"] * 2 + ["belive"]))
    vocabulary, occurrences = forms.vocabulary(4, 1, "message"), np.array([1, 1, 6, 30])
    assert vocabulary.entries[2:] == ("Beleive", "believe")
    tail = Tail.of_forms(forms, vocabulary, occurrences, ["believe", "relieve", "teh", "belive"])
    # Listed words and those with a capital are right.
    assert tail.misspelled == ()
    forms = forms_of(" ".join(["believe"] * 40 + ["beleive"] * 3 + ["belive belive"]))
    vocabulary, occurrences = forms.vocabulary(4, 1, "message"), np.array([1, 2, 3, 40])
    tail = Tail.of_forms(forms, vocabulary, occurrences, ["believe", "and"])
    assert [word for word, _ in tail.words] == ["and", "belive"]
    assert tail.misspelled == (2, 4 + 1)
    assert Tail.of_forms(forms, vocabulary, occurrences).misspelled == ()


def test_rarities_are_eighths_of_bits():
    forms = forms_of(TEXT)
    vocabulary = forms.vocabulary(5, 1, "message")
    tail = Tail.of_forms(forms, vocabulary, np.array([510_000, 99, 0, 2**17, 2**18]))
    total = 510_099 + 2**17 + 2**18
    expected = [8 * math.log2(total / (count + 0.5)) for count in (510_000, 99, 0, 2**17, 2**18)]
    assert list(tail.rarities) == [round(each) for each in expected]


def test_words_that_occur_equally_often_are_chosen_together_or_not_at_all(monkeypatch):
    for most, words in [(5, 5), (4, 4), (3, 1), (2, 1), (1, 1)]:
        monkeypatch.setattr(module, "MOST_WORDS", most)
        assert len(chosen().words) == words


def test_words_that_are_too_long_or_have_digits_or_are_no_words_are_not_chosen():
    longest = "x" * MOST_CHARACTERS
    text = f"a a a\n{longest} {longest}y abc1 2024 :-/ \u20ac \U0001d4d0{chr(0x1D4D1) * 20}"
    assert chosen(text, size=3).words == ((longest, 1),)


def test_what_is_read_is_what_was_written(tmp_path: Path):
    TAIL.save(tmp_path / "tail.txt")
    assert (tmp_path / "tail.txt").read_text() == "13\n8 16 255\nFrodo 2\nhobbits 3\n"
    assert Tail.load(tmp_path / "tail.txt") == TAIL
    assert Tail.of(TAIL.to_bytes()) == TAIL
    for other in (Tail((), 9, b"abc"), Tail(TAIL.words, 13)):
        other.save(tmp_path / "tail.txt")
        assert Tail.load(tmp_path / "tail.txt") == other == Tail.of(other.to_bytes())
    marked = replace(TAIL, misspelled=(2, 4, 300))
    marked.save(tmp_path / "tail.txt")
    assert (tmp_path / "tail.txt").read_text().startswith("13 2 4 300\n8 16 255\n")
    assert Tail.load(tmp_path / "tail.txt") == marked == Tail.of(marked.to_bytes())
    assert marked.to_bytes() == TAIL.to_bytes() + bytes([3, 2, 2, 296 % 128 + 128, 296 // 128])
    assert Tail((), 9).to_bytes() == b""
    assert Tail.of(b"") == Tail()
    large = Tail(
        (("caf\u00e9", 127), ("caf\u00e9s", 128), ("x" * LONGEST_WORD, 5_000_000)), 5_000_255
    )
    assert Tail.of(large.to_bytes()) == large


@pytest.mark.parametrize(
    "text",
    [
        "",
        "13\n",
        "13\n\nFrodo\n",
        "13\n\nFrodo two\n",
        "4\n\nFrodo 5\n",
        "9\n256\nab 1\n",
        "9 3 2\n\n",
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str):
    (tmp_path / "tail.txt").write_text(text)
    with pytest.raises(UserError, match=r"tail.txt is not a usable list of words"):
        Tail.load(tmp_path / "tail.txt")


def test_damaged_bytes_are_refused():
    data = TAIL.to_bytes()
    for end in range(1, len(data)):
        with pytest.raises(ValueError, match="tail words are damaged|contradict"):
            Tail.of(data[:end])
    marks = bytes([2, 1, 200])
    for more in (b"x", b"\0", marks[:1], marks[:2], marks, b"\1\2x", b"\2\2\0"):
        with pytest.raises(ValueError, match="damaged|not sorted"):
            Tail.of(data + more)


def test_words_that_do_not_belong_to_a_vocabulary_are_found():
    vocabulary = Vocabulary(["</s>", "<unk>", "and"], "message")
    TAIL.check(vocabulary)
    replace(TAIL, misspelled=(2, 4)).check(vocabulary)
    for other in (Tail((), 0, b"ab"), replace(TAIL, misspelled=(2, 5))):
        with pytest.raises(ValueError, match="another vocabulary"):
            other.check(vocabulary)
    for words, message in [
        ((("hobbits", 1), ("Frodo", 1)), "not sorted"),
        ((("Frodo", 1), ("frodo", 1)), "not sorted"),
        ((("And", 1),), "'And' is not a word or is in the vocabulary"),
        (((":-)", 1),), "is not a word"),
    ]:
        with pytest.raises(ValueError, match=message):
            Tail(words, 9).check(vocabulary)
