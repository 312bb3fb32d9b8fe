"""Makes the Unicode tables that the text rules of every language read.

    python -m training.unicode_tables_build

reads Unicode 15.0.0 from the package unicodedata2, whichever Python runs it, and writes
`training/unicode_tables.json` and `web/src/unicode-tables.js` with the same content, so that no
implementation asks its own platform what a letter is. All numbers are in base 36, sorted by code
point, each code point as its distance from the end of the item before it:

- a class of characters, e.g. "letter": pairs `distance,count` of runs of code points;
- "combining": `distance,count,class` for canonical combining classes other than 0;
- "fold" and "upper" (simple case mappings): `distance,count,step,offset`: `count` code points,
  `step` apart, each mapped to itself plus `offset`;
- "decomposition" (canonical, one step, without Hangul): `distance,first[,second]`;
- "uncomposed": the code points with two-part decompositions that NFC never composes, as a class.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import unicodedata2 as unicodedata

from training.errors import UserError, command
from training.files import write_json, write_text

UNICODE_VERSION = "15.0.0"
ROOT = Path(__file__).resolve().parent.parent
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
HANGUL_SYLLABLES = range(0xAC00, 0xAC00 + 11172)
SURROGATES = range(0xD800, 0xE000)
JOINERS = (0x200C, 0x200D)
EMOJI_MODIFIERS = range(0x1F3FB, 0x1F400)
TAGS = range(0xE0020, 0xE0080)
REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)
INVISIBLE_SPACES = (0x200B,)
WIDE_NAMES = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA", "KATAKANA",
              "BOPOMOFO", "IDEOGRAPHIC NUMBER", "IDEOGRAPHIC ITERATION")  # fmt: skip
CODE_POINTS = [point for point in range(0x110000) if point not in SURROGATES]


def main(_arguments: Sequence[str] | None = None) -> None:
    """Write both files; refuses any other Unicode version."""
    if unicodedata.unidata_version != UNICODE_VERSION:
        raise UserError(
            f"unicodedata2 is of Unicode {unicodedata.unidata_version}, the tables are of "
            f"{UNICODE_VERSION}: install unicodedata2=={UNICODE_VERSION}"
        )
    tables = build()
    write_json(ROOT / "training" / "unicode_tables.json", tables)
    write_text(ROOT / "web" / "src" / "unicode-tables.js", javascript(tables))


def javascript(tables: dict[str, str]) -> str:
    """A module with the tables, formatted as prettier would."""
    lines = ["/** Made by training/unicode_tables_build.py, which describes the format. */"]
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


def is_space(point: int) -> bool:
    """White space, every control character, and the zero-width space."""
    category = unicodedata.category(chr(point))
    return category in ("Cc", "Zs", "Zl", "Zp") or point in INVISIBLE_SPACES


def is_wide(point: int) -> bool:
    """Characters of the scripts that put no spaces between words and are tokens one by one."""
    character = chr(point)
    letter = unicodedata.category(character) in ("Lo", "Lm", "Nl")
    return letter and unicodedata.name(character, "").startswith(WIDE_NAMES)


def is_digit(point: int) -> bool:
    """Decimal digits."""
    return unicodedata.category(chr(point)) == "Nd"


def is_letter(point: int) -> bool:
    """Letters, and the numbers that are not decimal digits."""
    category = unicodedata.category(chr(point))
    return (category[0] == "L" or category in ("Nl", "No")) and not is_wide(point)


def is_extender(point: int) -> bool:
    """What belongs to the character before it: marks, joiners, skin tones, tags."""
    mark = unicodedata.category(chr(point))[0] == "M"
    return mark or point in JOINERS or point in EMOJI_MODIFIERS or point in TAGS


def is_regional(point: int) -> bool:
    """The letters of which two make a flag."""
    return point in REGIONAL_INDICATORS


CLASSES: dict[str, Callable[[int], bool]] = {
    "space": is_space,
    "letter": is_letter,
    "digit": is_digit,
    "wide": is_wide,
    "extender": is_extender,
    "regional": is_regional,
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
        value = unicodedata.combining(chr(point))
        if value and spans and spans[-1][1:] == [point, value]:
            spans[-1][1] += 1
        elif value:
            spans.append([point, point + 1, value])
    ends = [0, *(span[1] for span in spans)]
    return " ".join(
        item(start - before, end - start, value)
        for (start, end, value), before in zip(spans, ends, strict=False)
    )


def simple_fold(point: int) -> int:
    """The statuses C and S of CaseFolding.txt, worked out from the full folding."""
    character = chr(point)
    folded = character.casefold()
    if len(folded) > 1:
        folded = character.lower()
    return ord(folded) if len(folded) == 1 else point


def simple_upper(point: int) -> int:
    """The simple upper-case mapping, where there is one of a single character."""
    upper = chr(point).upper()
    return ord(upper) if len(upper) == 1 else point


def mapping(function: Callable[[int], int]) -> str:
    """A case mapping as runs of equal step and equal offset."""
    spans: list[list[int]] = []  # first, last, step (0 while there is one code point only), offset
    for point in CODE_POINTS:
        offset = function(point) - point
        if not offset:
            continue
        first, last, step, same = spans[-1] if spans else (0, 0, 0, 0)
        distance = point - last
        if same == offset and distance <= 2 and step in (0, distance):
            spans[-1] = [first, point, distance, offset]
        else:
            spans.append([point, point, 0, offset])
    ends = [0, *(span[1] + 1 for span in spans)]
    return " ".join(
        item(first - before, (last - first) // (step or 1) + 1, step or 1, offset)
        for (first, last, step, offset), before in zip(spans, ends, strict=False)
    )


def decomposition_of(point: int) -> list[int]:
    """The canonical decomposition of one step, or nothing."""
    if point in HANGUL_SYLLABLES:
        return []
    parts = unicodedata.decomposition(chr(point))
    return [] if parts.startswith("<") else [int(part, 16) for part in parts.split()]


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


def is_uncomposed(point: int) -> bool:
    """Whether a two-part decomposition is left apart by NFC."""
    parts = decomposition_of(point)
    return len(parts) == 2 and unicodedata.normalize("NFC", chr(point)) != chr(point)


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, Unicode {unicodedata.unidata_version}")
    command(main)
