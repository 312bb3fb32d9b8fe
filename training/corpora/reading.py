"""Read text files, plain or gzipped and of any size, and check that they are UTF-8 text."""

import codecs
import gzip
import hashlib
import io
import shlex
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from training.corpora.formats import UnusableFile, refuse_content

CHUNK_BYTES = 1 << 20
LONGEST_LINE = 1 << 20
"""In characters. A longer line is cut, at white space if there is any."""
GZIP_MAGIC = b"\x1f\x8b"
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
MOST_CONTROLS = 0.05
FEW_CONTROLS = 2
"""A text with up to this many control characters is not binary, however short it is."""
READABLE = "check that it exists and that you have permission to read it"
EXAMINED_BYTES = 1 << 12
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_bytes(path: Path) -> BinaryIO:
    """Open a text file, unpacking it if it is gzipped. Raises `UnusableFile` on failure."""
    try:
        with path.open("rb") as stream:
            packed = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")
    except OSError as error:
        reason = error.strerror or error
        raise UnusableFile(f"cannot read {path}: {reason}", READABLE) from error


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the unpacked bytes of a file in pieces of at most one megabyte."""
    with open_bytes(path) as stream:
        try:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
        except (OSError, EOFError, zlib.error) as error:
            raise damaged(path, error) from error


def check_text(path: Path) -> tuple[str, bool]:
    """Read a file once and check that it is text.

    Returns:
      The SHA-256 of the unpacked bytes, and whether the file contains any text.

    Raises:
      UnusableFile: If the file is in another format, binary, or not UTF-8.
    """
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8-sig")()
    consumed, has_text = 0, False
    for chunk in chunks(path):
        if not consumed:
            refuse_content(path, chunk)
        refuse_binary(path, chunk)
        pending = decoder.getstate()[0]
        try:
            has_text = bool(clean(decoder.decode(chunk)).strip()) or has_text
        except UnicodeDecodeError as error:
            raise not_utf8(path, consumed - len(pending) + error.start, chunk) from None
        digest.update(chunk)
        consumed += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        rest = decoder.getstate()[0]
        raise not_utf8(path, consumed - len(rest), rest) from None
    return digest.hexdigest(), has_text


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's unpacked bytes. Raises `UnusableFile` if it is unreadable."""
    digest = hashlib.sha256()
    for chunk in chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def refuse_binary(path: Path, chunk: bytes) -> None:
    """Raise `UnusableFile` if the bytes are UTF-16 or contain many control characters.

    A few control characters, including NUL, are allowed; the text rules treat them as white space.
    """
    controls = len(chunk) - len(chunk.translate(None, CONTROLS))
    many = controls > FEW_CONTROLS + MOST_CONTROLS * len(chunk)
    if many or chunk.count(b"\0") * 4 > len(chunk):
        encoding = utf16_encoding(chunk)
        raise other_encoding(path, encoding) if encoding else binary(path)


def utf16_encoding(chunk: bytes) -> str | None:
    """Return the iconv name of a UTF-16 or UTF-32 encoding, or None if `chunk` is neither."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if chunk.startswith(mark):
            return encoding
    examined = chunk[: min(EXAMINED_BYTES, len(chunk) // 2 * 2)]
    for encoding in ("utf-16le", "utf-16be"):
        try:
            text = examined.decode(encoding)
        except UnicodeDecodeError:
            continue
        readable = sum(letter.isprintable() or letter.isspace() for letter in text)
        latin = sum(letter.isascii() for letter in text)
        spaced = " " in text or "\n" in text
        if readable >= 0.95 * len(text) and (spaced or latin > len(text) / 2):
            return encoding
    return None


def other_encoding(path: Path, encoding: str) -> UnusableFile:
    """Return the error for a text in another encoding, with a command that converts it."""
    file, converted = shlex.quote(str(path)), shlex.quote(f"{path.name.split('.')[0]}-utf8.txt")
    command = f"iconv -f {encoding} -t utf-8 {file} > {converted}"
    return UnusableFile(f"{path} is {encoding.upper()}, not UTF-8", f"convert it: {command}")


def binary(path: Path) -> UnusableFile:
    """Return the error for a binary file."""
    return UnusableFile(f"{path} is a binary file, not text", "use a .txt or .txt.gz file")


def damaged(path: Path, error: Exception) -> UnusableFile:
    """Return the error for a truncated or damaged file."""
    return UnusableFile(f"cannot read {path} ({error})", "the file is damaged; copy it again")


def not_utf8(path: Path, offset: int, chunk: bytes) -> UnusableFile:
    """Return the error for an invalid UTF-8 byte at `offset`, which is in `chunk`."""
    if encoding := utf16_encoding(chunk):
        return other_encoding(path, encoding)
    if chunk.count(b"\0") > FEW_CONTROLS:
        return binary(path)
    file, converted = shlex.quote(str(path)), shlex.quote(f"{path.name.split('.')[0]}-utf8.txt")
    return UnusableFile(
        f"{path} is not UTF-8 (byte {offset})",
        "convert it from its encoding, for Western European text: "
        f"iconv -f windows-1252 -t utf-8 {file} > {converted}",
    )


def lines(path: Path) -> Iterator[str]:
    r"""Yield the lines of a UTF-8 file. A very long line is yielded in several pieces.

    As with `io.TextIOWrapper`, a piece ends in "\n" if the line ends there.
    """
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig")
        try:
            rest = ""
            while piece := text.readline(LONGEST_LINE):
                ready, rest = cut(rest + clean(piece))
                yield ready
            if rest:
                yield rest
        except UnicodeDecodeError as error:
            raise not_utf8(path, error.start, b"") from None
        except (OSError, EOFError, zlib.error) as error:
            raise damaged(path, error) from error


def clean(piece: str) -> str:
    """Remove byte order marks, which concatenated files contain, and replace NUL by a space."""
    return piece.replace("\ufeff", "").replace("\0", " ")


def cut(line: str) -> tuple[str, str]:
    """Split an incomplete long line after its last white space. Other lines stay whole."""
    if line.endswith("\n") or len(line) < LONGEST_LINE:
        return line, ""
    place = max(line.rfind(" "), line.rfind("\t")) + 1
    return (line[:place], line[place:]) if place else (line, "")
