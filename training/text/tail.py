"""Tail words: words of the training text that did not fit into the vocabulary.

The network knows them only as `<unk>`. They are suggested once a letter is typed, and share the
probability of `<unk>` by their counts: a word that occurs `count` times has the part
`(count - DISCOUNT) / unknown` (absolute discounting). What remains belongs to all other words.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from training.common.errors import UserError
from training.common.files import write_text
from training.text import patterns as rules
from training.text.rules import is_word
from training.text.vocabulary import UNKNOWN, Vocabulary, WrittenForms

FILE = "tail.txt"
MOST_WORDS = 30_000
"""About 0.2 MB, so that `model.tflite` of the preset `keyboard` stays below 3 MB."""
LEAST_COUNT = 1
"""Many words that occur once are misspelt, but together they save keys, too."""
MOST_CHARACTERS = 24
"""Of a chosen word. Longer ones are rarely words."""
LONGEST_WORD = 80
"""In bytes of UTF-8; the C library suggests no longer ones."""
DISCOUNT = 0.5
_INTEGER_BITS = 7


@dataclass(frozen=True)
class Tail:
    r"""Words with their counts.

    Args:
      words: The written forms and how often each occurs, sorted by their keys (folded forms).
      unknown: How many tokens outside the vocabulary the training text has.

    Raises:
      ValueError: If a word or count cannot be stored.

    Example:
      >>> Tail((("hobbit", 3), ("hobbits", 2)), unknown=9).to_bytes()[8:]
      b'\x00\x06hobbit\x03\x06\x01s\x02'
    """

    words: tuple[tuple[str, int], ...] = ()
    unknown: int = 0

    def __post_init__(self) -> None:
        if len(self.words) > MOST_WORDS or sum(count for _, count in self.words) > self.unknown:
            raise ValueError("it has too many words, or counts that contradict each other")
        for word, count in self.words:
            if not 0 < len(word.encode()) <= LONGEST_WORD or rules.SPACE.search(word):
                raise ValueError(f"{word!r} is empty, too long or contains white space")
            if count < 1:
                raise ValueError(f"{word!r} has a count below 1")

    @classmethod
    def of_forms(cls, forms: WrittenForms, vocabulary: Vocabulary, unknown: int) -> Tail:
        """Choose the most frequent words outside a vocabulary.

        Words with digits are left out: few are typed again, and some may be secrets.

        Args:
          forms: The words of the training text.
          vocabulary: The vocabulary that was chosen from them.
          unknown: How many tokens outside the vocabulary the training text has.
        """

        def accepts(key: str) -> bool:
            is_short = len(key) <= MOST_CHARACTERS and len(key.encode()) <= LONGEST_WORD
            has_digit = any(map(str.isdigit, key))
            return is_short and not has_digit and is_word(key) and vocabulary.id_of(key) == UNKNOWN

        found = forms.most_common(MOST_WORDS, LEAST_COUNT, vocabulary.segmentation, accepts)
        return cls(tuple(found), unknown)

    def check(self, vocabulary: Vocabulary) -> None:
        """Raise `ValueError` unless these are sorted words outside a vocabulary."""
        keys = [vocabulary.key(word) for word, _ in self.words]
        if any(before >= key for before, key in pairwise(keys)):
            raise ValueError("its tail words are not sorted and unique")
        for word, _ in self.words:
            if not is_word(word) or vocabulary.id_of(word) != UNKNOWN:
                raise ValueError(f"its tail word {word!r} is no word or is in the vocabulary")

    # -- text --------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The content of `tail.txt`: `unknown`, then a word and its count per line."""
        lines = [str(self.unknown), *(f"{word} {count}" for word, count in self.words)]
        return "\n".join(lines) + "\n"

    def save(self, path: Path) -> None:
        """Write `tail.txt` atomically."""
        write_text(path, self.text)

    @classmethod
    def load(cls, path: Path) -> Tail:
        """Read `tail.txt`. Raises `UserError` if it is missing or not valid."""
        try:
            first, *lines = path.read_text(encoding="utf-8").splitlines()
            pairs = (line.split(" ") for line in lines)
            return cls(tuple((word, int(count)) for word, count in pairs), int(first))
        except (OSError, ValueError) as error:
            raise UserError(
                f"{path} is not a usable list of words ({error}); train again"
            ) from error

    # -- bytes -------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """Return the words for a reader without a parser; no bytes if there are no words.

        Two little-endian uint32, the number of words and `unknown`, precede the words. Each starts
        with the number of bytes that it shares with the word before it and the number of other
        bytes (uint8 each), followed by these bytes and the count: groups of 7 bits, lowest first,
        where the high bit tells that another one follows.
        """
        if not self.words:
            return b""
        head = len(self.words).to_bytes(4, "little") + self.unknown.to_bytes(4, "little")
        return head + b"".join(self._records())

    def _records(self) -> Iterator[bytes]:
        before = ("", 0)
        for former, (word, count) in pairwise((before, *self.words)):
            data = word.encode()
            shared = len(os.path.commonprefix([former[0].encode(), data]))
            yield bytes([shared, len(data) - shared]) + data[shared:] + b"".join(_groups(count))

    @classmethod
    def of(cls, data: bytes) -> Tail:
        """Read `to_bytes`. Raises `ValueError` if it is damaged."""
        if not data:
            return cls()
        try:
            size, unknown = (int.from_bytes(data[at : at + 4], "little") for at in (0, 4))
            words: list[tuple[str, int]] = []
            at, before = 8, b""
            for _ in range(size):
                shared, others = data[at], data[at + 1]
                before = before[:shared] + data[at + 2 : at + 2 + others]
                count, at = _number(data, at + 2 + others)
                words.append((before.decode(), count))
        except (IndexError, UnicodeDecodeError) as error:
            raise ValueError("its tail words are damaged") from error
        if at != len(data):
            raise ValueError("its tail words are damaged")
        return cls(tuple(words), unknown)


def _groups(number: int) -> Iterator[bytes]:
    while number >> _INTEGER_BITS:
        yield bytes([number % (1 << _INTEGER_BITS) | 1 << _INTEGER_BITS])
        number >>= _INTEGER_BITS
    yield bytes([number])


def _number(data: Sequence[int], at: int) -> tuple[int, int]:
    """Return the number at `at`, and where it ends."""
    number = shift = 0
    while data[at] >> _INTEGER_BITS:
        number |= data[at] % (1 << _INTEGER_BITS) << shift
        at, shift = at + 1, shift + _INTEGER_BITS
    return number | data[at] << shift, at + 1
