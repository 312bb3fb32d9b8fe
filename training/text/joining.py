"""Joining tokens to text: between two tokens there is a space unless a rule glues them.

The first rule that fits decides. "Previous" is the token before the gap, "next" the one behind it.
 J1  A space around emoticons and `–`, before an EXTENDER, and behind a token that ends in U+200D.
 J2  `-` and `/` are links: glued on both sides if previous ends in a PART and next begins with an
     ALNUM; but `/` not behind a web address. A `-` or `/` that is no link has spaces.
 J3  Behind an opening token (`(` `[` `{` `¡` `¿`, an opening quote, a currency sign before a DIGIT)
     no space, except before `)` `]` `}`.
 J4  Two tokens that both begin with a WIDE or wide punctuation are glued.
 J5  Before `.` `...` `,` `!` `?` `:` `;` no space; but one before a `.` or `...` behind a token
     that ends in `.`.
 J6  Before `)` `]` `}` no space, if the chunk that they end holds a word.
 J7  Before `%` no space, if previous ends in a DIGIT.
 J8  Before a closing quote no space. Quotes of a kind open and close in turn, except that a `'`
     behind `s` while none is open is an apostrophe: like a closing one, but not counted.
"""

from collections.abc import Iterable

from training.text import lists
from training.text import patterns as rules

_DOTS = frozenset((".", lists.ELLIPSIS))
_APART = lists.EMOTICONS | {lists.DASH}


def join(tokens: Iterable[str]) -> str:
    """The text of `tokens` (J1 to J8); splitting it yields the tokens that `split` once gave."""
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
    """Which kinds of quote are open, from the tokens so far."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.opened = False  # by the latest token

    def closes(self, token: str, previous: str) -> bool:
        """Take the next token; whether it is a quote that belongs to what stands before it."""
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
