"""Join tokens to text: a space separates two tokens unless a rule joins them without one.

The first rule that applies decides. "Previous" is the token before the gap, "next" the one after.
 J1  A space around emoticons and `–`, before an EXTENDER, and after a token that ends in U+200D.
 J2  `-` and `/` are links, without spaces on both sides, if previous ends in a PART and next begins
     with an ALNUM; but not a `/` after a web address. A `-` or `/` that is not a link has spaces.
     `·` is a link if both begin with a WIDE or WIDE_PUNCTUATION.
 J3  No space after an opening token (OPENING, an opening quote, CURRENCY before a DIGIT), except
     before CLOSING.
 J4  No space between two tokens that both begin with a WIDE, WIDE_PUNCTUATION or DIGIT, unless both
     begin with a DIGIT.
 J5  No space before GLUED and `...`, except before a `.` or `...` after a token that ends in `.`;
     and none before `·` if previous ends in a GREEK letter.
 J6  No space before CLOSING if the chunk that it ends contains a word.
 J7  No space before `PERCENT_SIGNS` if previous ends in a DIGIT.
 J8  No space before a closing quote. Quotes of a kind alternately open and close, except that a `'`
     after `s` while none is open is an apostrophe: joined like a closing quote, but not counted.
 J9  In spite of J3 and J4, a space before a token with a PART in a chunk with a web address or with
     `www` and `.`, since it would become part of an address.
"""

from collections.abc import Iterable

from training.text import lists
from training.text import patterns as rules
from training.text.punctuation import CLOSING_BRACKETS, CURRENCY, GLUED, OPENING

_DOTS = frozenset((".", lists.ELLIPSIS))
_APART = lists.EMOTICONS | {lists.DASH}


def join(tokens: Iterable[str]) -> str:
    """Return the text of `tokens` (J1 to J9). Splitting it yields the same tokens again."""
    tokens = list(tokens)
    pieces: list[str] = []
    quotes = _Quotes()
    previous, opening, chunk_has_word, chunk_has_address = "", False, False, False
    for token, following in zip(tokens, [*tokens, ""][1:], strict=True):
        closes = quotes.closes(token, previous)
        touches = _may_touch(previous, token)
        link = touches and _is_link(previous, token, following)
        glued = touches and (opening or link or closes or _is_glued(previous, token))
        if token in CLOSING_BRACKETS and not chunk_has_word:
            glued = False
        if chunk_has_address and rules.PART.search(token):
            glued = False
        pieces.append(token if glued or not pieces else " " + token)
        chunk_has_word = (glued and chunk_has_word) or bool(rules.LETTER_OR_DIGIT.search(token))
        is_address = rules.WEB_ADDRESS.match(previous + token if glued else token) is not None
        chunk_has_address = (glued and chunk_has_address) or is_address
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
    if token == lists.MIDDLE_DOT:
        return bool(rules.WIDE.match(previous) and rules.WIDE.match(following))
    if token not in ("-", "/") or (token == "/" and rules.WEB_ADDRESS.match(previous)):
        return False
    return bool(rules.PART.match(previous[-1:]) and rules.ALNUM.match(following))


def _is_glued(previous: str, token: str) -> bool:
    if token in _DOTS:
        return not previous.endswith(".")
    if token in lists.PERCENT_SIGNS:
        return rules.DIGIT.match(previous[-1:]) is not None
    if token == lists.MIDDLE_DOT:
        return rules.GREEK.match(previous[-1:]) is not None
    return token in GLUED or token in CLOSING_BRACKETS or _is_dense(previous, token)


def _is_dense(previous: str, token: str) -> bool:
    if rules.WIDE.match(token):
        return bool(rules.WIDE.match(previous) or rules.DIGIT.match(previous))
    return bool(rules.DIGIT.match(token) and rules.WIDE.match(previous))


def _opens(token: str, following: str) -> bool:
    currency = token in CURRENCY and rules.DIGIT.match(following)
    return token in OPENING or bool(currency)
