"""Runs a corrector from PyPI: `python packages_program.py symspellpy`, in an environment with it.

Reads a word per line. Answers each with a line of JSON: nanoseconds, replacement, candidates.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

CANDIDATES = 5
Correct = Callable[[str], tuple[str, list[str]]]


def symspellpy() -> Correct:
    """SymSpell with its list of 82,765 words; the replacement is the likeliest of the closest."""
    from importlib.resources import as_file, files

    from symspellpy import SymSpell, Verbosity  # pyright: ignore[reportMissingImports]

    symspell = SymSpell(max_dictionary_edit_distance=2)
    with as_file(files("symspellpy") / "frequency_dictionary_en_82_765.txt") as path:
        symspell.load_dictionary(path, term_index=0, count_index=1)

    def correct(word: str) -> tuple[str, list[str]]:
        options: dict[str, Any] = {"include_unknown": True, "transfer_casing": True}
        best = symspell.lookup(word, Verbosity.TOP, max_edit_distance=2, **options)
        return best[0].term, candidates(word)

    def candidates(word: str) -> list[str]:
        found = symspell.lookup(word, Verbosity.ALL, max_edit_distance=2, transfer_casing=True)
        return [each.term for each in found]

    return correct


def pyspellchecker() -> Correct:
    """Norvig's corrector; candidates by their frequency."""
    from spellchecker import SpellChecker  # pyright: ignore[reportMissingImports]

    checker = SpellChecker()

    def correct(word: str) -> tuple[str, list[str]]:
        found = checker.candidates(word) or {word}
        ranked = sorted(found, key=lambda each: (-checker.word_usage_frequency(each), each))
        return ranked[0], ranked

    return correct


def autocorrect() -> Correct:
    """The package autocorrect, English, with its defaults."""
    from autocorrect import Speller  # pyright: ignore[reportMissingImports]

    speller = Speller("en")

    def correct(word: str) -> tuple[str, list[str]]:
        found = [each for _, each in sorted(speller.get_candidates(word), reverse=True)]
        return speller.autocorrect_word(word), found

    return correct


CORRECTORS = {
    "symspellpy": symspellpy,
    "pyspellchecker": pyspellchecker,
    "autocorrect": autocorrect,
}


def main() -> None:
    """Answer until the input ends."""
    correct = CORRECTORS[sys.argv[1]]()
    print("ready", flush=True)
    for line in sys.stdin:
        word = line.rstrip("\n")
        begun = time.perf_counter_ns()
        replacement, candidates = correct(word)
        taken = time.perf_counter_ns() - begun
        print(json.dumps([taken, replacement, candidates[:CANDIDATES]]), flush=True)


if __name__ == "__main__":
    main()
