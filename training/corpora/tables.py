"""Tables with a text column: JSON Lines, CSV, Parquet and Arrow, read row by row.

A row is a document. This module converts a table to the lines of a plain text file: the lines of
each row without blank ones, then a blank line. Other modules need not know about tables.
"""

import csv
import hashlib
import io
import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from training.corpora.formats import UnusableFile, suffix_of
from training.corpora.reading import (
    CHUNK_BYTES,
    LONGEST_LINE,
    Checked,
    changed,
    clean,
    cut,
    damaged,
    damages,
    line_groups,
    open_bytes,
)

JSON_LINES = (".jsonl", ".ndjson")
SEPARATED = (".csv", ".tsv")
LONGEST_ROW = 1 << 26
"""In characters. A longer row is a sign of a missing line end or quotation mark."""
EXAMINED_ROWS = 100
MOST_COLUMNS = 8
ROWS_AT_ONCE = 1_000
ARROW_FILE_MAGIC = b"ARROW1"
NOT_OBJECTS = "lines that are not JSON objects"
LINE_END = re.compile("\r\n|\r|\n")

Row = dict[str, Any] | None
"""The values of a row by column; None if the row cannot be read."""


def check_table(path: Path, field: str, tick: Callable[[int], None] = lambda _: None) -> Checked:
    """Read a table once, and compute the digest and length of the text in a column.

    Args:
      path: The table.
      field: The name of the column.
      tick: Called with the number of characters read so far.

    Raises:
      UnusableFile: If the table cannot be read or has no such column.
    """
    skipped, sha256 = Counter[str](), hashlib.sha256()
    characters = told = 0
    for line in table_lines(path, field, skipped=skipped):
        sha256.update(_bytes(line))
        characters += len(line)
        if characters >= told:
            tick(characters)
            told = characters + CHUNK_BYTES
    # Other tables name their columns, which `table_lines` requires.
    if (
        not characters
        and suffix_of(path.name) in JSON_LINES
        and not any(field in (row or {}) for row in islice(rows(path), EXAMINED_ROWS))
    ):
        raise UnusableFile(f"{path} has no column {field!r}", _choice(columns_of(path)))
    return Checked(sha256.hexdigest(), characters > 0, characters, dict(skipped))


def table_lines(
    path: Path, field: str, sha256: str = "", skipped: Counter[str] | None = None
) -> Iterator[str]:
    """Yield the lines of the text in a column, and a blank line after each row.

    Args:
      path: The table.
      field: The name of the column.
      sha256: The expected digest of all lines, if it is to be checked.
      skipped: Counts the rows that are left out, by reason.

    Raises:
      UserError: If the table cannot be read, or after the last line if the digest differs.
    """
    digest, without_text = hashlib.sha256(), f"rows without text in {field!r}"
    skipped = Counter() if skipped is None else skipped
    for row in rows(path, field):
        if row is None:
            skipped[NOT_OBJECTS] += 1
            continue
        value = row.get(field)
        found = row_lines(value) if isinstance(value, str) else []
        if not found:
            skipped[without_text] += 1
        for line in found:
            if sha256:
                digest.update(_bytes(line))
            yield line
    if sha256 and digest.hexdigest() != sha256:
        raise changed(path)


def row_lines(text: str) -> list[str]:
    """Return the lines of a row that are not blank, and a blank line; [] for a blank text."""
    found: list[str] = []
    for line in LINE_END.split(clean(text)):
        rest = line + "\n" if line.strip() else ""
        while len(rest) > LONGEST_LINE:
            ready, left = cut(rest[:LONGEST_LINE])
            found.append(ready)
            rest = left + rest[LONGEST_LINE:]
        found += [rest] if rest else []
    return [*found, "\n"] if found else []


def _bytes(line: str) -> bytes:
    # JSON can contain halves of surrogate pairs.
    return line.encode("utf-8", "surrogatepass")


# -- columns ---------------------------------------------------------------------------------------


def columns_of(path: Path) -> list[str]:
    """Return the names of the columns with text, the one with the longest texts first."""
    lengths = Counter[str]()
    for row in islice(rows(path), EXAMINED_ROWS):
        for name, value in (row or {}).items():
            if isinstance(value, str) and re.search(r"[^\W\d_]", value):
                lengths[name] += len(value)
    return [name for name, _ in lengths.most_common(MOST_COLUMNS)]


def column_needed(path: Path) -> UnusableFile:
    """Return the error for a table without a chosen column. It names the columns."""
    try:
        columns = columns_of(path)
    except UnusableFile:
        columns = []
    what = f"{path} is a table, not plain text"
    return UnusableFile(what, f"{_choice(columns)}, or rename it to .txt if it is plain text")


