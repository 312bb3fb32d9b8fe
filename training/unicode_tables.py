"""The committed Unicode tables: character classes, simple case mappings and normalisation form NFC.

The platform's own tables are never asked, because Python, JavaScript and C carry different versions
of Unicode. `training/unicode_tables_build.py` makes the file and describes its format.
"""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

TABLES: dict[str, str] = json.loads(
    Path(__file__).with_name("unicode_tables.json").read_text(encoding="ascii")
)

_SYLLABLES, _LEADS, _VOWELS, _TRAILS = 0xAC00, 0x1100, 0x1161, 0x11A7
_VOWEL_COUNT, _TRAIL_COUNT = 21, 28
_LEAD_COUNT, _SYLLABLE_COUNT = 19, 19 * _VOWEL_COUNT * _TRAIL_COUNT


def _entries(name: str) -> Iterator[list[int]]:
    for entry in TABLES[name].split():
        yield [int(number, 36) for number in entry.split(",")]


def ranges(name: str) -> list[tuple[int, int]]:
    """The first and last code points of the runs of a class, e.g. "letter"."""
    found, end = [], 0
    for distance, count, *_ in _entries(name):
        found.append((end + distance, end + distance + count - 1))
        end += distance + count
    return found


def character_class(*names: str, last: int = 0x10FFFF) -> str:
    """These classes together, up to the code point `last`, for `[` `]` in a regular expression."""
    spans = sorted(itertools.chain.from_iterable(ranges(name) for name in names))
    return _class_of_ranges([span for span in spans if span[1] <= last])


def _class_of_ranges(spans: list[tuple[int, int]]) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


def _mapping(name: str) -> dict[int, int]:
    mapped, end = {}, 0
    for distance, count, step, offset in _entries(name):
        first = end + distance
        end = first + (count - 1) * step + 1
        mapped.update((point, point + offset) for point in range(first, end, step))
    return mapped


def _combining_classes() -> dict[int, int]:
    classes, end = {}, 0
    for distance, count, value in _entries("combining"):
        first = end + distance
        end = first + count
        classes.update(dict.fromkeys(range(first, end), value))
    return classes


def _decompositions() -> dict[int, tuple[int, ...]]:
    parts, end = {}, 0
    for distance, *decomposed in _entries("decomposition"):
        parts[end + distance] = tuple(decomposed)
        end += distance + 1
    return parts


FOLD = _mapping("fold")
UPPER = _mapping("upper")
_COMBINING = _combining_classes()
_ONE_STEP = _decompositions()
_UNCOMPOSED = {point for first, last in ranges("uncomposed") for point in range(first, last + 1)}
_COMPOSED = {
    parts: point
    for point, parts in _ONE_STEP.items()
    if len(parts) == 2 and point not in _UNCOMPOSED
}


def _full_decomposition(point: int) -> list[int]:
    parts = _ONE_STEP.get(point)
    if parts is None:
        return [point]
    return [last for part in parts for last in _full_decomposition(part)]


# Full canonical decompositions, without Hangul.
DECOMPOSED = {point: _full_decomposition(point) for point in _ONE_STEP}


def _unsettled_class() -> str:
    """Every character that may change, or change what stands before it, under NFC, and more.

    Long lists beyond U+FFFF are slow, so there whole blocks of rare scripts are taken.
    """
    points = set(_COMBINING)
    points |= {point for point, parts in _ONE_STEP.items() if len(parts) == 1}
    points |= _UNCOMPOSED
    points |= {second for _, second in _COMPOSED}
    points |= set(range(_VOWELS, _VOWELS + _VOWEL_COUNT))
    points |= set(range(_TRAILS + 1, _TRAILS + _TRAIL_COUNT))
    spans: list[tuple[int, int]] = [(0x10000, 0x1EFFF), (0x2F800, 0x2FA1F)]
    for point in sorted(point for point in points if point < 0x10000):
        if spans and spans[-1][1] == point - 1:
            spans[-1] = (spans[-1][0], point)
        else:
            spans.append((point, point))
    return _class_of_ranges(spans)


_UNSETTLED = _unsettled_class()
# A character outside the class starts afresh: what precedes it is normalised without it.
_UNSETTLED_SPAN = re.compile(f"[^{_UNSETTLED}]?[{_UNSETTLED}]++")


def nfc(text: str) -> str:
    """Normalisation form NFC of the tables' Unicode version, in linear time."""
    if text.isascii():
        return text
    return _UNSETTLED_SPAN.sub(lambda span: _compose(_decompose(span.group())), text)


def _decompose(text: str) -> list[int]:
    """Code points fully decomposed, marks in canonical order."""
    points: list[int] = []
    for character in text:
        point = ord(character)
        if 0 <= point - _SYLLABLES < _SYLLABLE_COUNT:
            points.extend(_decompose_syllable(point - _SYLLABLES))
        else:
            points.extend(DECOMPOSED.get(point, (point,)))
    return _reorder(points)


def _decompose_syllable(index: int) -> list[int]:
    index, trail = divmod(index, _TRAIL_COUNT)
    lead, vowel = divmod(index, _VOWEL_COUNT)
    points = [_LEADS + lead, _VOWELS + vowel]
    return points + [_TRAILS + trail] if trail else points


def _reorder(points: list[int]) -> list[int]:
    ordered: list[int] = []
    for is_mark, group in itertools.groupby(points, key=lambda point: point in _COMBINING):
        run = list(group)
        ordered.extend(sorted(run, key=_COMBINING.__getitem__) if is_mark else run)
    return ordered


def _compose(points: list[int]) -> str:
    composed: list[int] = []
    starter, blocked = -1, 0  # index of the last starter; highest class kept since then
    for point in points:
        combining = _COMBINING.get(point, 0)
        # Next to its starter, or with only lower classes in between, a mark can reach it.
        reaches = starter >= 0 and (blocked < combining or starter == len(composed) - 1)
        pair = _pair(composed[starter], point) if reaches else None
        if pair is not None:
            composed[starter] = pair
            continue
        if combining == 0:
            starter, blocked = len(composed), 0
        else:
            blocked = combining
        composed.append(point)
    return "".join(map(chr, composed))


def _pair(first: int, second: int) -> int | None:
    lead, vowel = first - _LEADS, second - _VOWELS
    if 0 <= lead < _LEAD_COUNT and 0 <= vowel < _VOWEL_COUNT:
        return _SYLLABLES + (lead * _VOWEL_COUNT + vowel) * _TRAIL_COUNT
    syllable, trail = first - _SYLLABLES, second - _TRAILS
    is_open = 0 <= syllable < _SYLLABLE_COUNT and syllable % _TRAIL_COUNT == 0
    if is_open and 0 < trail < _TRAIL_COUNT:
        return first + trail
    return _COMPOSED.get((first, second))
