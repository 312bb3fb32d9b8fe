"""Calls the database of ibus-typing-booster: `python booster_program.py ENGINE`.

ENGINE is the folder with its modules. A request is a line of hexadecimal words, with `-` for empty
text: a context and a prefix, or a finished text to learn. An empty line starts with a new user: the
database is emptied, but the dictionary remembers its completions. The answer has the form of that
of `benchmarks/keyboard/native/keys.c`.

The modules import the graphical libraries of a desktop, which the database does not use; they are
replaced by stand-ins.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

DICTIONARY = "en_US"


class Booster:
    """An empty database of ibus-typing-booster, and the dictionary."""

    def __init__(self, engine: Path):
        for name in ("gi", "gi.repository"):
            sys.modules[name] = MagicMock()
        sys.path.insert(0, str(engine))
        logging.disable()
        self._tools: Any = importlib.import_module("itb_util")
        self._databases: Any = importlib.import_module("tabsqlitedb")
        self._dictionary: Any = importlib.import_module("hunspell_suggest").Hunspell([DICTIONARY])
        self.begin()

    def begin(self) -> None:
        """Start with an empty database."""
        self._database: Any = self._databases.TabSqliteDb(":memory:")
        self._database.hunspell_obj = self._dictionary

    def suggest(self, context: str, prefix: str) -> list[str]:
        """Suggest words other than `prefix`, the most likely first."""
        before = ["", "", *self._tools.tokenize(context)]
        found = self._database.select_words(prefix, p_phrase=before[-1], pp_phrase=before[-2])
        words = [unicodedata.normalize("NFC", phrase) for phrase, _ in found]
        return [word for word in words if word != prefix]

    def learn(self, text: str) -> None:
        """Add each word, with the two words before it."""
        words = ["", "", *self._tools.tokenize(text)]
        for earlier, last, word in zip(words, words[1:], words[2:], strict=False):
            self._database.check_phrase_and_update_frequency(
                input_phrase=word, phrase=word, p_phrase=last, pp_phrase=earlier
            )


def answers(booster: Booster, most: int) -> Iterator[str]:
    """Yield the answer to each line of standard input."""
    for line in sys.stdin:
        texts = [decoded(word) for word in line.split()]
        wall, processor = time.monotonic_ns(), time.process_time_ns()
        words = list[str]()
        if len(texts) == 2:
            words = booster.suggest(*texts)[:most]
        elif texts:
            booster.learn(*texts)
        else:
            booster.begin()
        wall, processor = time.monotonic_ns() - wall, time.process_time_ns() - processor
        yield "\t".join([str(wall), str(processor), *words])


def decoded(word: str) -> str:
    """The text of a hexadecimal word."""
    return "" if word == "-" else bytes.fromhex(word).decode()


if __name__ == "__main__":
    most_words, place = sys.argv[1:]
    database = Booster(Path(place))
    print("ready", flush=True)
    for answer in answers(database, int(most_words)):
        print(answer, flush=True)
