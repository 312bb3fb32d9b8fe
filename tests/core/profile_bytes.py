"""The format of a profile's bytes, read and written in Python, to check and to damage them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

ORDERS = 4
HEAD = struct.Struct("<4s7I")
WORD = struct.Struct("<BBHHIH")
WEIGHTS = struct.Struct("<368h2H")
GRAM, LEAF = struct.Struct("<HHHHH"), struct.Struct("<HHH")
WRITTEN = 0x80
# In parts of 1 / 60,000: the weight of the network alone, and the share of overlooked suggestions.
FIRST_WEIGHTS = (*[0] * 368, 3_000, 30_000)


@dataclass
class Gram:
    """A word after a context. `word` is the place of the word among all words."""

    word: int
    count: int
    effective: int
    last: int
    children: list[Gram] = field(default_factory=list)


@dataclass
class Word:
    """A word and what followed it. `written` is empty if it equals `folded`."""

    folded: bytes
    written: bytes
    votes: int
    count: int
    effective: int
    last: int
    children: list[Gram] = field(default_factory=list)


@dataclass
class Content:
    """Everything in a profile. None stands for the right number."""

    clock: int
    words: list[Word]
    forgotten: list[bytes]
    weights: tuple[int, ...] = FIRST_WEIGHTS
    """Of version 2."""
    version: int = 2
    orders: int = ORDERS
    gram_count: int | None = None
    word_count: int | None = None
    length: int | None = None

    def grams(self) -> Iterator[tuple[tuple[int, ...], Gram]]:
        """All n-grams with the words before them."""
        for place, word in enumerate(self.words):
            yield from _below((place,), word.children)

    def counts(self) -> dict[tuple[str, ...], tuple[int, int]]:
        """`count` and `effective` of each n-gram."""
        names = [word.folded.decode() for word in self.words]
        found = {(word.folded.decode(),): (word.count, word.effective) for word in self.words}
        for context, gram in self.grams():
            key = *(names[place] for place in context), names[gram.word]
            found[key] = gram.count, gram.effective
        return found


def _below(
    context: tuple[int, ...], children: list[Gram]
) -> Iterator[tuple[tuple[int, ...], Gram]]:
    for gram in children:
        yield context, gram
        yield from _below((*context, gram.word), gram.children)


# -- writing ---------------------------------------------------------------------------------------


def pack(content: Content) -> bytes:
    """The bytes of a profile, with the digest of whatever it contains."""
    body = b"" if content.version == 1 else WEIGHTS.pack(*content.weights)
    body += b"".join(map(_word, content.words))
    body += b"".join(_children(word.children, 1) for word in content.words)
    body += b"".join(content.forgotten)
    grams = sum(1 for _ in content.grams()) if content.gram_count is None else content.gram_count
    words = len(content.words) if content.word_count is None else content.word_count
    length = HEAD.size + len(body) + 32 if content.length is None else content.length
    numbers = content.version, length, content.orders, content.clock, words, grams
    return seal(HEAD.pack(b"ELMP", *numbers, len(content.forgotten)) + body)


def seal(data: bytes) -> bytes:
    """Append the digest."""
    return data + hashlib.sha256(data).digest()


def _word(word: Word) -> bytes:
    length = len(word.folded) | (WRITTEN if word.written else 0)
    numbers = word.votes, word.count, word.effective, word.last, len(word.children)
    return WORD.pack(length, *numbers) + word.folded + word.written


def _children(grams: list[Gram], order: int) -> bytes:
    if order + 1 == ORDERS:
        return b"".join(LEAF.pack(gram.word, gram.count, gram.last) for gram in grams)
    return b"".join(
        GRAM.pack(gram.word, gram.count, gram.last, gram.effective, len(gram.children))
        + _children(gram.children, order + 1)
        for gram in grams
    )


# -- reading ---------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, HEAD.size

    def take(self, layout: struct.Struct) -> tuple[int, ...]:
        self.at += layout.size
        return layout.unpack_from(self.data, self.at - layout.size)

    def bytes(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]

    def word(self) -> tuple[Word, int]:
        length, votes, count, effective, last, children = self.take(WORD)
        folded = self.bytes(length & ~WRITTEN)
        written = self.bytes(len(folded)) if length & WRITTEN else b""
        return Word(folded, written, votes, count, effective, last), children

    def children(self, count: int, order: int) -> list[Gram]:
        return [self.gram(order) for _ in range(count)]

    def gram(self, order: int) -> Gram:
        if order + 1 == ORDERS:
            word, count, last = self.take(LEAF)
            return Gram(word, count, count, last)
        word, count, last, effective, below = self.take(GRAM)
        return Gram(word, count, effective, last, self.children(below, order + 1))


def unpack(data: bytes) -> Content:
    """Read the bytes of a profile that is not damaged."""
    _, version, length, orders, clock, words, grams, forgotten = HEAD.unpack_from(data)
    assert (version, length, orders) == (2, len(data), ORDERS)
    assert data[-32:] == hashlib.sha256(data[:-32]).digest()
    reader = _Reader(data)
    weights = reader.take(WEIGHTS)
    found = [reader.word() for _ in range(words)]
    for word, children in found:
        word.children = reader.children(children, 1)
    digests = [reader.bytes(8) for _ in range(forgotten)]
    content = Content(clock, [word for word, _ in found], digests, weights)
    assert reader.at == len(data) - 32
    assert sum(1 for _ in content.grams()) == grams
    return content
