"""The Unicode tables as C: `source()` is the text of `core/text/unicode.c`.

`core/text/unicode.h` describes the tables to their readers. A code point's properties are found
in two steps: `blocks` gives the number of its block of 128 code points, that block's row of
`properties` the number of its record. Blocks and records that are equal are stored once. What few
code points have (case mappings, decompositions) lies in sorted lists, and a flag in the record says
whether it is worth searching them.
"""

from collections.abc import Callable, Iterable, Sequence

from tools.tables.unicode import (
    CLASSES,
    CODE_POINTS,
    combining_class,
    decomposition_of,
    is_uncomposed,
    mapping_runs,
    simple_fold,
    simple_upper,
)

BLOCK_SIZE = 128
CODE_SPACE = 0x110000
LINE_WIDTH = 100
# The bits of a record's flags above its class.
UNSETTLED, FOLDS, LOWER, RISES, DECOMPOSES = 8, 16, 32, 64, 128
CONJOINING = [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]  # Hangul vowels and final consonants

HEADING = """\
/* Made by tools/tables/c_source.py from Unicode {version}; unicode.h describes it. */
#include "text/unicode.h"

"""


def source(version: str) -> str:
    """The whole C file; `version` of Unicode is stated in its heading."""
    decompositions = {point: parts for point in CODE_POINTS if (parts := decomposition_of(point))}
    blocks, properties, records = two_steps(record_numbers(decompositions))
    pairs = pair_numbers(decompositions)
    tables = [
        array("uint8_t", "blocks", blocks),
        array("uint8_t", "properties", properties),
        array("elman_unicode_record", "records", [f"{{{a},{b}}}" for a, b in records]),
        array("elman_unicode_mapping", "fold", mappings(simple_fold), "fold_count"),
        array("elman_unicode_mapping", "upper", mappings(simple_upper), "upper_count"),
        array(
            "uint64_t",
            "decompositions",
            [f"0x{packed(point, *parts):x}" for point, parts in decompositions.items()],
            "decomposition_count",
        ),
        array("uint16_t", "pairs", pairs, "pair_count"),
    ]
    return HEADING.format(version=version) + "\n".join(tables)


def array(kind: str, name: str, items: Iterable[object], count: str = "") -> str:
    """A constant array, and its length as `count` where its declaration does not state it."""
    items = [str(item) for item in items]
    size = f"const size_t elman_unicode_{count} = {len(items)};\n" if count else ""
    start = f"const {kind} elman_unicode_{name}[{len(items)}] = {{"
    return "\n".join([start, *wrapped(items), "};", size])


def wrapped(items: Sequence[str]) -> list[str]:
    """The items with commas between them, in lines of at most `LINE_WIDTH` characters."""
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(item) >= LINE_WIDTH:
            lines.append(line)
            line = ""
        line += f"{item},"
    return [*lines, line]


def record_numbers(decompositions: dict[int, list[int]]) -> list[tuple[int, int]]:
    """The flags and the canonical combining class of each code point of Unicode."""
    flags = [0] * CODE_SPACE
    for number, belongs in enumerate(CLASSES.values(), start=1):
        for point in filter(belongs, CODE_POINTS):
            flags[point] = number
    folds, rises = set(changed(simple_fold)), set(changed(simple_upper))
    lower = {simple_fold(point) for point in folds} - folds
    unsettled = unsettled_points(decompositions)
    marked = [(UNSETTLED, unsettled), (FOLDS, folds), (LOWER, lower), (RISES, rises)]
    for flag, points in [*marked, (DECOMPOSES, decompositions)]:
        for point in points:
            flags[point] |= flag
    combining = [
        0 if 0xD800 <= point < 0xE000 else combining_class(point) for point in range(CODE_SPACE)
    ]
    return list(zip(flags, combining, strict=True))


def changed(function: Callable[[int], int]) -> list[int]:
    """The code points that a case mapping changes."""
    return [point for point in CODE_POINTS if function(point) != point]


def unsettled_points(decompositions: dict[int, list[int]]) -> set[int]:
    """Every character that may change, or change what stands before it, under NFC."""
    points = {*CONJOINING, *filter(combining_class, CODE_POINTS)}
    for point, parts in decompositions.items():
        if len(parts) == 1 or is_uncomposed(point):
            points.add(point)
        else:
            points.add(parts[1])
    return points


def two_steps(
    numbers: Sequence[tuple[int, int]],
) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Blocks, properties and records: see the module. All numbers fit in a byte."""
    records = sorted(set(numbers))
    number_of = {record: number for number, record in enumerate(records)}
    rows: dict[tuple[int, ...], int] = {}
    blocks = []
    for start in range(0, CODE_SPACE, BLOCK_SIZE):
        row = tuple(number_of[record] for record in numbers[start : start + BLOCK_SIZE])
        blocks.append(rows.setdefault(row, len(rows)))
    if max(len(records), len(rows)) > 256:
        raise ValueError(f"{len(records)} records and {len(rows)} blocks do not fit in bytes")
    return blocks, [number for row in rows for number in row], records


def mappings(function: Callable[[int], int]) -> list[str]:
    """The runs of a case mapping: first code point, count, step, offset."""
    return ["{%d,%d,%d,%d}" % run for run in mapping_runs(function)]  # noqa: UP031


def packed(point: int, first: int, second: int = 0) -> int:
    """A decomposition as one number of three times 21 bits; no second part is 0."""
    return point << 42 | first << 21 | second


def pair_numbers(decompositions: dict[int, list[int]]) -> list[int]:
    """Which decompositions NFC composes again, as their numbers, sorted by their two parts."""
    composed = [
        (parts, number)
        for number, (point, parts) in enumerate(decompositions.items())
        if len(parts) == 2 and not is_uncomposed(point)
    ]
    return [number for _, number in sorted(composed)]
