"""The text rules: from characters to tokens and back. All implementations use these rule numbers.

Characters are Unicode code points. Each has one class (`unicode_tables.py`): SPACE (white space,
control characters, U+200B), LETTER (also numbers such as Ⅳ and ½), DIGIT, WIDE (ideographs and
kana), EXTENDER (marks, joiners, skin tones, tags, and punctuation inside words such as the Armenian
`՞`: the category Po with Word_Break=ALetter), REGIONAL (flag letters), or SYMBOL (all others,
including unassigned code points). An ALNUM is a LETTER or DIGIT; a PART is an ALNUM or EXTENDER;
DASH is `-` or U+2012..U+2015. The lists that the rules refer to are in `lists.py`.

A character can also have properties, which are those of Unicode (`punctuation.py`):
 TERMINATOR        Sentence_Terminal; the token `...` is one as well
 WIDE_TERMINATOR   Sentence_Break=STerm and WIDE_PUNCTUATION
 LOWER             Sentence_Break=Lower, which Georgian letters are not
 GLUED             Terminal_Punctuation, and the Armenian `՝`
 OPENING, CLOSING  the categories Ps, with `¡` and `¿`, and Pe
 CURRENCY          the category Sc
 WIDE_PUNCTUATION  East_Asian_Width=F, or the categories P* with East_Asian_Width=W or H
 MID_LETTER        Word_Break=MidLetter or MidNumLet, but not GLUED or WIDE_PUNCTUATION
 HEBREW            Word_Break=Hebrew_Letter
 GREEK             a LETTER with Script=Greek

Normalising
 N1  A surrogate pair becomes its character; any other surrogate becomes U+FFFD.
 N2  Invisible format characters (`IGNORED`) are removed.
 N3  The text is converted to NFC.
 N4  Typographic quotes become `'` and `"`, U+2010 and U+2011 `-`, U+2026 `...` (`REPLACED`).

Splitting: SPACE separates chunks. In a chunk, from left to right, the first rule that matches takes
as many characters as it can; splitting continues after them.
 S1  A whole chunk that is one of `EMOTICONS`.
 S2  Web address: `http://`, `https://` or `www.` (any case), then everything except SPACE `"` `<`
     `>` up to the last PART or `/` among them, which must exist.
 S3  Mail address: an ALNUM, up to 63 of PART `.` `+` `_` `-` (as many as possible), `@`, and two or
     more labels joined by `.`; a label is an ALNUM and PARTs, or several of these joined by single
     `-`.
 S4  Initials: a LETTER and `.`, two or more times (`e.g.`, `U.S.`).
 S5  Word: an ALNUM and PARTs. It continues across one `'`, `_` or MID_LETTER before an ALNUM,
     across one `"` between two HEBREW letters, and across one `DIGIT_LINKS` between two DIGITs.
 S6  `@` or `#` and the word directly after it.
 S7  Two or more `.` are the token `...`.
 S8  Hyphen: `-` after a PART other than U+200D and before an ALNUM is the token `-`.
 S9  Any other run of DASH is the token `–` (U+2013).
 S10 One or two REGIONAL and EXTENDERs.
 S11 A WIDE and EXTENDERs.
 S12 EXTENDERs without anything to extend.
 S13 A SYMBOL and EXTENDERs; while these end in U+200D, also the next SYMBOL and EXTENDERs.

Joining: see `joining.py`. Splitting the joined text yields the same tokens.

Folding: the simple case folding of each code point, and `i` for `İ`, then NFC.

Sentences
 B1  A terminator ends a sentence: a TERMINATOR, or a `;` after a token that ends in GREEK. A `.`
     after one of `ABBREVIATIONS`, or after a single capital other than `I`, does not. A `...` may.
 B2  A TERMINATOR, or a token that begins with a LOWER character, does not begin a sentence.
 B3  A word starts a sentence if no word comes before it in its segment, or if a terminator other
     than `...` ended a sentence after the last word.

Segments
 G1  "message": each line is a segment; a line ends at LF, CR, U+0085, U+2028 or U+2029.
 G2  "line": as G1, but nothing is normalised (except N1), and the chunks are the tokens.
 G3  "sentence": a segment ends after a terminator (B1) and any terminators, CLOSING, `'` and `"`
     that follow it, if the next character is SPACE and the next token may begin a sentence (B2).
     After a WIDE_TERMINATOR, no SPACE is needed.
 G4  A segment is complete once its end has been seen: the line end, or the SPACE after a sentence,
     or, after `...`, the next token.
 G5  Segments without tokens are dropped.

Typing
 T1  A text that ends in SPACE or in an emoticon chunk, or is empty, has no prefix.
 T2  Any other text is segmented with the letter `A` appended. The last token without this `A` is
     the prefix ("well-kn": `well` `-`, and "kn"; "don'": "don'"; "wait.": `wait` `.`, and no
     prefix). With segmentation "line", the last chunk is the prefix.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from training.text import lists
from training.text import patterns as rules
from training.text.joining import join
from training.text.lists import IGNORED, REPLACED, RULES_VERSION
from training.text.sentences import Ending, ending_after, is_wide_end, may_begin, next_ending
from training.text.unicode_tables import FOLD, nfc

__all__ = [
    "RULES_VERSION", "SEGMENTATIONS", "Segment", "Typed",
    "fold", "is_word", "join", "normalise", "segments", "split", "typed",
]  # fmt: skip

SEGMENTATIONS = ("message", "sentence", "line")

# Chunks repeat often, so the tokens of this many are cached.
KEPT_CHUNKS = 1 << 16
LONGEST_KEPT_CHUNK = 64

_SURROGATE = re.compile("[\ud800-\udfff]")
_IGNORED = re.compile(f"[{IGNORED}]+")
_REPLACED = re.compile(f"[{''.join(REPLACED)}]")
_REWRITES = (lists.ELLIPSIS, lists.DASH)


class Segment(NamedTuple):
    """The tokens of a message, sentence or line.

    Args:
      tokens: The tokens in their written form.
      complete: Whether the end of the segment has been seen (G4).
    """

    tokens: list[str]
    complete: bool


class Typed(NamedTuple):
    """The text before a cursor.

    Args:
      segments: The segments, without the word being typed.
      prefix: The letters of the word being typed so far.
    """

    segments: list[Segment]
    prefix: str


def normalise(text: str) -> str:
    """Normalise `text` (N1 to N4). Normalising twice has no further effect."""
    if text.isascii():
        return text
    text = _IGNORED.sub("", _without_surrogates(text))
    return _REPLACED.sub(lambda found: REPLACED[found.group()], nfc(text))


def _without_surrogates(text: str) -> str:
    if not _SURROGATE.search(text):
        return text
    # UTF-16 combines the two halves of a pair into one character.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def split(text: str) -> list[str]:
    """Split `text` into tokens in their written form; line ends count as spaces (S1 to S13).

    Example:
      >>> split("I don't know, do you?")
      ['I', "don't", 'know', ',', 'do', 'you', '?']
    """
    return _tokens(normalise(text))


def _tokens(text: str) -> list[str]:
    chunks = (rules.ASCII_CHUNK if text.isascii() else rules.CHUNK).findall(text)
    return list(chain.from_iterable(map(_TOKENS_OF_CHUNK.__getitem__, chunks)))


class _TokensOfChunks(dict[str, list[str]]):
    """A cache of the tokens of chunks. No splitting rule looks beyond its chunk."""

    def __missing__(self, chunk: str) -> list[str]:
        if rules.REWRITTEN.search(chunk) or rules.BEYOND_PLANE.search(chunk):
            tokens = [token for token, _, _ in _scan(chunk)]
        else:
            tokens = rules.tokens(is_ascii=chunk.isascii()).findall(chunk)
        if len(chunk) <= LONGEST_KEPT_CHUNK:
            if len(self) >= KEPT_CHUNKS:
                self.clear()
            self[chunk] = tokens
        return tokens


_TOKENS_OF_CHUNK = _TokensOfChunks()


def _scan(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the tokens of a normalised text with their start and end offsets."""
    pattern = rules.tokens(is_ascii=text.isascii(), in_groups=True)
    for match in pattern.finditer(rules.BEYOND_PLANE.sub(_stand_in, text)):
        start, end = match.span()
        rewritten = match.lastindex
        yield (_REWRITES[rewritten - 1] if rewritten else text[start:end]), start, end


