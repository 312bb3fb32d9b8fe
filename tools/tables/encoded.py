"""The Unicode tables as text, for Python and JavaScript.

`training/text/unicode_tables.json` and `web/engine/unicode-tables.js` have the same content. All
numbers are in base 36, sorted by code point, each code point as its distance from the end of the
item before it:

- a class of characters, e.g. "letter": pairs `distance,count` of runs of code points;
- "combining": `distance,count,class` for canonical combining classes other than 0;
- "fold" and "upper" (simple case mappings): `distance,count,step,offset`: `count` code points,
  `step` apart, each mapped to itself plus `offset`;
- "decomposition" (canonical, one step, without Hangul): `distance,first[,second]`;
- "uncomposed": the code points with two-part decompositions that NFC never composes, as a class.
"""

from collections.abc import Callable, Iterable

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

UNICODE_VERSION = "15.0.0"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def javascript(tables: dict[str, str]) -> str:
    """A module with the tables, formatted as prettier would."""
    lines = ["/** Made by tools/tables/encoded.py, which describes the format. */"]
    lines.append("export const TABLES = {")
    for name, table in tables.items():
        fits = len(name) + len(table) < 80
        lines.append(f"  {name}: '{table}'," if fits else f"  {name}:\n    '{table}',")
    return "\n".join([*lines, "};", ""])


def build() -> dict[str, str]:
    """All tables by name, each one string."""
    return {
        "unicode": UNICODE_VERSION,
        **{name: runs(filter(belongs, CODE_POINTS)) for name, belongs in CLASSES.items()},
        "combining": combining_classes(),
        "fold": mapping(simple_fold),
        "upper": mapping(simple_upper),
        "decomposition": decompositions(),
        "uncomposed": runs(filter(is_uncomposed, CODE_POINTS)),
    }


def base36(number: int) -> str:
    """A whole number in base 36, as JavaScript's `toString(36)` writes it."""
    digits = ""
    rest = abs(number)
    while rest or not digits:
        rest, digit = divmod(rest, 36)
        digits = DIGITS[digit] + digits
    return "-" + digits if number < 0 else digits


def item(*numbers: int) -> str:
    """One entry of a table."""
    return ",".join(map(base36, numbers))


def runs(points: Iterable[int]) -> str:
    """A sorted set of code points as `distance,count` pairs."""
    spans: list[list[int]] = []
    for point in points:
        if spans and spans[-1][1] == point:
            spans[-1][1] += 1
        else:
            spans.append([point, point + 1])
    ends = [0, *(end for _, end in spans)]
    return " ".join(
        item(start - before, end - start) for (start, end), before in zip(spans, ends, strict=False)
    )


def combining_classes() -> str:
    """Canonical combining classes other than 0, in runs."""
    spans: list[list[int]] = []
    for point in CODE_POINTS:
        value = combining_class(point)
        if value and spans and spans[-1][1:] == [point, value]:
            spans[-1][1] += 1
        elif value:
            spans.append([point, point + 1, value])
    ends = [0, *(span[1] for span in spans)]
    return " ".join(
        item(start - before, end - start, value)
        for (start, end, value), before in zip(spans, ends, strict=False)
    )


def mapping(function: Callable[[int], int]) -> str:
    """A case mapping as runs of equal step and equal offset."""
    entries, before = [], 0
    for first, count, step, offset in mapping_runs(function):
        entries.append(item(first - before, count, step, offset))
        before = first + (count - 1) * step + 1
    return " ".join(entries)


def decompositions() -> str:
    """All canonical decompositions of one step."""
    entries: list[str] = []
    before = 0
    for point in CODE_POINTS:
        parts = decomposition_of(point)
        if parts:
            entries.append(item(point - before, *parts))
            before = point + 1
    return " ".join(entries)
