"""The interface of a corpus: named documents in training, validation and test parts."""

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from training.common.known_files import KnownFiles

Part = Literal["train", "valid", "test"]
PARTS: tuple[Part, ...] = ("train", "valid", "test")

Progress = Callable[[int, int | None, str], None] | None
"""Called as `progress(done, total, what)`; `total` is None if unknown."""

HELD_OUT_TOKENS = 20_000_000


@dataclass(frozen=True)
class Document:
    """A text that the network reads from the zero state.

    Args:
      key: A name that is unique in the corpus and decides the part.
      texts: The messages (segmentation "message"), blocks of prose (segmentation "sentence") or
        lines (segmentation "line") of the document.
    """

    key: str
    texts: list[str]

    @property
    def characters(self) -> int:
        """The total length of the texts."""
        return sum(map(len, self.texts))


class Piece(NamedTuple):
    """A document, its part, and how many times it occurs in an epoch."""

    part: Part
    document: Document
    times: int = 1


@dataclass(frozen=True)
class Reading:
    """Options for reading your own text.

    Attributes:
      field: The text column of tables.
      held_out_tokens: Maximum number of tokens in each held-out part.
      processes: Number of processes that share the work.
      word_list: More words for the tail: "english", "none" or a file; "" leaves it to the corpus.
      known: Remembers files that were read before.
    """

    field: str = ""
    held_out_tokens: int = HELD_OUT_TOKENS
    processes: int = 1
    word_list: str = ""
    known: KnownFiles = dataclasses.field(default_factory=KnownFiles)


class Corpus(Protocol):
    """A source of documents. Repeated reads return the same documents in the same order."""

    name: str
    segmentation: str
    """How texts are split into segments: "message", "sentence" or "line"."""
    licence: str
    recipe: str
    """Identifies the rules that select documents from the files; changes whenever they change."""
    word_list: str
    """Words besides those of the text, as in `Reading.word_list`."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Messages to the user about how the text is read, one line each."""
        ...

    def documents(self, part: Part) -> Iterator[Document]:
        """Yield the documents of one part."""
        ...

    def held_out(self, part: Part) -> bool:
        """Return whether `part` ("valid" or "test") has any text."""
        ...

    def split(self) -> str:
        """Describe in one line how the held-out parts were chosen, or why there are none."""
        ...

    def sha256(self) -> str:
        """Return a digest of the content, 64 hexadecimal digits.

        It does not depend on paths or times. The files are examined again on every call, so a
        change is noticed.
        """
        ...


@runtime_checkable
class OnePass(Protocol):
    """A corpus that yields the documents of all parts in one pass."""

    characters: int
    """The length of the text in characters, for the progress display."""

    def pieces(self) -> Iterator[Piece]:
        """Return an iterator over the documents of all parts, in the order of the text."""
        ...


def pieces_of(corpus: Corpus) -> Iterator[Piece]:
    """Yield the documents of all parts, in one pass if the corpus supports it."""
    if isinstance(corpus, OnePass):
        yield from corpus.pieces()
        return
    for part in PARTS:
        if part == "train" or corpus.held_out(part):
            yield from (Piece(part, document) for document in corpus.documents(part))


def part_of(key: str, every: int = 1) -> Part:
    """Return the part of the document with this key.

    The MD5 of the key modulo 20 is 0 for test, 1 for valid, and 2 to 19 for train. With `every`
    above 1, only one in `every` of the documents for test and valid stays there; the others go to
    train.
    """
    digest = int(hashlib.md5(_bytes(key), usedforsecurity=False).hexdigest(), 16)
    others, remainder = divmod(digest, 20)
    if remainder > 1 or others % every:
        return "train"
    return "valid" if remainder else "test"


def digest_of_parts(parts: list[tuple[str, str]]) -> str:
    """Combine the digests of several named contents, given as (name, digest) in a fixed order."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in parts)
    return hashlib.sha256(_bytes(lines)).hexdigest()


def _bytes(name: str) -> bytes:
    """Encode as UTF-8; file names that are not UTF-8 keep the bytes they have on disk."""
    return name.encode("utf-8", "surrogateescape")
