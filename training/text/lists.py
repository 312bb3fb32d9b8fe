"""The lists that the text rules use, shared by all implementations.

`python -m tools.tables` writes them for C (`core/text/lists.h` and `.c`). `rules.py`, `joining.py`
and `plain_letters.py` describe their use.
"""


def _run(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


RULES_VERSION = 1

DASH = "\u2013"
ELLIPSIS = "..."
ZERO_WIDTH_JOINER = "\u200d"

# -- normalising ----------------------------------------------------------------------------------

REPLACED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a\u00b4\u02bc\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2010\u2011", "-"),
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

# -- segments -------------------------------------------------------------------------------------

_ABBREVIATIONS = "mr mrs ms mx dr prof rev gen col capt lt sgt st mt sr jr vs fig vol cf"
LINE_ENDS = "\n\r\x85\u2028\u2029"
WIDE_TERMINATORS = frozenset("\u3002\uff01\uff1f")
TERMINATORS = frozenset(".?!") | {ELLIPSIS} | WIDE_TERMINATORS
CLOSERS = frozenset("'\")]}\u300d\u300f\uff09")
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())  # ASCII
LONGEST_ABBREVIATION = max(map(len, ABBREVIATIONS))

# -- joining --------------------------------------------------------------------------------------

OPENING = frozenset("([{\u00a1\u00bf")
CURRENCY = frozenset("$\u00a3\u20ac\u00a5\u20b9")
GLUED = frozenset(",!?:;")
CLOSING_BRACKETS = frozenset(")]}")
WIDE_PUNCTUATION = (
    "\u3001\u3002\u3014\u3015\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
    + _run("\u3008", "\u3011")
)

# -- plain letters --------------------------------------------------------------------------------

PLAIN_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i"}
FIRST_ACCENT, LAST_ACCENT = "\u0300", "\u036f"
ELISION_BEFORE = frozenset("aeiouyh")
LONGEST_ELIDED, SHORTEST_REST = 4, 3

# -- taking a suggestion --------------------------------------------------------------------------

# Marks written without a space before them, besides closing brackets and closing quotes.
MARKS = frozenset(".,;:!?\u2026%\u2030'-/\u2010\u2011\u060c\u061b\u061f\u0964\u0965")
WIDE_MARKS = frozenset("\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f")
# The general categories Pe and Pf: brackets and quotes that close.
CLOSING_MARKS = frozenset(
    ")]}\u00bb\u0f3b\u0f3d\u169c\u2019\u201d\u203a\u2046\u207e\u208e\u2309\u230b\u232a\u2769"
    "\u276b\u276d\u276f\u2771\u2773\u2775\u27c6\u27e7\u27e9\u27eb\u27ed\u27ef\u2984\u2986"
    "\u2988\u298a\u298c\u298e\u2990\u2992\u2994\u2996\u2998\u29d9\u29db\u29fd\u2e03\u2e05"
    "\u2e0a\u2e0d\u2e1d\u2e21\u2e23\u2e25\u2e27\u2e29\u2e56\u2e58\u2e5a\u2e5c\u3009\u300b"
    "\u300d\u300f\u3011\u3015\u3017\u3019\u301b\u301e\u301f\ufd3e\ufe18\ufe36\ufe38\ufe3a"
    "\ufe3c\ufe3e\ufe40\ufe42\ufe44\ufe48\ufe5a\ufe5c\ufe5e\uff09\uff3d\uff5d\uff60\uff63"
)
# Quotes that open in one language and close in another, with the opening quote of the latter.
CLOSED_QUOTES = {"\u201c": "\u201e", "\u2018": "\u201a", "\u00ab": "\u00bb", "\u2039": "\u203a"}
