"""The Unicode tables as strings, for Python: `training/text/unicode_tables.json`.

All numbers are in base 36. Entries are sorted by code point; each code point is stored as its
distance from the end of the previous entry:

- a class of characters or a property, such as "letter": runs of code points as `distance,count`;
- "fold", "upper" and "title" (simple case mappings): `distance,count,step,offset`: `count` code
  points, `step` apart, each mapped to itself plus `offset`;
- "uncomposed": a class of the code points with two-part decompositions that NFC never composes,
  for tests.
"""

from collections.abc import Callable, Iterable

from tools.tables.unicode import (
    CLASSES,
    CODE_POINTS,
    PROPERTIES,
    is_uncomposed,
    mapping_runs,
    simple_fold,
    simple_title,
    simple_upper,
)

UNICODE_VERSION = "15.0.0"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def build() -> dict[str, str]:
    """All tables by name, each as one string."""
    return {
        "unicode": UNICODE_VERSION,
        **{name: runs(filter(belongs, CODE_POINTS)) for name, belongs in CLASSES.items()},
        **{name: runs(sorted(points)) for name, points in PROPERTIES.items()},
        "fold": mapping(simple_fold),
        "upper": mapping(simple_upper),
        "title": mapping(simple_title),
        "uncomposed": runs(filter(is_uncomposed, CODE_POINTS)),
    }


def base36(number: int) -> str:
    """A whole number in base 36."""
    digits = ""
    rest = abs(number)
    while rest or not digits:
        rest, digit = divmod(rest, 36)
        digits = DIGITS[digit] + digits
    return "-" + digits if number < 0 else digits


def item(*numbers: int) -> str:
    """An entry of a table."""
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


def mapping(function: Callable[[int], int]) -> str:
    """A case mapping as runs of equal step and equal offset."""
    entries, before = [], 0
    for first, count, step, offset in mapping_runs(function):
        entries.append(item(first - before, count, step, offset))
        before = first + (count - 1) * step + 1
    return " ".join(entries)
