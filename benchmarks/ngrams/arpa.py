"""Reads the n-grams of an ARPA file into arrays, without a Python object per n-gram.

The words of the file must be those of `benchmarks.ngrams.tokens`. Without their prefix, each
section is a table that numpy parses in one call: log10 probability, n ids, and log10 back-off
weight (except at the highest order).
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.common.display import ProgressDisplay
from training.common.errors import UserError
from training.text.vocabulary import END

CHUNK_BYTES = 1 << 24


@dataclass(frozen=True)
class Section:
    """All n-grams of one order, in file order, with logarithms to base 10."""

    words: np.ndarray
    """int64 [n-grams, order]."""
    log_probability: np.ndarray
    """float64 [n-grams]."""
    log_backoff: np.ndarray
    """float64 [n-grams], zeros at the highest order."""


def read_arpa(path: Path, vocabulary_size: int) -> list[Section]:
    """Read the sections of a file, unigrams first; `UserError` if it is damaged.

    Two ids follow those of the vocabulary: `vocabulary_size` is `<s>`, and the next one is KenLM's
    word for unseen words (`<unk>`).
    """
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        counts = ngram_counts(text)
        sections = []
        with ProgressDisplay("reading n-grams", len(text), "bytes") as display:
            for order, count in enumerate(counts, start=1):
                heading = b"\\%d-grams:\n" % order
                first = text.find(heading) + len(heading)
                end = text.find(b"\n\n", first) + 1
                columns = order + (2 if order < len(counts) else 1)
                table = read_table(text, first, end, columns, vocabulary_size)
                if len(table) != count:
                    raise UserError(f"{path} has {len(table)} {order}-grams instead of {count}")
                sections.append(section(table, order))
                display.update(end)
    return sections


def ngram_counts(text: mmap.mmap) -> list[int]:
    """The number of n-grams of each order, from the header of the file."""
    head = text[: text.find(b"\\1-grams:")]
    return [int(count) for count in re.findall(rb"ngram \d+=(\d+)", head)]


def read_table(
    text: mmap.mmap, first: int, end: int, columns: int, vocabulary_size: int
) -> np.ndarray:
    """Read the numbers between two offsets, float64 [n-grams, columns]."""
    signs = {
        b"<s>": b"%d" % vocabulary_size,
        b"</s>": b"%d" % END,
        b"<unk>": b"%d" % (vocabulary_size + 1),
    }
    tables = [np.empty((0, columns))]
    for piece in pieces(text, first, end):
        for name, number in signs.items():
            piece = piece.replace(name, number)
        numbers = np.fromstring(piece.replace(b"w", b""), sep=" ")
        tables.append(numbers.reshape(-1, columns))
    return np.concatenate(tables)


def pieces(text: mmap.mmap, first: int, end: int) -> Iterator[bytes]:
    """Yield the text between two offsets in pieces that end with a line."""
    while first < end:
        stop = end if end - first <= CHUNK_BYTES else text.rfind(b"\n", first, first + CHUNK_BYTES)
        stop = min(stop + 1, end)
        yield text[first:stop]
        first = stop


def section(table: np.ndarray, order: int) -> Section:
    """Name the columns of a table."""
    backoff = table[:, order + 1] if table.shape[1] > order + 1 else np.zeros(len(table))
    return Section(table[:, 1 : order + 1].astype(np.int64), table[:, 0], backoff)
