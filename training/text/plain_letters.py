"""Words found by their plain letters: `dont` finds `don't`, `deja` finds `déjà`.

Every entry has a plain form: its folded form, with each letter replaced by the one that it is an
accented form of (`é` by `e`, also `ø` by `o` and `œ` by `oe`, see `PLAIN_LETTERS`). Letters without
such a form, those of Hangul for instance, stay as they are. Typed letters find the words whose
plain form, apostrophes left out, begins with them. Where an accent was typed, all accents must be
those of the word, and where an apostrophe was typed, the apostrophes must be: `l'eco` and `léco`
find `l'école`, `lé'co` and `l'èco` do not.

What follows an elided word is found as well: `eco` and `éco` find `l'école`. That is the part
behind the first apostrophe, if it has at least `SHORTEST_REST` letters, the first of them one of
`ELISION_BEFORE`, and the part before it has at most `LONGEST_ELIDED`. English endings (`'s`, `'re`,
`'ll`) are no such words, and hardly any Turkish ones are.
"""

import bisect
from collections.abc import Iterator, Sequence

import unicodedata2 as unicodedata

from training.text.lists import (
    ELISION_BEFORE,
    FIRST_ACCENT,
    LAST_ACCENT,
    LONGEST_ELIDED,
    PLAIN_LETTERS,
    SHORTEST_REST,
)
from training.text.rules import is_word
from training.text.unicode_tables import FOLD

APOSTROPHE = "'"


def _is_accent(point: int) -> bool:
    return ord(FIRST_ACCENT) <= point <= ord(LAST_ACCENT)


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(range(ord(FIRST_ACCENT), ord(LAST_ACCENT) + 1))
    for point in range(0x80, 0x10000):
        first, *marks = map(ord, unicodedata.normalize("NFD", chr(point)))
        if marks and not _is_accent(first) and all(map(_is_accent, marks)):
            table[point] = chr(FOLD.get(first, first))
    return {**table, **str.maketrans(PLAIN_LETTERS)}


_TABLE = _table()


def plain(folded: str) -> str:
    """The plain form of a folded token; its apostrophes stay."""
    return folded if folded.isascii() else folded.translate(_TABLE)


def without_apostrophes(token: str) -> str:
    """`token` as it is written by who leaves out its apostrophes."""
    return token.replace(APOSTROPHE, "")


class PlainIndex:
    """The entries of a vocabulary that are found by other letters than those they begin with.

    `keys` are the folded forms of all entries, of which the first `special` are not to be found.
    """

    def __init__(self, keys: Sequence[str], special: int):
        pairs = [
            (without_apostrophes(plain(form)), form, index)
            for index, key in enumerate(keys)
            if index >= special and is_word(key)
            for form in _forms(key)
        ]
        self._pairs = sorted(pairs)

    def find(self, prefix: str) -> list[int]:
        """Ids, ascending, of the entries that the folded `prefix` finds; some may begin with it."""
        letters = without_apostrophes(plain(prefix))
        found = set()
        for at in range(bisect.bisect_left(self._pairs, (letters,)), len(self._pairs)):
            written, form, index = self._pairs[at]
            if not letters or not written.startswith(letters):
                break
            if _agrees(form, prefix):
                found.add(index)
        return sorted(found)


def _agrees(form: str, prefix: str) -> bool:
    """Whether `form` has the accents and apostrophes of `prefix`, as far as any were typed."""
    if plain(prefix) == prefix:
        form = plain(form)
    if APOSTROPHE not in prefix:
        form = without_apostrophes(form)
    return form.startswith(prefix)


def _forms(key: str) -> Iterator[str]:
    """The parts of an entry that can be found by other letters than those the entry begins with."""
    elided, apostrophe, rest = key.partition(APOSTROPHE)
    if apostrophe or plain(key) != key:
        yield key
    if not apostrophe or len(plain(elided)) > LONGEST_ELIDED:
        return
    if plain(rest)[:1] in ELISION_BEFORE and len(without_apostrophes(plain(rest))) >= SHORTEST_REST:
        yield rest