def _stand_in(found: re.Match[str]) -> str:
    return rules.STAND_INS.get(found.group(), rules.SYMBOL_STAND_IN)


def fold(token: str) -> str:
    """Fold the case of each character of `token`; the result is in NFC."""
    return token.lower() if token.isascii() else nfc(token.translate(FOLD))


def is_word(token: str) -> bool:
    """Return whether `token` contains a letter or digit, unlike punctuation and emoji."""
    return rules.LETTER_OR_DIGIT.search(token) is not None


def segments(text: str, segmentation: str) -> list[Segment]:
    """Split `text` into messages, sentences or lines (G1 to G5).

    Raises:
      ValueError: If `segmentation` is not "message", "sentence" or "line".
    """
    _check_segmentation(segmentation)
    if segmentation == "line":
        return _lines(_without_surrogates(text), rules.CHUNK.findall)
    return _segments_of_normalised(normalise(text), segmentation)


def typed(text: str, segmentation: str) -> Typed:
    """Split the text before a cursor into segments and a prefix (T1, T2).

    Raises:
      ValueError: If `segmentation` is not "message", "sentence" or "line".

    Example:
      >>> typed("I am g", "message")
      Typed(segments=[Segment(tokens=['I', 'am'], complete=False)], prefix='g')
    """
    _check_segmentation(segmentation)
    text = _without_surrogates(text) if segmentation == "line" else normalise(text)
    chunk = _last_chunk(text)
    if segmentation == "line":
        return Typed(_lines(text[: len(text) - len(chunk)], rules.CHUNK.findall), chunk)
    if not chunk or chunk in lists.EMOTICONS:
        return Typed(_segments_of_normalised(text, segmentation), "")
    *before, last = _segments_of_normalised(text + "A", segmentation)
    *tokens, unfinished = last.tokens
    found = [*before, Segment(tokens, False)] if tokens else before
    return Typed(found, unfinished[:-1])


