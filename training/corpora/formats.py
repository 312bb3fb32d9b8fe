"""Recognise files that are not plain text, by name or first bytes, and refuse them with advice."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from training.common.errors import UserError


class UnusableFile(UserError):
    """A file that cannot be read as text.

    Args:
      what: The file and the problem.
      advice: What to do.
    """

    def __init__(self, what: str, advice: str):
        super().__init__(f"{what}; {advice}")
        self.what, self.advice = what, advice


@dataclass(frozen=True)
class Format:
    """A format that is not plain text.

    Args:
      name: Name of the format, with its article.
      suffixes: File suffixes, separated by spaces.
      advice: How to convert the file; `{file}` is the file, `{text}` a name for the new file.
    """

    name: str
    suffixes: str
    advice: str


JSON = Format(
    "JSON",
    ".json .jsonl .ndjson .ipynb",
    "convert it to .jsonl, one object per line, and set FIELD to its text column, or extract the "
    "texts to a .txt file, for example: jq -r .text {file} > {text}",
)
TABLE = Format(
    "a table",
    ".csv .tsv .parquet .arrow .feather .xls .xlsx .ods .sqlite .db",
    "save it as .csv and set FIELD to its text column",
)
ARCHIVE = Format(
    "an archive",
    ".zip .7z .rar .tar .tgz .tbz2 .txz .jar",
    "unpack it and use the folder",
)
XZ = Format("compressed with xz", ".xz .lzma", "unpack it: xz -dk {file}")
BZIP2 = Format("compressed with bzip2", ".bz2", "unpack it: bzip2 -dk {file}")
TWICE = Format("compressed twice", "", "unpack it once, with `gzip -d` or `zstd -d`")
PDF = Format("a PDF", ".pdf", "extract its text: pdftotext {file} {text}")
DOCUMENT = Format(
    "a formatted document",
    ".doc .docx .odt .rtf .epub .mobi .pages",
    "save it as plain text, or: pandoc {file} -t plain -o {text}",
)
MARKUP = Format(
    "HTML or XML",
    ".html .htm .xhtml .xml",
    "extract its text, for example: pandoc {file} -t plain -o {text}",
)
SUBTITLES = Format("subtitles", ".srt .vtt .ass", "save the text without timestamps as a .txt file")
FORMATS = (
    JSON, TABLE, ARCHIVE, XZ, BZIP2, PDF, DOCUMENT, MARKUP, SUBTITLES,
)  # fmt: skip
BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes.split()}
PACKING = re.compile(r"\.(?:gz|zst|zstd)$")

BY_MAGIC = (
    (b"PK\x03\x04", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"\xfd7zXZ\0", XZ),
    (b"BZh", BZIP2),
    (b"\x1f\x8b", TWICE),
    (b"\x28\xb5\x2f\xfd", TWICE),
    (b"%PDF-", PDF),
    (b"{\\rtf", DOCUMENT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DOCUMENT),
    (b"PAR1", TABLE),
    (b"ARROW1", TABLE),
    (b"SQLite format 3\0", TABLE),
)
TAR_MAGIC = (257, b"ustar")
JSON_BEGINNING = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"[^"\n]*"\s*:|\[\s*\{\s*")')
MARKUP_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html[\s>]|\?xml\s)", re.I)


def suffix_of(name: str) -> str:
    """Return the suffix of a file name in lower case, ignoring .gz and .zst."""
    return Path(PACKING.sub("", name.lower())).suffix


def refuse_name(path: Path) -> None:
    """Raise `UnusableFile` if the suffix, ignoring .gz and .zst, belongs to another format."""
    if found := BY_SUFFIX.get(suffix_of(path.name)):
        raise refusal(path, found, ", or rename it to .txt if it is plain text")


def refuse_content(path: Path, beginning: bytes) -> None:
    """Raise `UnusableFile` if the first unpacked bytes identify another format."""
    if found := _format_of(beginning):
        raise refusal(path, found)


def refusal(path: Path, found: Format, otherwise: str = "") -> UnusableFile:
    """Return the error for a file in the format `found`."""
    file, text = shlex.quote(str(path)), shlex.quote(f"{path.name.split('.')[0]}.txt")
    advice = found.advice.format(file=file, text=text)
    return UnusableFile(f"{path} is {found.name}, not plain text", advice + otherwise)


def _format_of(beginning: bytes) -> Format | None:
    for magic, found in BY_MAGIC:
        if beginning.startswith(magic):
            return found
    place, magic = TAR_MAGIC
    if beginning[place:].startswith(magic):
        return ARCHIVE
    if JSON_BEGINNING.match(beginning):
        return JSON
    return MARKUP if MARKUP_BEGINNING.match(beginning) else None
