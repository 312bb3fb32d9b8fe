"""Tail words: words that are known to exist but did not fit into the vocabulary.

They come from the training text and, if there is room left, from a list of words. A word of the
list that is not in the text counts as if it occurred once.

The network knows them only as `<unk>`. They are suggested once a letter is typed, and share the
probability of `<unk>` by their counts: a word that occurs `count` times has the part
`(count - DISCOUNT) / unknown` (absolute discounting). What remains belongs to all other words.

The files of tail words also hold how rare the entries of the vocabulary are, so that the C library
can tell which of them a user types more often than the training text has them; and which words of
both are misspelled, so that it can correct them (`misspelled.py`).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from training.common.errors import UserError
from training.common.files import write_text
from training.text import patterns as rules
from training.text.misspelled import misspelled
from training.text.rules import is_word
from training.text.vocabulary import UNKNOWN, Vocabulary, WrittenForms

FILE = "tail.txt"
MOST_WORDS = 48_000
"""About 0.3 MB, so that `model.tflite` of the preset `keyboard` stays below 3 MB."""
LEAST_COUNT = 1
"""With a list, words that occur once must be in it, too: many others are misspelt."""
MOST_CHARACTERS = 24
"""Of a chosen word. Longer ones are rarely words."""
LONGEST_WORD = 80
"""In bytes of UTF-8; the C library suggests no longer ones."""
DISCOUNT = 0.5
_HEAD = 12
_PARTS_OF_BIT = 8
_INTEGER_BITS = 7


@dataclass(frozen=True)
class Tail:
    r"""Words with their counts.

    Args:
      words: The written forms and how often each occurs, sorted by their keys (folded forms).
      unknown: How many tokens outside the vocabulary the training text has.
      rarities: For each entry of the vocabulary, minus the binary logarithm of its share in the
        training text, in eighths and at most 255; empty if this is not known.
      misspelled: The misspelled words, in ascending order: ids of the vocabulary, and the places of
        tail words, counted from the size of the vocabulary.

    Raises:
      ValueError: If a word or count cannot be stored.

    Example:
      >>> Tail((("hobbit", 3), ("hobbits", 2)), unknown=9).to_bytes()[12:]
      b'\x00\x06hobbit\x03\x06\x01s\x02'
    """

    words: tuple[tuple[str, int], ...] = ()
    unknown: int = 0
    rarities: bytes = b""
    misspelled: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.words) > MOST_WORDS or sum(count for _, count in self.words) > self.unknown:
            raise ValueError("it has too many words, or counts that contradict each other")
        for word, count in self.words:
            if not 0 < len(word.encode()) <= LONGEST_WORD or rules.SPACE.search(word):
                raise ValueError(f"{word!r} is empty, too long or contains white space")
            if count < 1:
                raise ValueError(f"{word!r} has a count below 1")
        if any(before >= number for before, number in pairwise((0, *self.misspelled))):
            raise ValueError("its misspelled words are not sorted and unique")

    @classmethod
    def of_forms(
        cls,
        forms: WrittenForms,
        vocabulary: Vocabulary,
        occurrences: np.ndarray,
        listed: Sequence[str] = (),
    ) -> Tail:
        """Choose the most frequent words outside a vocabulary.

        Words with digits are left out: few are typed again, and some may be secrets.

        Args:
          forms: The words of the training text.
          vocabulary: The vocabulary that was chosen from them.
          occurrences: How often each id occurs in the training text, int [vocabulary].
          listed: Words to add, the most frequent one first.
        """

        def accepts(key: str) -> bool:
            is_short = len(key) <= MOST_CHARACTERS and len(key.encode()) <= LONGEST_WORD
            has_digit = any(map(str.isdigit, key))
            return is_short and not has_digit and is_word(key) and vocabulary.id_of(key) == UNKNOWN

        found = forms.most_common(MOST_WORDS, LEAST_COUNT, vocabulary.segmentation, accepts)
        words = {vocabulary.key(word): (word, count) for word, count in found}
        unknown = int(occurrences[UNKNOWN])
        if listed:
            new = {vocabulary.key(word): (word, 1) for word in reversed(listed)}
            words = {key: each for key, each in words.items() if each[1] > 1 or key in new}
            best = (key for key in reversed(new) if key not in words and accepts(key))
            added = {key: new[key] for key in islice(best, MOST_WORDS - len(words))}
            words, unknown = words | added, unknown + len(added)
        chosen = tuple(words[key] for key in sorted(words))
        keys = {vocabulary.key(word) for word in listed}
        wrong = tuple(_misspelled(chosen, vocabulary, occurrences, keys))
        return cls(chosen, unknown, _rarities(occurrences), wrong)

    def check(self, vocabulary: Vocabulary) -> None:
        """Raise `ValueError` unless these are sorted words outside a vocabulary."""
        if len(self.rarities) not in (0, len(vocabulary)):
            raise ValueError("its tail words belong to another vocabulary")
        keys = [vocabulary.key(word) for word, _ in self.words]
        if any(before >= key for before, key in pairwise(keys)):
            raise ValueError("its tail words are not sorted and unique")
        for word, _ in self.words:
            if not is_word(word) or vocabulary.id_of(word) != UNKNOWN:
                raise ValueError(f"its tail word {word!r} is not a word or is in the vocabulary")
        if self.misspelled and self.misspelled[-1] >= len(vocabulary) + len(self.words):
            raise ValueError("its misspelled words belong to another vocabulary")

    # -- text --------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The content of `tail.txt`.

        The first line holds `unknown` and the numbers of the misspelled words, the second one the
        rarities, and each further line a word and its count.
        """
        numbers = (self.unknown, *self.misspelled)
        first = [" ".join(map(str, numbers)), " ".join(map(str, self.rarities))]
        lines = [*first, *(f"{word} {count}" for word, count in self.words)]
        return "\n".join(lines) + "\n"

    def save(self, path: Path) -> None:
        """Write `tail.txt` atomically."""
        write_text(path, self.text)

    @classmethod
    def load(cls, path: Path) -> Tail:
        """Read `tail.txt`. Raises `UserError` if it is missing or not valid."""
        try:
            first, second, *lines = path.read_text(encoding="utf-8").split("\n")[:-1]
            pairs = (line.split(" ") for line in lines)
            words = tuple((word, int(count)) for word, count in pairs)
            unknown, *wrong = map(int, first.split())
            return cls(words, unknown, bytes(map(int, second.split())), tuple(wrong))
        except (OSError, ValueError) as error:
            raise UserError(
                f"{path} is not a usable list of words ({error}); train again"
            ) from error

    # -- bytes -------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """Return everything for a reader without a parser; no bytes if there are no words.

        Three little-endian uint32 come first: the number of words, `unknown`, and the number of
        rarities, which follow. Each word starts with the number of bytes that it shares with the
        word before it and the number of other bytes (uint8 each), followed by these bytes and the
        count: groups of 7 bits, lowest first, where the high bit tells that another one follows. If
        words are misspelled, their number comes last, and the difference of each number from the
        one before it, in the same form.
        """
        if not self.words and not self.rarities:
            return b""
        head = (len(self.words), self.unknown, len(self.rarities))
        numbers = b"".join(number.to_bytes(4, "little") for number in head)
        return numbers + self.rarities + b"".join(self._records()) + b"".join(self._marks())

    def _records(self) -> Iterator[bytes]:
        before = ("", 0)
        for former, (word, count) in pairwise((before, *self.words)):
            data = word.encode()
            shared = len(os.path.commonprefix([former[0].encode(), data]))
            yield bytes([shared, len(data) - shared]) + data[shared:] + b"".join(_groups(count))

    def _marks(self) -> Iterator[bytes]:
        if self.misspelled:
            yield from _groups(len(self.misspelled))
        for before, number in pairwise((0, *self.misspelled)):
            yield from _groups(number - before)

    @classmethod
    def of(cls, data: bytes) -> Tail:
        """Read `to_bytes`. Raises `ValueError` if it is damaged."""
        if not data:
            return cls()
        try:
            size, unknown, entries = (
                int.from_bytes(data[at : at + 4], "little") for at in range(0, _HEAD, 4)
            )
            words: list[tuple[str, int]] = []
            at, before = _HEAD + entries, b""
            for _ in range(size):
                shared, others = data[at], data[at + 1]
                before = before[:shared] + data[at + 2 : at + 2 + others]
                count, at = _number(data, at + 2 + others)
                words.append((before.decode(), count))
            wrong, at = _numbers(data, at) if at < len(data) else ((), at)
        except (IndexError, UnicodeDecodeError) as error:
            raise ValueError("its tail words are damaged") from error
        if at != len(data):
            raise ValueError("its tail words are damaged")
        return cls(tuple(words), unknown, data[_HEAD : _HEAD + entries], wrong)


def _rarities(occurrences: np.ndarray) -> bytes:
    shares = (occurrences + 0.5) / max(1, occurrences.sum())
    codes = np.round(-_PARTS_OF_BIT * np.log2(shares)).clip(0, 255)
    return codes.astype(np.uint8).tobytes()


def _misspelled(
    words: Sequence[tuple[str, int]],
    vocabulary: Vocabulary,
    occurrences: np.ndarray,
    listed: Collection[str],
) -> Iterator[int]:
    """Yield the numbers of misspelled words in ascending order."""
    both = [*zip(vocabulary.entries, occurrences.tolist(), strict=True), *words]
    keys = [vocabulary.key(word) for word, _ in both]
    counts = {
        key: count
        for key, (word, count) in zip(keys, both, strict=True)
        if key == word or key in listed
    }
    wrong = misspelled(counts, listed)
    return (number for number, key in enumerate(keys) if key in wrong)


def _groups(number: int) -> Iterator[bytes]:
    while number >> _INTEGER_BITS:
        yield bytes([number % (1 << _INTEGER_BITS) | 1 << _INTEGER_BITS])
        number >>= _INTEGER_BITS
    yield bytes([number])


def _numbers(data: Sequence[int], at: int) -> tuple[tuple[int, ...], int]:
    """Return the numbers that start at `at` with how many there are, and where they end."""
    left, at = _number(data, at)
    if not left:
        raise ValueError("its tail words are damaged")
    found: list[int] = []
    for _ in range(left):
        more, at = _number(data, at)
        found.append((found[-1] if found else 0) + more)
    return tuple(found), at


def _number(data: Sequence[int], at: int) -> tuple[int, int]:
    """Return the number at `at`, and where it ends."""
    number = shift = 0
    while data[at] >> _INTEGER_BITS:
        number |= data[at] % (1 << _INTEGER_BITS) << shift
        at, shift = at + 1, shift + _INTEGER_BITS
    return number | data[at] << shift, at + 1
