"""Builds and runs the C text rules as a program, from `core/` and the driver in `native/`."""

import struct
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("native") / "text_driver.c"
SOURCES = sorted((ROOT / "core" / "text").glob("*.c"))
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
OK, INVALID_UTF8, UNKNOWN_SEGMENTATION = 0, 1, 4
ENDS = ("inside", "complete", "open")


class Token(NamedTuple):
    """A token, and whether a segment ends after it: one of `ENDS`."""

    text: str
    end: str


@dataclass(frozen=True)
class Known:
    """Properties of a token.

    `starts_sentence` is whether a sentence starts after it, if a Latin or a Greek letter comes
    before it. `suggestions` is its display form as an entry, in the case of the next token, for an
    empty prefix, and for an empty prefix at the start of a sentence.
    """

    folded: str
    is_word: bool
    starts_sentence: tuple[bool, bool]
    suggestions: tuple[str, str, str]


@dataclass(frozen=True)
class Typed:
    """The text before a cursor: tokens, the unfinished word, and whether it starts a sentence."""

    tokens: list[Token]
    prefix: str
    starts: bool


@dataclass(frozen=True)
class Answer:
    """All results for a text. `segments` and `typed` are by segmentation."""

    normalised: str
    tokens: list[str]
    known: list[Known]
    joined: str
    segments: dict[str, list[Token]]
    typed: dict[str, Typed]


def build(
    compiler: str, program: Path, flags: Sequence[str] = ("-O2",), driver: Path = DRIVER
) -> Path:
    """Compile a driver and the rules, with warnings as errors."""
    headers = [f"-I{ROOT / 'core'}", f"-I{DRIVER.parent}"]
    command = [compiler, *STRICT, *flags, *headers, driver, *SOURCES, "-lm", "-o", program]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    return program


def answers(program: Path, mode: str, requests: Iterable[Sequence[bytes]]) -> Iterator["Reader"]:
    """Yield the replies of one process of `program` to lists of texts."""
    asked = b"".join(number(len(texts)) + b"".join(map(sized, texts)) for texts in requests)
    ran = subprocess.run([program, mode], input=asked, capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    reader = Reader(ran.stdout)
    while reader.at < len(reader.data):
        yield Reader(reader.bytes())


def number(value: int) -> bytes:
    """Encode a number for the program."""
    return struct.pack("<I", value)


def sized(text: bytes) -> bytes:
    """Encode a text with its length."""
    return number(len(text)) + text


def utf8(text: str) -> bytes:
    """Encode a text as UTF-8. Lone surrogates become invalid sequences."""
    return text.encode("utf-8", "surrogatepass")


class Reader:
    """Decodes the program's output."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def number(self) -> int:
        """Read the next number."""
        (value,) = struct.unpack_from("<I", self.data, self.at)
        self.at += 4
        return value

    def bytes(self) -> bytes:
        """Read the next text as bytes."""
        length = self.number()
        self.at += length
        return self.data[self.at - length : self.at]

    def text(self) -> str:
        """Read the next text, which must be UTF-8."""
        return self.bytes().decode("utf-8")

    def tokens(self) -> list[Token]:
        """Read the next list of tokens."""
        return [Token(self.text(), ENDS[self.number()]) for _ in range(self.number())]

    def normalised(self) -> str | int:
        """Read the normalised text, or the offset of bytes that are not UTF-8."""
        status = self.number()
        assert status in (OK, INVALID_UTF8)
        return self.text() if status == OK else self.number()

    def known(self) -> Known:
        """Read the properties of a token."""
        folded, is_word = self.text(), bool(self.number())
        starts = (bool(self.number()), bool(self.number()))
        return Known(folded, is_word, starts, (self.text(), self.text(), self.text()))

    def rules(self) -> Answer | int:
        """Read all results for a text, or the offset of bytes that are not UTF-8."""
        normalised = self.normalised()
        if isinstance(normalised, int):
            assert self.at == len(self.data)
            return normalised
        tokens = self.tokens()
        assert all(token.end == "inside" for token in tokens)
        known, joined = [self.known() for _ in tokens], self.text()
        segments: dict[str, list[Token]] = {}
        typed: dict[str, Typed] = {}
        for segmentation in ("message", "sentence", "line"):
            segments[segmentation] = self.tokens()
            typed[segmentation] = Typed(self.tokens(), self.text(), bool(self.number()))
        assert self.at == len(self.data)
        return Answer(normalised, [token.text for token in tokens], known, joined, segments, typed)
