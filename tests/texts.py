"""Texts for testing the text rules: all known difficult cases, and random characters."""

import random
from collections.abc import Callable

from hypothesis import strategies as st

from training.text import lists
from training.text.punctuation import CLOSERS, TERMINATORS
from training.text.unicode_tables import FOLD, TITLE, UPPER, ranges

WORDS = """
a I s z.B. e.g. Mr. No St st. 3 10,000 7:30 ٣ ½ 中 。 「 」 ！ 😀 👩 🏽 🇬 🇧 http://
https://x www. WWW.a/b @ # a@b.c b-c@d-e.f . .. … , : ; ! ? ¿ ( ) [ ] ' " ’ “ ” _ - -- —
/ $ % < > Ж ß ς ſt K ǅ ǆ İ ı ΐ ᾂ ﬀ α Ω ; · τι; ש צ״ל צ"ל ־ ג׳ ՞ Ի՞ր ։ ՟ ‧ ٫ ٬ ٪ ‰ ١٫٥ ، ؟ ।
ა Ა Ꭰ ꭰ ª www.3 vs. ok... 3。 。3 ：5 ． ・ ～ ₾ ⸘ ‼️ 𑅁
"""
PIECES = (
    WORDS.split()
    + sorted(lists.EMOTICONS)
    + sorted(lists.ABBREVIATIONS)
    + sorted(TERMINATORS | CLOSERS)
    + sorted(lists.REPLACED)
    + [" ", " ", "\n", "\r\n", "\x85", "\u2028", "\u200b", "\u200d", "\u0301", "\u0323", "\u0345"]
    + ["\ufe0f", "\u00ad", "\u061c", "\ufeff", "\u1100", "\u1161", "\u11a8", "\uac00", "\x00"]
    + ["\U0001d400", "\U00020000", "\U0001d15f", "\ud83d", "\ude00"]
)
CASED_POINTS = sorted(map(chr, FOLD.keys() | UPPER.keys() | TITLE.keys()))
CLASSES = (
    "space", "letter", "digit", "wide", "extender", "regional", "uncomposed", "lower", "terminator",
    "wide_terminator", "glued", "opening", "closing", "currency", "wide_punctuation", "mid_letter",
    "hebrew", "greek",
)  # fmt: skip
EDGE_POINTS = [
    chr(point)
    for name in CLASSES
    for first, last in ranges(name)
    for point in (max(first - 1, 0), first, last, last + 1)
]
MARKS = [chr(point) for first, last in ranges("extender") for point in range(first, last + 1)]
HANGUL = [chr(point) for point in (*range(0x1100, 0x1200), *range(0xAC00, 0xAC80))]
# For Hypothesis, which shrinks failures to a short list of pieces.
PARTS = st.sampled_from(PIECES + CASED_POINTS + EDGE_POINTS) | st.integers(0, 0x10FFFF).map(chr)
TEXTS = st.lists(PARTS, max_size=30).map("".join)


def random_text(generator: random.Random) -> str:
    """Return a random text of difficult pieces. It can contain unpaired surrogates."""
    block = generator.randrange(0x1100) << 8
    kinds: list[Callable[[], str]] = [
        lambda: generator.choice(PIECES),
        lambda: generator.choice(CASED_POINTS),
        lambda: generator.choice(EDGE_POINTS),
        lambda: generator.choice(MARKS),
        lambda: generator.choice(HANGUL),
        lambda: chr(generator.randrange(0x110000)),
        lambda: chr(generator.randrange(0x250)),
        lambda: chr(block + generator.randrange(0x100)),
    ]
    kinds = generator.sample(kinds, generator.randint(1, len(kinds)))
    length = generator.choice((1, 3, 10, 30, 100))
    return "".join(generator.choice(kinds)() for _ in range(generator.randint(0, length)))
