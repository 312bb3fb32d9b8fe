"""The committed Unicode tables: character classes, simple case mappings and normalisation to NFC.

Python and C come with different versions of Unicode, so their own tables are not used;
`unicodedata2` is pinned to the version of these tables. `python -m tools.tables` writes the file;
`tools/tables/encoded.py` describes its format.
"""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import unicodedata2 as unicodedata

TABLES: dict[str, str] = json.loads(
    Path(__file__).with_name("unicode_tables.json").read_text(encoding="ascii")
)


def _entries(name: str) -> Iterator[list[int]]:
    for entry in TABLES[name].split():
        yield [int(number, 36) for number in entry.split(",")]


def ranges(name: str) -> list[tuple[int, int]]:
    """Return the ranges (first and last code point) of a class or property such as "letter"."""
    found, end = [], 0
    for distance, count, *_ in _entries(name):
        found.append((end + distance, end + distance + count - 1))
        end += distance + count
    return found


def characters(name: str) -> frozenset[str]:
    """Return the characters of a class or property."""
    return frozenset(chr(point) for first, last in ranges(name) for point in range(first, last + 1))


def character_class(*names: str, first: int = 0, last: int = 0x10FFFF) -> str:
    """Return the union of classes, from `first` to `last`, for use in a regex `[...]`.

    No range may extend across `first` or `last`.
    """
    spans = sorted(itertools.chain.from_iterable(ranges(name) for name in names))
    return _class_of_ranges([span for span in spans if first <= span[0] and span[1] <= last])


def _class_of_ranges(spans: list[tuple[int, int]]) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


def _mapping(name: str) -> dict[int, int]:
    mapped, end = {}, 0
    for distance, count, step, offset in _entries(name):
        first = end + distance
        end = first + (count - 1) * step + 1
        mapped.update((point, point + offset) for point in range(first, end, step))
    return mapped


FOLD = _mapping("fold")
UPPER = _mapping("upper")
TITLE = _mapping("title")

# `normalize` sorts marks by insertion, which is quadratic in the length of a run. Beyond U+FFFF,
# where marks are rare and long character classes are slow, the pattern matches whole blocks.
_BASIC_MARKS = (point for point in range(0x10000) if unicodedata.combining(chr(point)))
_MARK = "".join(map(chr, _BASIC_MARKS)) + "\U00010000-\U0001efff"
_LONG_RUN = re.compile(f"[{_MARK}]{{64,}}")


def nfc(text: str) -> str:
    """Normalise `text` to NFC with the Unicode version of the tables, in linear time."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _LONG_RUN.sub(lambda run: _ordered(run.group()), text))


def _ordered(text: str) -> str:
    """Decompose `text` and put its marks in canonical order."""
    decomposed = "".join(unicodedata.normalize("NFD", character) for character in text)
    groups = itertools.groupby(
        decomposed, key=lambda character: unicodedata.combining(character) > 0
    )
    return "".join(
        "".join(sorted(run, key=unicodedata.combining)) if are_marks else "".join(run)
        for are_marks, run in groups
    )
