"""Join tokens to text: a space separates two tokens unless a rule joins them without one.

The first rule that applies decides. "Previous" is the token before the gap, "next" the one after.
 J1  A space around emoticons and `–`, before an EXTENDER, and after a token that ends in U+200D.
 J2  `-` and `/` are links, without spaces on both sides, if previous ends in a PART and next begins
     with an ALNUM; but not a `/` after a web address. A `-` or `/` that is not a link has spaces.
 J3  No space after an opening token (`(` `[` `{` `¡` `¿`, an opening quote, a currency sign before
     a DIGIT), except before `)` `]` `}`.
 J4  No space between two tokens that both begin with a WIDE or wide punctuation.
 J5  No space before `.` `...` `,` `!` `?` `:` `;`, except before a `.` or `...` after a token that
     ends in `.`.
 J6  No space before `)` `]` `}` if the chunk that they end contains a word.
 J7  No space before `%` if previous ends in a DIGIT.
 J8  No space before a closing quote. Quotes of a kind alternately open and close, except that a `'`
     after `s` while none is open is an apostrophe: joined like a closing quote, but not counted.
"""

from collections.abc import Iterable

from training.text import lists
from training.text import patterns as rules

_DOTS = frozenset((".", lists.ELLIPSIS))
_APART = lists.EMOTICONS | {lists.DASH}


def join(tokens: Iterable[str]) -> str:
    """Return the text of `tokens` (J1 to J8). Splitting it yields the same tokens again."""
    tokens = list(tokens)
    pieces: list[str] = []
    quotes = _Quotes()
    previous, opening, chunk_has_word = "", False, False
    for token, following in zip(tokens, [*tokens, ""][1:], strict=True):
        closes = quotes.closes(token, previous)
        touches = _may_touch(previous, token)
        link = touches and _is_link(previous, token, following)
        glued = touches and (opening or link or closes or _is_glued(previous, token))
        if token in lists.CLOSING_BRACKETS and not chunk_has_word:
            glued = False
        pieces.append(token if glued or not pieces else " " + token)
        chunk_has_word = (glued and chunk_has_word) or bool(rules.LETTER_OR_DIGIT.search(token))
        opening = link or quotes.opened or _opens(token, following)
        previous = token
    return "".join(pieces)


class _Quotes:
    """Tracks which kinds of quote are open."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.opened = False  # by the latest token

    def closes(self, token: str, previous: str) -> bool:
        """Read the next token. Returns whether it is a quote that attaches to the previous one."""
        self.opened = False
        if token not in ("'", '"'):
            return False
        if token in self.open:
            self.open.remove(token)
            return True
        if token == "'" and previous[-1:] in ("s", "S"):
            return True
        self.open.add(token)
        self.opened = True
        return False


def _may_touch(previous: str, token: str) -> bool:
    apart = previous in _APART or token in _APART or previous.endswith(lists.ZERO_WIDTH_JOINER)
    return bool(previous) and not apart and not rules.EXTENDER.match(token)


def _is_link(previous: str, token: str, following: str) -> bool:
    if token not in ("-", "/") or (token == "/" and rules.WEB_ADDRESS.match(previous)):
        return False
    return bool(rules.PART.match(previous[-1:]) and rules.ALNUM.match(following))


def _is_glued(previous: str, token: str) -> bool:
    if token in _DOTS:
        return not previous.endswith(".")
    if token == "%":
        return rules.DIGIT.match(previous[-1:]) is not None
    both_wide = rules.WIDE.match(previous) and rules.WIDE.match(token)
    return token in lists.GLUED or token in lists.CLOSING_BRACKETS or bool(both_wide)


def _opens(token: str, following: str) -> bool:
    currency = token in lists.CURRENCY and rules.DIGIT.match(following)
    return token in lists.OPENING or bool(currency)
