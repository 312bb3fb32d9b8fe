"""Find words by their plain letters: `dont` finds `don't`, and `deja` finds `déjà`.

The plain form of an entry is its folded form without accents: `é` becomes `e`, `ø` becomes `o` and
`œ` becomes `oe` (see `PLAIN_LETTERS`). Letters without a plain form, such as Hangul, stay
unchanged. Typed letters find the words whose plain form, ignoring apostrophes, begins with them. If
an accent was typed, all accents must match, and if an apostrophe was typed, all apostrophes must
match: `l'eco` and `léco` find `l'école`, but `lé'co` and `l'èco` do not.

The word after an elision is found as well: `eco` and `éco` find `l'école`. This word is the part
after the first apostrophe, provided that it has at least `SHORTEST_REST` letters and begins with
one of `ELISION_BEFORE`, and that the part before the apostrophe has at most `LONGEST_ELIDED`
letters. These conditions exclude English endings (`'s`, `'re`, `'ll`) and nearly all Turkish ones.
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
    """Return the plain form of a folded token, keeping its apostrophes."""
    return folded if folded.isascii() else folded.translate(_TABLE)


def without_apostrophes(token: str) -> str:
    """Return `token` without its apostrophes."""
    return token.replace(APOSTROPHE, "")


class PlainIndex:
    """Finds vocabulary entries by letters other than those that they begin with.

    Args:
      keys: The folded forms of all entries.
      special: The number of special entries at the start of `keys`, which are never found.

    Example:
      >>> PlainIndex(["</s>", "<unk>", "don't", "déjà"], special=2).find("dont")
      [2]
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
        """Return the ids, ascending, of the entries found by `prefix`, which must be folded.

        These can include entries that begin with `prefix`.
        """
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
    """Return whether the accents and apostrophes of `form` match those of `prefix`, if typed."""
    if plain(prefix) == prefix:
        form = plain(form)
    if APOSTROPHE not in prefix:
        form = without_apostrophes(form)
    return form.startswith(prefix)


def _forms(key: str) -> Iterator[str]:
    """Yield the parts of an entry that can be found by letters other than those it begins with."""
    elided, apostrophe, rest = key.partition(APOSTROPHE)
    if apostrophe or plain(key) != key:
        yield key
    if not apostrophe or len(plain(elided)) > LONGEST_ELIDED:
        return
    if plain(rest)[:1] in ELISION_BEFORE and len(without_apostrophes(plain(rest))) >= SHORTEST_REST:
        yield rest
