"""Tells which words are surely spelled right.

Of the other words of a chat, some are names or slang, and some were misspelled by their writers. No
program can tell these apart, so the figures are also given for the words that a dictionary has.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Set

from benchmarks.correction.rivals.spell_checkers import require
from training.common.errors import UserError
from training.data.word_lists import ENGLISH, read_word_list
from training.text.rules import fold

LISTERS = (
    ("aspell", "list", "--lang=en_US", "--encoding=utf-8"),
    ("hunspell", "-l", "-i", "utf-8", "-d", "en_US"),
)
"""Commands that print the words of their input that their dictionary does not have."""
JOINT = re.compile("[-/]")
ENGLISH_WORD = re.compile("[a-z]+('[a-z]+)*")
"""Words that both programs look up: Aspell skips letters that English has not."""


def dictionary_words(words: Iterable[str]) -> frozenset[str]:
    """Return the words that symspellpy's English list, Aspell or Hunspell has, case-folded.

    Of a word with hyphens or slashes, all parts must be among them.

    Raises:
      UserError: If Aspell or Hunspell cannot be installed, or fails.
    """
    parts = {fold(word): JOINT.split(fold(word)) for word in words}
    asked = {part for each in parts.values() for part in each if ENGLISH_WORD.fullmatch(part)}
    found = asked & {fold(word) for word in read_word_list(ENGLISH).words}
    require()
    for command in LISTERS:
        found |= _accepted(command, asked - found)
    return frozenset(word for word, each in parts.items() if found.issuperset(each))


def _accepted(command: tuple[str, ...], words: Set[str]) -> set[str]:
    """Return the words that the dictionary of a spelling checker has in some case."""
    forms = {word: {word, word.capitalize(), word.upper()} for word in words}
    text = "".join(f"{form}\n" for each in forms.values() for form in sorted(each))
    found = subprocess.run(command, input=text, capture_output=True, encoding="utf-8")
    if found.returncode:
        raise UserError(f"{command[0]} failed: {found.stderr.strip()}")
    refused = set(found.stdout.splitlines())
    return {word for word, each in forms.items() if each - refused}
