"""A text as it is typed, with slips: the same for all correctors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.correction.slips import Fingers, Rates, Tap
from training.corpora.base import Document
from training.measure.evaluation import spaces_before
from training.text.rules import is_word, segments


@dataclass(frozen=True)
class Unit:
    """What is typed between two spaces or punctuation marks.

    Args:
        before: The spaces, punctuation and line ends typed before it.
        words: The words that it should be; more than one if a space was left out.
        taps: The taps of each word.
    """

    before: str
    words: tuple[str, ...]
    taps: tuple[tuple[Tap, ...], ...]

    @property
    def all_taps(self) -> tuple[Tap, ...]:
        """The taps of all words."""
        return tuple(tap for taps in self.taps for tap in taps)

    @property
    def typed(self) -> str:
        """The text that the taps typed."""
        return "".join(tap.character for tap in self.all_taps)


def typed_document(
    document: Document, segmentation: str, rates: Rates, seed: tuple[int, ...]
) -> list[Unit]:
    """Type a document. The slips depend on `seed` only."""
    fingers = Fingers(rates, np.random.default_rng(seed))
    units: list[Unit] = []
    for before, word in words_of(document, segmentation):
        taps, joins = fingers.word(word), fingers.joins()
        if before == " " and joins and units:
            last = units[-1]
            units[-1] = replace(last, words=(*last.words, word), taps=(*last.taps, taps))
        else:
            units.append(Unit(before, (word,), (taps,)))
    return units


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


def typed_documents(
    documents: Iterable[Document], segmentation: str, rates: Rates, seed: int
) -> list[list[Unit]]:
    """Type documents, leaving out those without words."""
    typed = (
        typed_document(document, segmentation, rates, (seed, number))
        for number, document in enumerate(documents)
    )
    return [units for units in typed if units]
