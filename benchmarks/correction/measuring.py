"""Sums of a corrector on a text, document by document, and the figures made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import astuple, dataclass, fields

import numpy as np

from benchmarks.common.intervals import Interval, draws, interval
from benchmarks.correction.completing import SlippingHands, completions
from benchmarks.correction.correctors import Corrector
from benchmarks.correction.mistakes import Mistakes
from benchmarks.correction.slips import SLIPS
from benchmarks.correction.typed import Unit
from benchmarks.correction.typing import Corrected, corrected
from training.common.display import ProgressDisplay
from training.text.rules import fold

BETA = 0.9
"""F0.9 weighs precision slightly more than recall."""


@dataclass
class Sums:
    """Counts over a text.

    Args:
        words: Words in the text.
        right: Words that are right in the end.
        slipped: Words typed with a slip.
        mended: Those of them that are right in the end.
        changed: Words that the corrector replaced.
        well_changed: Those of them that are right in the end.
        broken: Words typed without a slip that are wrong in the end.
        ranked: Words or joined words with a slip, whose candidates are judged.
        first: How often the right text is the first candidate.
        among_three: How often it is among the first three.
        among_five: How often it is among the first five.
        clean_words: Words in the text typed without slips, except the writer's misspellings.
        clean_broken: Those of them that are wrong in the end.
        listed: As `words`, of the words that a dictionary has.
        listed_right: As `right`, of these words.
        listed_slipped: As `slipped`, of these words.
        listed_broken: As `broken`, of these words.
        listed_clean: As `clean_words`, of these words.
        listed_clean_broken: As `clean_broken`, of these words.
        asked: Words whose completion behind a slip is judged.
        completed: Those of them that are among three.
        characters: Characters of the text.
        keys: Keys to type it.
        calls: Calls of the corrector on the text with slips.
        nanoseconds: Their time.
    """

    words: float = 0
    right: float = 0
    slipped: float = 0
    mended: float = 0
    changed: float = 0
    well_changed: float = 0
    broken: float = 0
    ranked: float = 0
    first: float = 0
    among_three: float = 0
    among_five: float = 0
    clean_words: float = 0
    clean_broken: float = 0
    listed: float = 0
    listed_right: float = 0
    listed_slipped: float = 0
    listed_broken: float = 0
    listed_clean: float = 0
    listed_clean_broken: float = 0
    asked: float = 0
    completed: float = 0
    characters: float = 0
    keys: float = 0
    calls: float = 0
    nanoseconds: float = 0

    def add_slipped(self, result: Corrected, dictionary: Set[str]) -> None:
        """Add a document typed with slips; `dictionary` has case-folded words."""
        for meant, word in zip(result.meant, result.words, strict=True):
            is_listed, is_broken = fold(meant) in dictionary, not word.slipped and not word.right
            self.words += 1
            self.right += word.right
            self.slipped += word.slipped
            self.mended += word.slipped and word.right
            self.changed += word.changed
            self.well_changed += word.changed and word.right
            self.broken += is_broken
            self.listed += is_listed
            self.listed_right += is_listed and word.right
            self.listed_slipped += is_listed and word.slipped
            self.listed_broken += is_listed and is_broken
        self.ranked += len(result.ranks)
        self.first += sum(rank == 0 for rank in result.ranks)
        self.among_three += sum(0 <= rank < 3 for rank in result.ranks)
        self.among_five += sum(0 <= rank < 5 for rank in result.ranks)
        self.calls += len(result.nanoseconds)
        self.nanoseconds += sum(result.nanoseconds)

    def add_clean(self, result: Corrected, dictionary: Set[str]) -> None:
        """Add a document typed without slips; `dictionary` has case-folded words."""
        for meant, word in zip(result.meant, result.words, strict=True):
            if not word.slipped:
                is_listed = fold(meant) in dictionary
                self.clean_words += 1
                self.clean_broken += not word.right
                self.listed_clean += is_listed
                self.listed_clean_broken += is_listed and not word.right

    # -- figures: NaN if there is nothing to divide by ---------------------------------------------

    @property
    def right_words(self) -> float:
        """The share of words that are right in the end."""
        return _share(self.right, self.words)

    @property
    def recall(self) -> float:
        """The share of words with a slip that are right in the end."""
        return _share(self.mended, self.slipped)

    @property
    def precision(self) -> float:
        """The share of replaced words that are right in the end."""
        return _share(self.well_changed, self.changed)

    @property
    def f_score(self) -> float:
        """F0.9 of replacements."""
        precision, recall, square = self.precision, self.recall, BETA * BETA
        return _share((1 + square) * precision * recall, square * precision + recall)

    @property
    def broken_words(self) -> float:
        """The share of words without a slip, in a text with slips, that are wrong in the end."""
        return _share(self.broken, self.words - self.slipped)

    @property
    def broken_clean_words(self) -> float:
        """The share of words that are wrong in the end in a text without slips."""
        return _share(self.clean_broken, self.clean_words)

    @property
    def right_listed_words(self) -> float:
        """The share of dictionary words that are right in the end."""
        return _share(self.listed_right, self.listed)

    @property
    def broken_listed_words(self) -> float:
        """As `broken_words`, of the dictionary words."""
        return _share(self.listed_broken, self.listed - self.listed_slipped)

    @property
    def broken_listed_clean_words(self) -> float:
        """As `broken_clean_words`, of the dictionary words."""
        return _share(self.listed_clean_broken, self.listed_clean)

    @property
    def top_1(self) -> float:
        """The share of slips whose first candidate is right."""
        return _share(self.first, self.ranked)

    @property
    def top_3(self) -> float:
        """The share of slips for which one of three candidates is right."""
        return _share(self.among_three, self.ranked)

    @property
    def top_5(self) -> float:
        """The share of slips for which one of five candidates is right."""
        return _share(self.among_five, self.ranked)

    @property
    def completion(self) -> float:
        """The share of words among three completions of four letters with a slip."""
        return _share(self.completed, self.asked)

    @property
    def saved(self) -> float:
        """The share of keys saved."""
        return 1 - _share(self.keys, self.characters)

    @property
    def microseconds(self) -> float:
        """Microseconds per call."""
        return _share(self.nanoseconds, self.calls) / 1000


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


NAMES = [field.name for field in fields(Sums)]


@dataclass(frozen=True)
class MeasuredCorrector:
    """The sums of a corrector on a text, document by document."""

    sums: np.ndarray
    """float64 [documents, fields of `Sums`]."""

    @property
    def whole(self) -> Sums:
        """The sums of the whole text."""
        return Sums(*self.sums.sum(axis=0).tolist())

    def interval(self, figure: Callable[[Sums], float]) -> Interval:
        """A figure with its confidence interval from resampled documents."""
        rows = (draws(len(self.sums)) @ self.sums).tolist()
        return interval(figure(self.whole), [figure(Sums(*row)) for row in rows])


@dataclass(frozen=True)
class TypedText:
    """A text typed with slips and without, by document.

    `dictionary` has those of its words that a dictionary has, case-folded.
    """

    name: str
    kind: str
    slipped: list[list[Unit]]
    clean: list[list[Unit]]
    seed: int
    dictionary: Set[str]

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(len(unit.words) for units in self.clean for unit in units)


def measure(
    name: str, corrector: Corrector, text: TypedText, mistakes: Mistakes
) -> MeasuredCorrector:
    """Measure a corrector on a text, and note its mistakes."""
    found = completions(text.clean, corrector, SLIPS, text.seed)
    rows, done = list[Sequence[float]](), 0
    with ProgressDisplay(f"{name} on {text.name}", text.words, "words") as display:
        for slipped, clean in zip(text.slipped, text.clean, strict=True):
            sums, hands = Sums(), SlippingHands(corrector)
            with_slips, without = corrected(slipped, corrector), corrected(clean, corrector)
            sums.add_slipped(with_slips, text.dictionary)
            sums.add_clean(without, text.dictionary)
            mistakes.note(name, "slips", with_slips.outcomes)
            mistakes.note(name, "clean", without.outcomes)
            if corrector.suggests:
                sums.asked, sums.completed = next(found)
            hands.type(slipped)
            sums.keys, sums.characters = hands.keys, hands.characters
            rows.append(astuple(sums))
            done += sum(len(unit.words) for unit in clean)
            display.update(done)
    return MeasuredCorrector(np.array(rows, np.float64))
