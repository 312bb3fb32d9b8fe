"""The regular expressions that implement the text rules in `rules.py`."""

import functools
import re

from training.text.lists import (
    DASHES,
    DIGIT_LINKS,
    EMOTICONS,
    GREEK_QUESTION_MARK,
    LINE_ENDS,
    ZERO_WIDTH_JOINER,
)
from training.text.punctuation import CLOSERS
from training.text.unicode_tables import character_class, ranges

_CLASSES = ("space", "letter", "digit", "wide", "extender", "regional", "mid_letter", "hebrew")
_DASHES = re.escape(DASHES)
_NO_CHARACTER = "\U0010ffff"  # a class without ASCII characters


@functools.cache
def tokens(*, is_ascii: bool, in_groups: bool = False) -> re.Pattern[str]:
    """Return the pattern of a token: rules S1 to S13 in order.

    Compiled when first used, since compiling takes up to 80 ms.

    Repetitions of single characters are possessive, which keeps the time linear. Repetitions of
    groups are not, because Python 3.11.0 to 3.11.4 match those incorrectly (python/cpython#106052).
    This is still linear, because no group here can match the same characters in two ways.

    Args:
      is_ascii: Whether the text is ASCII. That pattern is faster.
      in_groups: Whether an ellipsis is group 1 and a dash group 2. `findall` needs a pattern
        without groups.
    """
    classes = _ASCII_CLASSES if is_ascii else _PLANE_CLASSES
    group = "(" if in_groups else "(?:"
    letter, digit, space = classes["letter"], classes["digit"], classes["space"]
    extender, wide, regional = classes["extender"], classes["wide"], classes["regional"]
    alnum, part = f"[{letter}{digit}]", f"[{letter}{digit}{extender}]"
    links = (
        f"['_{classes['mid_letter']}](?={alnum})",
        f'(?<=[{classes["hebrew"]}])"(?=[{classes["hebrew"]}])',
        f"(?<=[{digit}])[{DIGIT_LINKS}](?=[{digit}])",
    )
    word = f"{alnum}{part}*+(?:(?:{'|'.join(links)}){part}++)*"
    label = f"{alnum}{part}*+(?:-{alnum}{part}*+)*"
    symbol = f"[^{letter}{digit}{extender}{space}{wide}{regional}{_DASHES}]"
    emoticons = "|".join(map(re.escape, sorted(EMOTICONS, key=len, reverse=True)))
    alternatives = (
        f"(?=[:;=<>(^.\\-])(?<![^{space}])(?:{emoticons})(?![^{space}])",
        f'(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ww]{{3}}\\.)[^{space}"<>]*[{letter}{digit}{extender}/]',
        f"{alnum}[{letter}{digit}{extender}.+_\\-]{{0,63}}+@{label}(?:\\.{label})+",
        f"(?:[{letter}]\\.){{2,}}",
        word,
        f"[@#]{word}",
        f"{group}\\.{{2,}}+)",
        f"(?<={part})(?<!{ZERO_WIDTH_JOINER})-(?={alnum})",
        f"{group}[{_DASHES}]++)",
        f"[{regional}]{{1,2}}+[{extender}]*+",
        f"[{wide}][{extender}]*+",
        f"[{extender}]++",
        f"{symbol}[{extender}]*+(?:(?<={ZERO_WIDTH_JOINER}){symbol}[{extender}]*+)*",
    )
    return re.compile("|".join(alternatives))


# Regular expressions are slow beyond U+FFFF, so each character there is replaced by a stand-in of
# the same class.
REGIONAL_STAND_IN = "\ud800"  # normalised text contains no surrogates
_STAND_INS = (
    ("letter", "\u0101"),
    ("digit", "\u0663"),
    ("wide", "\u4e2d"),
    ("extender", "\u0301"),
    ("regional", REGIONAL_STAND_IN),
)
SYMBOL_STAND_IN = "\u2603"
STAND_INS = {
    chr(point): stand_in
    for name, stand_in in _STAND_INS
    for first, last in ranges(name)
    for point in range(max(first, 0x10000), last + 1)
}
BEYOND_PLANE = re.compile("[\U00010000-\U0010ffff]")

_ASCII_CLASSES = {
    **dict.fromkeys(_CLASSES, _NO_CHARACTER),
    "space": "\x00- \x7f",
    "letter": "A-Za-z",
    "digit": "0-9",
}
_PLANE_CLASSES = {
    name: character_class(name, last=0xFFFF) for name in (*_CLASSES, "terminator")
} | {"regional": REGIONAL_STAND_IN}

REWRITTEN = re.compile(f"[{_DASHES}]|\\.\\.")
SPACE = re.compile(f"[{character_class('space')}]")
_CLOSERS = re.escape("".join(CLOSERS))
ASCII_SENTENCE_END = re.compile(f"[.?!][{_CLOSERS}]*+(?=[{_ASCII_CLASSES['space']}])")
SENTENCE_END = re.compile(
    f"[{_PLANE_CLASSES['terminator']}{GREEK_QUESTION_MARK}][{_CLOSERS}]*+"
    f"(?=[{character_class('space')}])"
)
# A text with one of these is read token by token.
RARE_TERMINATOR = re.compile(
    f"[{character_class('wide_terminator')}{character_class('terminator', first=0x10000)}]"
)
ASCII_CHUNK = re.compile(f"[^{_ASCII_CLASSES['space']}]+")
CHUNK = re.compile(f"[^{character_class('space')}]+")
LINE_END = re.compile(f"[{LINE_ENDS}]")
LETTER_OR_DIGIT = re.compile(f"[{character_class('letter', 'digit', 'wide')}]")
ALNUM = re.compile(f"[{character_class('letter', 'digit')}]")
PART = re.compile(f"[{character_class('letter', 'digit', 'extender')}]")
DIGIT = re.compile(f"[{character_class('digit')}]")
EXTENDER = re.compile(f"[{character_class('extender')}]")
WIDE = re.compile(f"[{character_class('wide', 'wide_punctuation')}]")
GREEK = re.compile(f"[{character_class('greek')}]")
WEB_ADDRESS = re.compile("(?:https?://|www\\.)", re.IGNORECASE | re.ASCII)
