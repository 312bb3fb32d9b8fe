"""The tables of the benchmark of correctors."""

from __future__ import annotations

import math
from operator import attrgetter

from benchmarks.common.tables import NOTHING, Cell, Table
from benchmarks.comparison.report import cell
from benchmarks.correction.completing import STEM
from benchmarks.correction.measuring import MeasuredCorrector, TypedText
from benchmarks.correction.slips import SLIPS

CORRECTING = {
    "right at the end": ("right_words", "{:.2%}"),
    "recall": ("recall", "{:.2%}"),
    "precision": ("precision", "{:.2%}"),
    "F0.9": ("f_score", "{:.3f}"),
    "broken": ("broken_words", "{:.2%}"),
    "broken, clean text": ("broken_clean_words", "{:.2%}"),
}
DICTIONARY = {
    "right at the end": ("right_listed_words", "{:.2%}"),
    "broken": ("broken_listed_words", "{:.2%}"),
    "broken, clean text": ("broken_listed_clean_words", "{:.2%}"),
}
TYPING = {
    "top-1": ("top_1", "{:.1%}"),
    "top-3": ("top_3", "{:.1%}"),
    "top-5": ("top_5", "{:.1%}"),
    "completed": ("completion", "{:.1%}"),
    "keys saved": ("saved", "{:.2%}"),
    "µs a word": ("microseconds", "{:,.0f}"),
}


def tables(text: TypedText, measured: dict[str, MeasuredCorrector]) -> list[Table]:
    """The tables of a text, with a row for each corrector."""
    whole = next(iter(measured.values())).whole
    title = (
        f"{text.name} ({text.kind}): {len(text.slipped):,} documents, {whole.words:,.0f} words, "
        f"{whole.slipped:,.0f} of them with a slip"
    )
    return [
        Table(title, ["corrector", *CORRECTING], rows(measured, CORRECTING)),
        Table(
            f"{text.name}: the {whole.listed:,.0f} words that a dictionary has",
            ["corrector", *DICTIONARY],
            rows(measured, DICTIONARY),
        ),
        Table(f"{text.name}: candidates and keys", ["corrector", *TYPING], rows(measured, TYPING)),
    ]


def rows(
    measured: dict[str, MeasuredCorrector], columns: dict[str, tuple[str, str]]
) -> list[list[Cell]]:
    """The cells of each corrector."""
    return [
        [Cell(name), *(figure_cell(one, key, form) for key, form in columns.values())]
        for name, one in measured.items()
    ]


def figure_cell(measured: MeasuredCorrector, key: str, form: str) -> Cell:
    """A figure with its interval; a dash if there is none."""
    interval = measured.interval(attrgetter(key))
    if math.isnan(interval.value):
        return Cell(NOTHING)
    return cell(interval, form)


def explanation(seed: int) -> list[str]:
    """Sentences that explain the figures."""
    return [
        f"Slips (seed {seed}): each letter is a Gaussian tap on a QWERTY layout with a standard "
        f"deviation of {SLIPS.sigma} key widths, so that 6.9% hit another key; "
        f"{SLIPS.transposed:.1%} of the letters are exchanged with the next, {SLIPS.omitted:.1%} "
        f"left out, {SLIPS.inserted:.1%} followed by the same or a neighbouring letter; "
        f"{SLIPS.unspaced:.1%} of the spaces between words are left out. All correctors get the "
        "same taps.",
        "A corrector is asked for each word when the next key is typed, and sees the text as it "
        "left it. Words are compared case-folded; a missing apostrophe that the text itself lacks "
        "may be put in, except in words such as its and were.",
        "Right at the end: of all words. Recall: words typed with a slip that are right "
        "at the end. Precision: replaced words that are right at the end. F0.9 combines these "
        "two. Broken: words typed without a slip that are wrong at the end, in the text with slips "
        "and in the same text without.",
        "Words that a dictionary has: those of symspellpy's English list and of the American "
        "dictionaries of Aspell and Hunspell. The others are names, slang, and what the writers "
        "misspelled in ways unknown to codespell, which a corrector is right to replace.",
        "Each document is typed in a new session, which knows nothing about its writer.",
        "Top-k: the right text is among the first k candidates, which do not include the word as "
        "typed, for a word with a slip. Completed: "
        f"a longer word is among three suggestions after its first {STEM} letters with exactly one "
        "slip. Keys saved: 1 - keys / characters with three suggestions, if there are any; what is "
        "wrong at the end is deleted and typed again.",
        "Time: per word; in the C library around the call from Python, for packages inside "
        "their process, for Aspell and Hunspell with the pipe to their process.",
        "Aspell and Hunspell are Debian's, with the dictionary en_US; a word that they do not "
        "know is replaced by their first suggestion. Packages from PyPI use their own lists and "
        "defaults.",
        "Uncertainty: 95% intervals from resamplings of whole documents, the same for all; ± is "
        "half the width.",
    ]
