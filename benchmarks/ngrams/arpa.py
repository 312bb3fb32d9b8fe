"""The n-grams of an ARPA file as arrays, read without a Python object an n-gram.

The file must hold the words of `benchmarks.ngrams.tokens`. With words cut to their numbers, a
section is a table of numbers that numpy reads at once: log10 probability, n ids, log10 back-off
(none at the highest order).
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
    """All n-grams of one order, in the order of the file, logarithms to base 10."""

    words: np.ndarray
    """int64 [n-grams, order]."""
    log_probability: np.ndarray
    """float64 [n-grams]."""
    log_backoff: np.ndarray
    """float64 [n-grams], zeros at the highest order."""


def read_arpa(path: Path, vocabulary_size: int) -> list[Section]:
    """The sections of a file, unigrams first. `UserError` if it is damaged.

    Two ids stand behind those of the vocabulary: `vocabulary_size` is `<s>`, the next one the word
    that KenLM keeps for words it has never seen (`<unk>`).
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
                    raise UserError(f"{path} has {len(table)} {order}-grams, not {count}")
                sections.append(section(table, order))
                display.update(end)
    return sections


def ngram_counts(text: mmap.mmap) -> list[int]:
    """How many n-grams of each order the head of the file promises."""
    head = text[: text.find(b"\\1-grams:")]
    return [int(count) for count in re.findall(rb"ngram \d+=(\d+)", head)]


def read_table(
    text: mmap.mmap, first: int, end: int, columns: int, vocabulary_size: int
) -> np.ndarray:
    """The numbers between two offsets, float64 [n-grams, columns]."""
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
    """The text between two offsets, cut at ends of lines."""
    while first < end:
        stop = end if end - first <= CHUNK_BYTES else text.rfind(b"\n", first, first + CHUNK_BYTES)
        stop = min(stop + 1, end)
        yield text[first:stop]
        first = stop


def section(table: np.ndarray, order: int) -> Section:
    """The columns of a table by name."""
    backoff = table[:, order + 1] if table.shape[1] > order + 1 else np.zeros(len(table))
    return Section(table[:, 1 : order + 1].astype(np.int64), table[:, 0], backoff)
