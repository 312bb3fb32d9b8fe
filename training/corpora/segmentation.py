"""Detect from a sample whether the sentences of a plain text end at line ends.

A line end counts if another line of the same document follows. A line is ended if its last token,
ignoring quotes and brackets, ends sentences in some script (Unicode Sentence_Terminal). It is open
if it is not ended and either its last character is a comma, semicolon, colon or dash, or the next
line begins with a lower-case letter in a text whose sentences begin with capitals.

The first rule that applies decides:

 D1  Fewer than 10 line ends count, or fewer than a quarter of them: "sentence". Most lines are
     surrounded by blank lines, so line ends provide little evidence.
 D2  At least 10 commas and full stops have spaces on both sides, 50 for each mark that touches a
     word (ignoring abbreviations), or one line in a hundred contains `<unk>`: "line". The text is
     already tokenized.
 D3  Fewer than one terminator in 10 lines: "message". Only line ends separate the sentences.
 D4  A fifth of the lines are open, or the lines are wrapped at a fixed width: "sentence". The text
     is prose with hard line breaks, or verse.
 D5  The lines contain 1.5 sentences on average, and three in four are ended: "sentence". Each line
     is a paragraph.
 D6  Otherwise: "message". Each line is a sentence, a chat message or a subtitle.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from training.text import patterns as rules
from training.text.punctuation import CLOSERS, TERMINATORS
from training.text.rules import segments, split
from training.text.unicode_tables import FOLD, UPPER

FEWEST_LINE_ENDS = 10
LINE_ENDS_THAT_COUNT = 0.25
MARKS_APART_FOR_ONE_ATTACHED = 50
FEWEST_MARKS_APART = 10
UNKNOWN_IN_LINES = 0.01
FEW_TERMINATORS = 0.1
OPEN_LINE_ENDS = 0.2
FULL_LINES = 0.8
LEAST_WIDTH = 32
"""In columns. Prose is not wrapped to less, and a few short lines can look full by accident."""
SEVERAL_SENTENCES = 1.5
ENDED_LINE_ENDS = 0.75
CAPITALS_AT_STARTS = 0.8

# Hyphens, dashes, and the commas, semicolons and colons of scripts in everyday use.
CONTINUING = frozenset(
    "-\u2010\u2011\u2012\u2013\u2014\u2015,;:\u055d\u060c\u061b\u1363\u1364\u1365\u1366\u3001\uff0c\uff1a\uff1b"
)
# French puts spaces before the other marks.
MARKS_APART = frozenset(",.")
MARKS_ATTACHED = frozenset(",;?!")


@dataclass(frozen=True)
class Line:
    """A line that is not blank, and the next line of its document (None if it is the last)."""

    text: str
    following: str | None

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The tokens of each sentence of the line."""
        return [sentence.tokens for sentence in segments(self.text, "sentence")]

    @cached_property
    def tokens(self) -> list[str]:
        """The tokens of the line."""
        return [token for sentence in self.sentences for token in sentence]

    @property
    def terminators(self) -> int:
        """The number of tokens that end sentences."""
        return sum(token in TERMINATORS for token in self.tokens)

    @property
    def is_ended(self) -> bool:
        """Whether the line ends a sentence."""
        last = next((token for token in reversed(self.tokens) if token not in CLOSERS), "")
        return last in TERMINATORS

    @cached_property
    def next_token(self) -> str:
        """The first token of the next line."""
        return next(iter(split(self.following or "")), "")


def decide(lines: Sequence[Line]) -> tuple[str, str]:
    """Return the segmentation by rules D1 to D6, and the reason as a clause."""
    ends = [line for line in lines if line.following is not None]
    if len(ends) < max(FEWEST_LINE_ENDS, LINE_ENDS_THAT_COUNT * len(lines)):
        return "sentence", "few lines are followed by another line"
    if is_tokenised(lines):
        return "line", "punctuation is already separated by spaces"
    if sum(line.terminators for line in lines) < FEW_TERMINATORS * len(lines):
        return "message", "few lines have a full stop"
    if _share_open(ends) >= OPEN_LINE_ENDS or is_wrapped(ends):
        return "sentence", "sentences continue across line ends"
    if _hold_paragraphs(lines, ends):
        return "sentence", "lines contain several sentences"
    return "message", "sentences end at line ends"


def is_tokenised(lines: Sequence[Line]) -> bool:
    """Return whether the tokens of a text are already separated by spaces (D2)."""
    unknown = apart = attached = 0
    for line in lines:
        chunks = line.text.split()
        unknown += "<unk>" in chunks
        apart += sum(chunk in MARKS_APART for chunk in chunks)
        attached += sum(chunk[-1] in MARKS_ATTACHED and chunk[-2:-1].isalnum() for chunk in chunks)
        # A full stop counts only at the end of a line; elsewhere it may be an abbreviation.
        attached += chunks[-1][-1] == "." and chunks[-1][-2:-1].isalnum()
    if unknown >= UNKNOWN_IN_LINES * len(lines):
        return True
    return apart >= max(FEWEST_MARKS_APART, MARKS_APART_FOR_ONE_ATTACHED * attached)


def _share_open(ends: Sequence[Line]) -> float:
    capitals_tell = begins_with_capitals(ends)
    count = sum(
        not line.is_ended
        and (line.text[-1] in CONTINUING or (capitals_tell and _is_small(line.next_token)))
        for line in ends
    )
    return count / len(ends)


def _hold_paragraphs(lines: Sequence[Line], ends: Sequence[Line]) -> bool:
    sentences = sum(len(line.sentences) for line in lines)
    ended = sum(line.is_ended for line in ends)
    return sentences >= SEVERAL_SENTENCES * len(lines) and ended >= ENDED_LINE_ENDS * len(ends)


def begins_with_capitals(lines: Sequence[Line]) -> bool:
    """Return whether most tokens after a terminator begin with a capital, ignoring non-letters."""
    capitals = small = 0
    for line in lines:
        after = [*line.tokens[1:], line.next_token]
        for token, following in zip(line.tokens, after, strict=True):
            if token in TERMINATORS and following:
                capitals += _is_capital(following)
                small += _is_small(following)
    return 0 < capitals >= CAPITALS_AT_STARTS * (capitals + small)


def is_wrapped(ends: Sequence[Line]) -> bool:
    """Return whether lines are wrapped at a fixed width: the next word rarely would have fitted."""
    # One line in twenty may be longer, such as a heading or an unbreakable address.
    width = sorted(map(_columns, (line.text for line in ends)))[math.ceil(0.95 * (len(ends) - 1))]
    unended = [line for line in ends if not line.is_ended]
    if width < LEAST_WIDTH or len(unended) < len(ends) / 2:
        return False
    full = sum(_columns(f"{line.text} {line.next_token}") > width for line in unended)
    return full >= FULL_LINES * len(unended)


def _columns(text: str) -> int:
    return len(text) + len(rules.WIDE.findall(text))


def _is_capital(token: str) -> bool:
    return ord(token[0]) in FOLD and ord(token[0]) not in UPPER


def _is_small(token: str) -> bool:
    return bool(token) and ord(token[0]) in UPPER
