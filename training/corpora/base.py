"""The interface of a corpus: named documents in training, validation and test parts."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

Part = Literal["train", "valid", "test"]
PARTS: tuple[Part, ...] = ("train", "valid", "test")

Progress = Callable[[int, int | None, str], None] | None
"""Called as `progress(done, total, what)`; `total` is None if unknown."""


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


class Corpus(Protocol):
    """A source of documents. Repeated reads return the same documents in the same order."""

    name: str
    segmentation: str
    """How texts are split into segments: "message", "sentence" or "line"."""
    licence: str
    recipe: str
    """Identifies the rules that select documents from the files; changes whenever they change."""

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

        It does not depend on paths or times. The files are read again on every call, so a change
        is noticed.
        """
        ...


def part_of(key: str) -> Part:
    """Return the part of the document with this key.

    The MD5 of the key modulo 20 is 0 for test, 1 for valid, and 2 to 19 for train.
    """
    remainder = int(hashlib.md5(_bytes(key), usedforsecurity=False).hexdigest(), 16) % 20
    return "test" if remainder == 0 else "valid" if remainder == 1 else "train"


def digest_of_parts(parts: list[tuple[str, str]]) -> str:
    """Combine the digests of several named contents, given as (name, digest) in a fixed order."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in parts)
    return hashlib.sha256(_bytes(lines)).hexdigest()


def _bytes(name: str) -> bytes:
    """Encode as UTF-8; file names that are not UTF-8 keep the bytes they have on disk."""
    return name.encode("utf-8", "surrogateescape")
