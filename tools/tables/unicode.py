"""The properties of a code point in the Unicode tables.

They come from two packages, so that they are the same in every Python: unicodedata2, and regex for
the properties that unicodedata2 lacks. regex has a later Unicode version, so the code points that
unicodedata2 does not know are left out. `encoded.py` and `c_source.py` write the properties in the
formats of the different languages.
"""

from collections.abc import Callable

import regex
import unicodedata2 as unicodedata

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
CHARACTERS = "".join(map(chr, CODE_POINTS))
TURKISH_CAPITAL = 0x130  # the only capital whose simple folding is for Turkish alone
ARMENIAN_COMMA = 0x55D  # stands directly after a word, but Unicode does not count it as terminal


def matching(pattern: str) -> frozenset[int]:
    """The assigned code points that match a pattern of the package regex."""
    found = regex.findall(pattern, CHARACTERS)
    return frozenset(
        ord(character) for character in found if unicodedata.category(character) != "Cn"
    )


MARKS_IN_WORDS = matching(r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}]") & matching(r"\p{gc=Po}")


def is_space(point: int) -> bool:
    """White space, every control character, and the zero-width space."""
    category = unicodedata.category(chr(point))
    return category in ("Cc", "Zs", "Zl", "Zp") or point in INVISIBLE_SPACES


def is_wide(point: int) -> bool:
    """Letters of scripts without spaces between words, each of which is a token."""
    character = chr(point)
    letter = unicodedata.category(character) in ("Lo", "Lm", "Nl")
    return letter and unicodedata.name(character, "").startswith(WIDE_NAMES)


def is_digit(point: int) -> bool:
    """Decimal digits."""
    return unicodedata.category(chr(point)) == "Nd"


def is_letter(point: int) -> bool:
    """Letters, and numbers that are not decimal digits."""
    category = unicodedata.category(chr(point))
    return (category[0] == "L" or category in ("Nl", "No")) and not is_wide(point)


def is_extender(point: int) -> bool:
    """Characters that extend the previous character: marks, joiners, skin tones, tags.

    Punctuation inside words, such as the Armenian question mark, is treated in the same way.
    """
    mark = unicodedata.category(chr(point))[0] == "M" or point in MARKS_IN_WORDS
    return mark or point in JOINERS or point in EMOJI_MODIFIERS or point in TAGS


def is_regional(point: int) -> bool:
    """Regional indicators, two of which make a flag."""
    return point in REGIONAL_INDICATORS


CLASSES: dict[str, Callable[[int], bool]] = {
    "space": is_space,
    "letter": is_letter,
    "digit": is_digit,
    "wide": is_wide,
    "extender": is_extender,
    "regional": is_regional,
}

_TERMINATORS = matching(r"\p{Sentence_Terminal}")
_GLUED = matching(r"\p{Terminal_Punctuation}") | {ARMENIAN_COMMA}
_WIDE_PUNCTUATION = (matching(r"\p{ea=Fullwidth}") & matching(r"[\p{P}\p{S}]")) | (
    matching(r"[\p{ea=Wide}\p{ea=Halfwidth}]") & matching(r"\p{P}")
)
# Properties that are independent of the class, by name.
PROPERTIES: dict[str, frozenset[int]] = {
    "lower": matching(r"\p{SB=Lower}"),
    "terminator": _TERMINATORS,
    "wide_terminator": matching(r"\p{SB=STerm}") & _WIDE_PUNCTUATION,
    "glued": _GLUED,
    "opening": matching(r"\p{gc=Ps}"),
    "closing": matching(r"\p{gc=Pe}"),
    "currency": matching(r"\p{gc=Sc}"),
    "wide_punctuation": _WIDE_PUNCTUATION,
    "mid_letter": matching(r"[\p{WB=MidLetter}\p{WB=MidNumLet}]") - _GLUED - _WIDE_PUNCTUATION,
    "hebrew": matching(r"\p{WB=Hebrew_Letter}"),
    "greek": frozenset(filter(is_letter, matching(r"\p{Script=Greek}"))),
}


def combining_class(point: int) -> int:
    """The canonical combining class, 0 except for marks."""
    return unicodedata.combining(chr(point))


def simple_fold(point: int) -> int:
    """The simple case folding (statuses C and S in CaseFolding.txt), from the full folding.

    `İ` has no such folding. It gets the Turkish one (status T), `i`, because no other language has
    that letter.
    """
    if point == TURKISH_CAPITAL:
        return ord("i")
    character = chr(point)
    folded = character.casefold()
    if len(folded) > 1:
        folded = character.lower()
    return ord(folded) if len(folded) == 1 else point


def simple_upper(point: int) -> int:
    """The simple upper-case mapping, if it is a single character."""
    upper = chr(point).upper()
    return ord(upper) if len(upper) == 1 else point


def simple_title(point: int) -> int:
    """The simple title-case mapping, if it is a single character."""
    title = chr(point).title()
    return ord(title) if len(title) == 1 else point


def mapping_runs(function: Callable[[int], int]) -> list[tuple[int, int, int, int]]:
    """A case mapping as runs of equal step and offset: first code point, count, step, offset."""
    spans: list[list[int]] = []  # first, last, step (0 for a single code point), offset
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
    return [
        (first, (last - first) // (step or 1) + 1, step or 1, offset)
        for first, last, step, offset in spans
    ]


def decomposition_of(point: int) -> list[int]:
    """The one-step canonical decomposition, or an empty list."""
    if point in HANGUL_SYLLABLES:
        return []
    parts = unicodedata.decomposition(chr(point))
    return [] if parts.startswith("<") else [int(part, 16) for part in parts.split()]


def is_uncomposed(point: int) -> bool:
    """Whether NFC does not recompose a two-part decomposition."""
    parts = decomposition_of(point)
    return len(parts) == 2 and unicodedata.normalize("NFC", chr(point)) != chr(point)