def _choice(columns: list[str]) -> str:
    if not columns:
        return "name its text column, for example FIELD=text"
    others = f" (or {', '.join(columns[1:])})" if columns[1:] else ""
    return f"name its text column: FIELD={columns[0]}{others}"


# -- rows ------------------------------------------------------------------------------------------


def rows(path: Path, field: str = "") -> Iterator[Row]:
    """Yield the rows of a table; if `field` is given, perhaps with this column alone."""
    kind = suffix_of(path.name)
    try:
        if kind in JSON_LINES:
            yield from _json_rows(path)
        elif kind in SEPARATED:
            yield from _separated_rows(path, field)
        else:
            yield from _arrow_rows(path, kind, field)
    except UnicodeDecodeError as error:
        # Its position counts from the beginning of a chunk. Reading the file as a text says where
        # it is not UTF-8, and in which encoding it is.
        for _ in line_groups(path):
            pass
        raise damaged(path, error) from error
    except damages() as error:
        raise damaged(path, error) from error


def _json_rows(path: Path) -> Iterator[Row]:
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="\n")
        while line := text.readline(LONGEST_ROW):
            if len(line) == LONGEST_ROW:
                raise UnusableFile(f"{path} has a line of over {LONGEST_ROW:,} characters", ONE_ROW)
            if line.strip():
                yield _parsed(line)


ONE_ROW = "write one JSON object per line"


def _parsed(line: str) -> Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _separated_rows(path: Path, field: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_ROW)
    with open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        header = text.readline(LONGEST_ROW)
        delimiter = max("\t,;" if suffix_of(path.name) == ".tsv" else ",;\t", key=header.count)
        try:
            names = next(csv.reader([header], delimiter=delimiter), [])
            if field and field not in names:
                raise UnusableFile(f"{path} has no column {field!r}", _choice(names[:MOST_COLUMNS]))
            yield from csv.DictReader(text, names, delimiter=delimiter)
        except csv.Error as error:
            raise UnusableFile(
                f"cannot read {path} as a table ({error})",
                "check its quotation marks; the first line must name the columns",
            ) from error


def _arrow_rows(path: Path, kind: str, field: str) -> Iterator[Row]:
    try:
        import pyarrow
    except ImportError as error:
        raise UnusableFile(
            f"cannot read {path}: the package pyarrow is missing", "run `make setup`"
        ) from error
    try:
        with _seekable(path) as stream:
            batches = _parquet_batches if kind == ".parquet" else _arrow_batches
            for names, batch in batches(stream, field):
                if field and field not in names:
                    raise UnusableFile(f"{path} has no column {field!r}", _choice(names))
                yield from batch.to_pylist()
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise damaged(path, error) from error


def _parquet_batches(stream: BinaryIO, field: str) -> Iterator[tuple[list[str], Any]]:
    """Yield the names of the text columns with each batch of rows."""
    from pyarrow import parquet

    table = parquet.ParquetFile(stream)
    names = _text_columns(table.schema_arrow)
    if field not in names:
        yield names, table.schema_arrow.empty_table()
    columns = [field] if field else names
    for batch in table.iter_batches(ROWS_AT_ONCE, columns=columns, use_threads=False):
        yield names, batch


def _arrow_batches(stream: BinaryIO, field: str) -> Iterator[tuple[list[str], Any]]:
    """Like `_parquet_batches`, for Arrow files and streams (Hugging Face `datasets`)."""
    from pyarrow import ipc

    magic = stream.read(len(ARROW_FILE_MAGIC))
    stream.seek(0)
    if magic == ARROW_FILE_MAGIC:
        opened = ipc.open_file(stream)
        batches = map(opened.get_batch, range(opened.num_record_batches))
    else:
        opened = batches = ipc.open_stream(stream)
    names = _text_columns(opened.schema)
    if field not in names:
        yield names, opened.schema.empty_table()
    # By number: several columns can have one name.
    chosen = [
        index
        for index, name in enumerate(opened.schema.names)
        if name in names and field in ("", name)
    ]
    for batch in batches:
        part = batch.select(chosen)
        # Otherwise, damaged offsets lead outside the memory.
        part.validate(full=True)
        yield names, part


def _text_columns(schema: Any) -> list[str]:
    from pyarrow import types

    kinds = (types.is_string, types.is_large_string, types.is_string_view, types.is_dictionary)
    return [field.name for field in schema if any(is_kind(field.type) for is_kind in kinds)]


def _seekable(path: Path) -> BinaryIO:
    """Open a file for random access, unpacking it to a temporary file if necessary."""
    stream = open_bytes(path)
    if stream.__class__ is io.BufferedReader:
        return stream
    with stream:
        unpacked = tempfile.TemporaryFile()  # noqa: SIM115
        shutil.copyfileobj(stream, unpacked)
    unpacked.seek(0)
    return cast(BinaryIO, unpacked)
