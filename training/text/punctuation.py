"""Punctuation by its Unicode properties, for the text rules. `rules.py` describes its use.

A token of one character is in a set; a character with an extender, such as `‼️`, is not.
"""

from training.text.lists import ELLIPSIS, INVERTED_MARKS
from training.text.unicode_tables import characters

TERMINATORS = characters("terminator") | {ELLIPSIS}
WIDE_TERMINATORS = characters("wide_terminator")
CLOSING_BRACKETS = characters("closing")
CLOSERS = CLOSING_BRACKETS | {"'", '"'}
OPENING = characters("opening") | INVERTED_MARKS
CURRENCY = characters("currency")
GLUED = characters("glued")
LOWER_CASE = characters("lower")
