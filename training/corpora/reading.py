"""Read text files, plain or gzipped and of any size, and check that they are UTF-8 text."""

import codecs
import gzip
import hashlib
import io
import re
import shlex
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from training.common.errors import UserError
from training.corpora.formats import UnusableFile, refuse_content, suffix_of

CHUNK_BYTES = 1 << 20
GROUP_BYTES = 1 << 16
"""The size of a group of lines. Larger ones take more memory and are no faster."""
LONGEST_LINE = 1 << 20
"""In characters, at least `GROUP_BYTES`. A longer line is cut, at white space if there is any."""
LINE = re.compile(r".*\n|.+")
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
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


class Checked(NamedTuple):
    """The result of reading a file once.

    Attributes:
      sha256: Digest of the unpacked bytes or, for a table, of the text in its column.
      has_text: Whether there is any text.
      characters: Length of the text.
      skipped: Number of rows of a table that were left out, by reason.
    """

    sha256: str
    has_text: bool
    characters: int
    skipped: dict[str, int] = {}


def open_bytes(path: Path) -> BinaryIO:
    """Open a file, unpacking it if gzip or zstd compressed it. Raises `UnusableFile` on failure."""
    try:
        with path.open("rb") as stream:
            magic = stream.read(len(ZSTD_MAGIC))
        if magic == ZSTD_MAGIC:
            return open_zstd(path)
        packed = magic.startswith(GZIP_MAGIC)
        return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")
    except OSError as error:
        reason = error.strerror or error
        raise UnusableFile(f"cannot read {path}: {reason}", READABLE) from error


def open_zstd(path: Path) -> BinaryIO:
    """Open a file in the zstd format for reading its unpacked bytes."""
    try:
        from backports import zstd
    except ImportError as error:
        raise UnusableFile(
            f"{path} is compressed with zstd, and the package backports.zstd is missing",
            f"run `make setup`, or unpack it: zstd -d {shlex.quote(str(path))}",
        ) from error
    return cast(BinaryIO, zstd.open(path))


def damages() -> tuple[type[Exception], ...]:
    """Return the exceptions that reading a damaged file raises."""
    zstd = sys.modules.get("backports.zstd")
    return (OSError, EOFError, zlib.error, *((zstd.ZstdError,) if zstd else ()))


class HashedStream(io.BufferedIOBase):
    """A binary stream that hashes everything read from it."""

    def __init__(self, stream: BinaryIO):
        self._stream, self._sha256 = stream, hashlib.sha256()

    def readable(self) -> bool:
        """Return True, which `io.TextIOWrapper` requires."""
        return True

    def read1(self, size: int | None = -1, /) -> bytes:
        """Read some bytes, at least one before the end of the stream."""
        data = self._stream.read(CHUNK_BYTES if size is None or size < 0 else size)
        self._sha256.update(data)
        return data

    read = read1

    @property
    def digest(self) -> str:
        """The SHA-256 of all bytes read so far, 64 hexadecimal digits."""
        return self._sha256.hexdigest()


