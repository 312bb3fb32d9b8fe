"""Lists of words that a keyboard knows besides the words of the training text.

A list has one word per line, the most frequent one first. What follows the word on its line, such
as its count, is ignored.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from training.common.errors import UserError
from training.common.files import read_lines
from training.corpora.chitchat import is_slur
from training.corpora.finding import readable

ENGLISH, NONE = "english", "none"
MOST_WORDS = 1_000_000
ENGLISH_FILE = "frequency_dictionary_en_82_765.txt"
ENGLISH_SOURCE = (
    "symspellpy's list of English words (MIT; words of SCOWL, sorted by their frequency in Google "
    "Books, CC BY 3.0)"
)


@dataclass(frozen=True)
class WordList:
    """Words, the most frequent one first, and where they come from."""

    words: tuple[str, ...] = ()
    source: str = field(default="", compare=False)

    @property
    def sha256(self) -> str:
        """The digest of the words."""
        return hashlib.sha256("\n".join(self.words).encode()).hexdigest()


def read_word_list(name: str) -> WordList:
    """Read a list of words.

    Args:
      name: "english", which is the list of the symspellpy package; "none", which is empty; or a
        file.

    Raises:
      UserError: If the file cannot be read or has no words.
    """
    if name == NONE:
        return WordList()
    require_word_list(name)
    path = english_file() if name == ENGLISH else _file(name)
    words = tuple(islice(_words_of(read_lines(path)), MOST_WORDS))
    if not words:
        raise UserError(f"WORD_LIST={name} has no words; put one on each line")
    return WordList(words, ENGLISH_SOURCE if name == ENGLISH else path.name)


def require_word_list(name: str) -> None:
    """Raise `UserError` if there is no list with this name. Reads no text."""
    if name in ("", ENGLISH, NONE):
        return
    with readable("WORD_LIST", name):
        if not _file(name).is_file():
            raise UserError(f"WORD_LIST={name} is not a file; name one, or use {ENGLISH} or {NONE}")


def english_file() -> Path:
    """Return the list in the symspellpy package, which is not imported."""
    found = importlib.util.find_spec("symspellpy")
    if found is None or found.origin is None:
        raise UserError("the package symspellpy is not installed; run `make setup`")
    return Path(found.origin).with_name(ENGLISH_FILE)


def _file(name: str) -> Path:
    with readable("WORD_LIST", name):
        return Path(name).expanduser()


def _words_of(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        word = next(iter(line.split(maxsplit=1)), "")
        if word and not is_slur(word.lower()):
            yield word
