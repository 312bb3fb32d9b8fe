"""Files that hold text in another format than plain text: told by name or first bytes, refused."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from training.common.errors import UserError


class UnusableFile(UserError):
    """A file that cannot be read as text: `what` names it and the fault, `advice` what to do."""

    def __init__(self, what: str, advice: str):
        super().__init__(f"{what}; {advice}")
        self.what, self.advice = what, advice


@dataclass(frozen=True)
class Format:
    """A format that is not plain text. `{file}` in `advice` is the file, `{text}` a new name."""

    name: str
    suffixes: str
    advice: str


JSON = Format(
    "JSON",
    ".json .jsonl .ndjson .ipynb",
    "write the texts in it to a .txt file, for example: jq -r .text {file} > {text}",
)
TABLE = Format(
    "a table",
    ".csv .tsv .parquet .arrow .feather .xls .xlsx .ods .sqlite .db",
    "write its column of text to a .txt file",
)
ARCHIVE = Format(
    "an archive",
    ".zip .7z .rar .tar .tgz .tbz2 .txz .jar",
    "unpack it and give the folder",
)
ZSTD = Format("compressed by zstd", ".zst .zstd", "unpack it: zstd -d {file}")
XZ = Format("compressed by xz", ".xz .lzma", "unpack it: xz -dk {file}")
BZIP2 = Format("compressed by bzip2", ".bz2", "unpack it: bzip2 -dk {file}")
TWICE = Format("compressed twice", "", "unpack it: gzip -dc {file} > {text}.gz")
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
SUBTITLES = Format("subtitles", ".srt .vtt .ass", "write their text without times to a .txt file")
FORMATS = (
    JSON, TABLE, ARCHIVE, ZSTD, XZ, BZIP2, PDF, DOCUMENT, MARKUP, SUBTITLES,
)  # fmt: skip
BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes.split()}

BY_MAGIC = (
    (b"PK\x03\x04", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ZSTD),
    (b"\xfd7zXZ\0", XZ),
    (b"BZh", BZIP2),
    (b"\x1f\x8b", TWICE),
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


def refuse_name(path: Path) -> None:
    """`UnusableFile` if the name, without .gz, is that of another format."""
    name = path.name.lower().removesuffix(".gz")
    if found := BY_SUFFIX.get(Path(name).suffix):
        raise refusal(path, found, ", or rename it to .txt if it is plain text")


def refuse_content(path: Path, beginning: bytes) -> None:
    """`UnusableFile` if the first bytes, unpacked, are those of another format."""
    if found := _format_of(beginning):
        raise refusal(path, found)


def refusal(path: Path, found: Format, otherwise: str = "") -> UnusableFile:
    """The complaint about a file of a format."""
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
