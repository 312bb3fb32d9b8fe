"""The lists that the text rules use, shared by all implementations.

`python -m tools.tables` writes them for C (`core/text/lists.h` and `.c`). `rules.py`, `joining.py`
and `plain_letters.py` describe their use. Punctuation is not listed here, but taken from the
properties of Unicode (`punctuation.py`).
"""


def _run(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


RULES_VERSION = 2

DASH = "\u2013"
ELLIPSIS = "..."
ZERO_WIDTH_JOINER = "\u200d"

# -- normalising ----------------------------------------------------------------------------------

REPLACED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a\u00b4\u02bc\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u058a\u05be", "-"),  # hyphens, also of Armenian and Hebrew
    "\u2026": ELLIPSIS,
}
IGNORED = (
    "\u00ad\u061c\u180e\u200e\u200f\ufeff"
    + _run("\u202a", "\u202e")
    + _run("\u2060", "\u2064")
    + _run("\u2066", "\u206f")
)

# -- splitting ------------------------------------------------------------------------------------

# Joining other tokens must never produce one of these, so "(:" is not included.
_EMOTICONS = """
:) :-) :( :-( :D :-D :P :-P :p :-p :/ :-/ :\\ :| :-| :o :O :-O :3 :* :-* :)) :))) :] :[ :>
;) ;-) ;D ;P ;p =) =( =D =P =/ :') :'( :'-( <3 </3 ^^ ^_^ >:( >:) >_< -_- ._.
"""
EMOTICONS = frozenset(_EMOTICONS.split())
LONGEST_EMOTICON = max(map(len, EMOTICONS))
DASHES = "-" + _run("\u2012", "\u2015")
DIGIT_LINKS = ".,:\u066b\u066c"

# -- segments -------------------------------------------------------------------------------------

_ABBREVIATIONS = "mr mrs ms mx dr prof rev gen col capt lt sgt st mt sr jr vs fig vol cf"
LINE_ENDS = "\n\r\x85\u2028\u2029"
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())  # ASCII
LONGEST_ABBREVIATION = max(map(len, ABBREVIATIONS))

# -- joining --------------------------------------------------------------------------------------

INVERTED_MARKS = frozenset("\u00a1\u00bf")
PERCENT_SIGNS = frozenset("%\u2030\u2031\u066a\u0609\u060a")
GREEK_QUESTION_MARK, MIDDLE_DOT = ";", "\u00b7"  # the dot is also the Greek semicolon

# -- plain letters --------------------------------------------------------------------------------

PLAIN_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i"}
FIRST_ACCENT, LAST_ACCENT = "\u0300", "\u036f"
ELISION_BEFORE = frozenset("aeiouyh")
LONGEST_ELIDED, SHORTEST_REST = 4, 3

# -- taking a suggestion --------------------------------------------------------------------------

# Marks written without a space before them, besides those that are GLUED or CLOSING. They include
# the quotes that close (the category Pf).
MARKS = PERCENT_SIGNS | frozenset(
    "\u2026'-/\u2010\u2011\u00bb\u2019\u201d\u203a\u2e03\u2e05\u2e0a\u2e0d\u2e1d\u2e21"
)
# Quotes that open in one language and close in another, with the opening quote of the latter.
CLOSED_QUOTES = {"\u201c": "\u201e", "\u2018": "\u201a", "\u00ab": "\u00bb", "\u2039": "\u203a"}
