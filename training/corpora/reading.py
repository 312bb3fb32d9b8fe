"""Text files as they come: plain or gzipped, any size, checked before they are used."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from training.errors import UserError

CHUNK_BYTES = 1 << 20
LONGEST_LINE = 1 << 20
"""Characters; a longer line is cut, at white space where there is some."""
GZIP_MAGIC = b"\x1f\x8b"
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
MOST_CONTROLS = 0.05


def open_bytes(path: Path) -> BinaryIO:
    """The bytes of a text file, unpacked if they are gzipped. `UserError` if it cannot be read."""
    try:
        with path.open("rb") as stream:
            packed = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from error


def chunks(path: Path) -> Iterator[bytes]:
    """The unpacked bytes of a file in pieces of at most a megabyte."""
    with open_bytes(path) as stream:
        try:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
        except (OSError, EOFError, zlib.error) as error:
            raise damaged(path, error) from error


def check_text(path: Path) -> tuple[str, bool]:
    """Read a file once: the SHA-256 of its unpacked bytes, and whether it holds any text.

    Raises `UserError` for a binary file and for one that is not UTF-8.
    """
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8-sig")()
    consumed, has_text = 0, False
    for chunk in chunks(path):
        refuse_binary(path, chunk)
        pending = decoder.getstate()[0]
        try:
            has_text = bool(decoder.decode(chunk).strip()) or has_text
        except UnicodeDecodeError as error:
            raise not_utf8(path, consumed - len(pending) + error.start) from None
        digest.update(chunk)
        consumed += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise not_utf8(path, consumed - len(decoder.getstate()[0])) from None
    return digest.hexdigest(), has_text


def digest_of_file(path: Path) -> str:
    """The SHA-256 of a file's unpacked bytes. `UserError` if it cannot be read."""
    digest = hashlib.sha256()
    for chunk in chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def refuse_binary(path: Path, chunk: bytes) -> None:
    """`UserError` if the bytes have a NUL or many control characters."""
    controls = len(chunk) - len(chunk.translate(None, CONTROLS))
    if b"\0" in chunk or controls > MOST_CONTROLS * len(chunk):
        raise UserError(
            f"{path} is a binary file, not text; give a .txt or .txt.gz file "
            "(for UTF-16 text: iconv -f utf-16 -t utf-8)"
        )


def damaged(path: Path, error: Exception) -> UserError:
    """The complaint about a file that ends or breaks in its middle."""
    return UserError(f"cannot read {path} ({error}); it is not whole, copy it again")


def not_utf8(path: Path, offset: int) -> UserError:
    """The complaint about a byte that no UTF-8 text has."""
    return UserError(f"{path} is not UTF-8 (byte {offset}); convert it: iconv -f latin1 -t utf-8")


def lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file without their ends; a very long one comes in several pieces.

    Each comes with "\\n" at its end if the line ends there, as `io.TextIOWrapper` gives it.
    """
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig")
        try:
            rest = ""
            while piece := text.readline(LONGEST_LINE):
                ready, rest = cut(rest + piece)
                yield ready
            if rest:
                yield rest
        except UnicodeDecodeError as error:
            raise not_utf8(path, error.start) from None
        except (OSError, EOFError, zlib.error) as error:
            raise damaged(path, error) from error


def cut(line: str) -> tuple[str, str]:
    """A line that goes on, parted after its last white space; any other line as it is."""
    if line.endswith("\n") or len(line) < LONGEST_LINE:
        return line, ""
    place = max(line.rfind(" "), line.rfind("\t")) + 1
    return (line[:place], line[place:]) if place else (line, "")
