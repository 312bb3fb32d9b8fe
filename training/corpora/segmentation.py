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

from training.text import lists
from training.text import patterns as rules
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
# Sentence_Terminal in PropList.txt of Unicode 15.0; a test compares the list with the property.
_SENTENCE_TERMINAL = """
21 2E 3F 589 61D-61F 6D4 700-702 7F9 837 839 83D-83E 964-965 104A-104B 1362 1367-1368 166E
1735-1736 17D4-17D5 1803 1809 1944-1945 1AA8-1AAB 1B5A-1B5B 1B5E-1B5F 1B7D-1B7E 1C3B-1C3C
1C7E-1C7F 2024 203C-203D 2047-2049 2CF9-2CFB 2E2E 2E3C 2E53-2E54 3002 A4FF A60E-A60F A6F3 A6F7
A876-A877 A8CE-A8CF A92F A9C8-A9C9 AA5D-AA5F AAF0-AAF1 ABEB FE12 FE15-FE16 FE52 FE56-FE57 FF01 FF0E
FF1F FF61 10A56-10A57 10F55-10F59 10F86-10F89 11047-11048 110BE-110C1 11141-11143 111C5-111C6 111CD
111DE-111DF 11238-11239 1123B-1123C 112A9 1144B-1144C 115C2-115C3 115C9-115D7 11641-11642
1173C-1173E 11944 11946 11A42-11A43 11A9B-11A9C 11C41-11C42 11EF7-11EF8 11F43-11F44 16A6E-16A6F
16AF5 16B37-16B38 16B44 16E98 1BC9F 1DA88
"""


def _points(ranges: str) -> frozenset[int]:
    spans = ([int(end, 16) for end in span.split("-")] for span in ranges.split())
    return frozenset(point for ends in spans for point in range(ends[0], ends[-1] + 1))


SENTENCE_TERMINALS = _points(_SENTENCE_TERMINAL)
# The text rules do not know all of these; here, the others are replaced by `!`.
_KNOWN_TERMINATORS = {
    point: "!" for point in SENTENCE_TERMINALS if chr(point) not in lists.TERMINATORS
}


@dataclass(frozen=True)
class Line:
    """A line that is not blank, and the next line of its document (None if it is the last)."""

    text: str
    following: str | None

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The tokens of each sentence of the line."""
        text = self.text.translate(_KNOWN_TERMINATORS)
        return [sentence.tokens for sentence in segments(text, "sentence")]

    @cached_property
    def tokens(self) -> list[str]:
        """The tokens of the line."""
        return [token for sentence in self.sentences for token in sentence]

    @property
    def terminators(self) -> int:
        """The number of tokens that end sentences."""
        return sum(token in lists.TERMINATORS for token in self.tokens)

    @property
    def is_ended(self) -> bool:
        """Whether the line ends a sentence."""
        last = next((token for token in reversed(self.tokens) if token not in lists.CLOSERS), "")
        return last in lists.TERMINATORS

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
            if token in lists.TERMINATORS and following:
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