def chunks(path: Path, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Yield the unpacked bytes of a file in pieces of at most `size` bytes."""
    with open_bytes(path) as stream:
        try:
            while chunk := stream.read(size):
                yield chunk
        except damages() as error:
            raise damaged(path, error) from error


def check_text(path: Path, tick: Callable[[int], None] = lambda _: None) -> Checked:
    """Read a file once and check that it is text.

    Args:
      path: The file.
      tick: Called with the number of bytes read so far.

    Raises:
      UnusableFile: If the file is in another format, binary, or not UTF-8.
    """
    digest, decoder = hashlib.sha256(), Decoder(path)
    characters, has_text = 0, False
    for chunk in chunks(path):
        if not decoder.consumed:
            refuse_content(path, chunk)
        refuse_binary(path, chunk)
        text = decoder.decode(chunk)
        has_text = has_text or bool(clean(text).strip())
        characters += len(text)
        digest.update(chunk)
        tick(decoder.consumed)
    decoder.decode(b"")
    return Checked(digest.hexdigest(), has_text, characters)


class Decoder:
    """Decodes the UTF-8 text of a file in chunks, without its byte order mark."""

    def __init__(self, path: Path):
        self._path, self._decoder = path, codecs.getincrementaldecoder("utf-8-sig")()
        self.consumed = 0

    def decode(self, chunk: bytes) -> str:
        """Decode the next chunk; an empty one ends the file. Raises `UnusableFile`."""
        pending = self._decoder.getstate()[0]
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            offset = self.consumed - len(pending) + error.start
            raise not_utf8(self._path, offset, chunk or pending) from None
        self.consumed += len(chunk)
        return text


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
    return UnusableFile(
        f"{path} is {encoding.upper()}, not UTF-8", f"convert it: {conversion(path, encoding)}"
    )


def conversion(path: Path, encoding: str) -> str:
    """Return the command that converts a file from another encoding."""
    converted = f"{path.name.split('.')[0]}-utf8{suffix_of(path.name) or '.txt'}"
    return f"iconv -f {encoding} -t utf-8 {shlex.quote(str(path))} > {shlex.quote(converted)}"


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
    return UnusableFile(
        f"{path} is not UTF-8 (byte {offset})",
        "convert it from its encoding, for Western European text: "
        + conversion(path, "windows-1252"),
    )


def lines(path: Path, sha256: str = "") -> Iterator[str]:
    r"""Yield the lines of a UTF-8 file, each with the "\n" at its end; see `line_groups`."""
    for group in line_groups(path, sha256):
        yield from each_line(group)


def each_line(group: str) -> list[str]:
    r"""Split a text after each "\n"."""
    return LINE.findall(group)


def line_groups(path: Path, sha256: str = "") -> Iterator[str]:
    r"""Yield the text of a UTF-8 file in groups of about `GROUP_BYTES`.

    A group is several whole lines, or a piece of a very long line. All line ends become "\n".

    Args:
      path: The file.
      sha256: The expected digest of the unpacked bytes, if it is to be checked.

    Raises:
      UserError: If the file cannot be read, or after the last group if the digest differs.
    """
    begun = unread = ""  # the beginning of a long line, and what follows
    for text in _decoded(path, sha256):
        unread += text
        while len(unread) >= LONGEST_LINE and unread.find("\n", 0, LONGEST_LINE) < 0:
            ready, begun = cut(begun + clean(unread[:LONGEST_LINE]))
            yield ready
            unread = unread[LONGEST_LINE:]
        if end := unread.rfind("\n") + 1:
            yield begun + clean(unread[:end])
            begun, unread = "", unread[end:]
    yield from filter(None, cut(begun + clean(unread)))


def _decoded(path: Path, sha256: str) -> Iterator[str]:
    """Yield the text of a file in chunks with line feeds as line ends, and check its digest."""
    digest, decoder = hashlib.sha256(), Decoder(path)
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    for chunk in chunks(path, GROUP_BYTES):
        if sha256:
            digest.update(chunk)
        yield newlines.decode(decoder.decode(chunk))
    yield newlines.decode(decoder.decode(b""), final=True)
    if sha256 and digest.hexdigest() != sha256:
        raise changed(path)


def changed(path: Path) -> UserError:
    """Return the error for a file that changed since it was checked."""
    return UserError(f"{path} changed while it was being read; run the command again")


def clean(piece: str) -> str:
    """Remove byte order marks, which concatenated files contain, and replace NUL by a space."""
    return piece.replace("\ufeff", "").replace("\0", " ")


def cut(line: str) -> tuple[str, str]:
    """Split an incomplete long line after its last white space. Other lines stay whole."""
    if line.endswith("\n") or len(line) < LONGEST_LINE:
        return line, ""
    place = max(line.rfind(" "), line.rfind("\t")) + 1
    return (line[:place], line[place:]) if place else (line, "")