def _check_segmentation(segmentation: str) -> None:
    if segmentation not in SEGMENTATIONS:
        raise ValueError(
            f"the segmentation is {segmentation!r}, expected one of {', '.join(SEGMENTATIONS)}"
        )


def _last_chunk(text: str) -> str:
    chunk = rules.CHUNK.match(text[::-1])
    return chunk.group()[::-1] if chunk else ""


def _segments_of_normalised(text: str, segmentation: str) -> list[Segment]:
    return _lines(text, _tokens) if segmentation == "message" else list(_sentences(text))


def _lines(text: str, tokens_of: Callable[[str], list[str]]) -> list[Segment]:
    *ended, last = rules.LINE_END.split(text)
    found = [Segment(tokens_of(line), True) for line in ended]
    found.append(Segment(tokens_of(last), False))
    return [segment for segment in found if segment.tokens]


def _sentences(text: str) -> Iterator[Segment]:
    rare = not text.isascii() and rules.RARE_TERMINATOR.search(text)
    return _sentences_by_token(text) if rare else _sentences_by_space(text)


def _sentences_by_space(text: str) -> Iterator[Segment]:
    """Yield the sentences of a text without rare terminators. This fast path works in pieces."""
    tokens: list[str] = []
    ending = Ending.NO
    for piece in map(_tokens, _pieces(text)):
        if ending and piece and may_begin(piece[0]):
            yield Segment(tokens, True)
            tokens = []
        tokens += piece
        ending = ending_after(tokens)
    if tokens:
        complete = ending is Ending.YES and bool(rules.SPACE.match(text[-1]))
        yield Segment(tokens, complete)


def _pieces(text: str) -> Iterator[str]:
    """Yield pieces of `text`, cut wherever a sentence might end before SPACE."""
    pattern = rules.ASCII_SENTENCE_END if text.isascii() else rules.SENTENCE_END
    begin = 0
    for end in pattern.finditer(text):
        yield text[begin : end.end()]
        begin = end.end()
    yield text[begin:]


def _sentences_by_token(text: str) -> Iterator[Segment]:
    """Yield the sentences of any text."""
    tokens: list[str] = []
    ending, end = Ending.NO, 0  # whether the tokens so far may be a sentence, and where they end
    for token, start, stop in _scan(text):
        spaced = start > end
        if ending and may_begin(token) and (spaced or is_wide_end(tokens, token)):
            yield Segment(tokens, True)
            tokens, ending = [], Ending.NO
        ending = next_ending(ending, tokens[-1] if tokens else "", token)
        tokens.append(token)
        end = stop
    if tokens:
        yield Segment(tokens, ending is Ending.YES and end < len(text))
