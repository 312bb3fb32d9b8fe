"""What every corpus is: named documents in a train, a valid and a test part."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

Part = Literal["train", "valid", "test"]
PARTS: tuple[Part, ...] = ("train", "valid", "test")

Progress = Callable[[int, int | None, str], None] | None
"""Called as `progress(done, total, what)`; `total` is None where it is not known."""


@dataclass(frozen=True)
class Document:
    """A text that is read from its beginning, with no state from before it.

    Each of `texts` is one message (segmentation "message"), one block of prose (segmentation
    "sentence") or one line (segmentation "line").
    """

    key: str
    texts: list[str]


class Corpus(Protocol):
    """A source of documents. Reading it twice gives the same documents in the same order."""

    name: str
    segmentation: str
    """How texts are cut into segments: "message", "sentence" or "line"."""
    licence: str
    recipe: str
    """Names the rules that pick documents out of the files; changes when they change."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know about how the text is read, a line each."""
        ...

    def documents(self, part: Part) -> Iterator[Document]:
        """The documents of one part, streamed."""
        ...

    def held_out(self, part: Part) -> bool:
        """Whether there is anything in `part` ("valid" or "test")."""
        ...

    def split(self) -> str:
        """In one line, how the held-out parts were chosen, or why there are none."""
        ...

    def sha256(self) -> str:
        """Digest of the content (not of its place or time), 64 hexadecimal digits.

        The files are read for it, so that it is another one once they have changed.
        """
        ...


def part_of(key: str) -> Part:
    """The part of the document with this key: md5 modulo 20 is 0 for test, 1 for valid."""
    remainder = int(hashlib.md5(_bytes(key), usedforsecurity=False).hexdigest(), 16) % 20
    return "test" if remainder == 0 else "valid" if remainder == 1 else "train"


def digest_of_parts(parts: list[tuple[str, str]]) -> str:
    """One digest for several named contents, given as (name, digest) in a fixed order."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in parts)
    return hashlib.sha256(_bytes(lines)).hexdigest()


def _bytes(name: str) -> bytes:
    """UTF-8; of the name of a file that is no UTF-8, the bytes that it has on the disk."""
    return name.encode("utf-8", "surrogateescape")
