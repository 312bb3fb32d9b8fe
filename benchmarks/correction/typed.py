"""A text as it is typed, with slips: the same for all correctors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.correction.slips import Fingers, Rates, Tap
from training.corpora.base import Document
from training.measure.evaluation import spaces_before
from training.text.rules import fold, is_word, segments


@dataclass(frozen=True)
class Unit:
    """What is typed between two spaces or punctuation marks.

    Args:
        before: The spaces, punctuation and line ends typed before it.
        meant: What it should be: a word for each word of the text, or several for a misspelling
            such as `alot`. More than one element if a space was left out.
        taps: The taps of each element.
    """

    before: str
    meant: tuple[str, ...]
    taps: tuple[tuple[Tap, ...], ...]

    def joined(self, other: Unit) -> Unit:
        """This unit and the next one, without the space between them."""
        return Unit(self.before, self.meant + other.meant, self.taps + other.taps)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that it should be."""
        return tuple(" ".join(self.meant).split())

    @property
    def all_taps(self) -> tuple[Tap, ...]:
        """The taps of all words."""
        return tuple(tap for taps in self.taps for tap in taps)

    @property
    def typed(self) -> str:
        """The text that the taps typed."""
        return "".join(tap.character for tap in self.all_taps)


class SlippingTypist:
    """Types documents.

    Args:
        segmentation: What ends a segment of the text.
        rates: How often each slip occurs.
        seed: The slips of a document depend only on this and its number.
        intended: The words that the writers of the text misspelled, case-folded, and what they
            meant. These misspellings are slips, too.
    """

    def __init__(
        self, segmentation: str, rates: Rates, seed: int, intended: Mapping[str, str] | None = None
    ):
        self._segmentation, self._rates, self._seed = segmentation, rates, seed
        self._intended = intended or {}

    def type_all(self, documents: Iterable[Document]) -> list[list[Unit]]:
        """Type documents."""
        return [self.type(document, number) for number, document in enumerate(documents)]

    def type(self, document: Document, number: int) -> list[Unit]:
        """Type one document."""
        fingers = Fingers(self._rates, np.random.default_rng((self._seed, number)))
        units: list[Unit] = []
        for before, word in words_of(document, self._segmentation):
            unit = Unit(before, (self._meant(word),), (fingers.word(word),))
            if fingers.joins() and before == " " and units:
                units[-1] = units[-1].joined(unit)
            else:
                units.append(unit)
        return units

    def _meant(self, word: str) -> str:
        return self._intended.get(fold(word), word)


def words_of(document: Document, segmentation: str) -> Iterator[tuple[str, str]]:
    """Yield each word with what comes before it; what follows the last word is left out."""
    before = ""
    for text in document.texts:
        for segment in segments(text, segmentation):
            spaces = spaces_before(segment.tokens, segmentation)
            for token, space in zip(segment.tokens, spaces, strict=True):
                before += " " * space
                if is_word(token):
                    yield before, token
                    before = ""
                else:
                    before += token
            before += "\n"
