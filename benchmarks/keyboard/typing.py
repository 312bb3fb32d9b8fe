"""Types texts with a suggester, counting keys as in `training.measure.keystrokes` and timing calls.

For every word, the suggester is called with none of its letters typed, with one, and so on until
the word comes first or only its last letter is missing. One pass therefore counts the keys for any
number of suggestions: with `n`, a word is accepted once it is among the first `n`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from benchmarks.keyboard.suggesters import Answer
from training.corpora.base import Document
from training.measure.evaluation import spaces_before
from training.measure.keystrokes import Typist
from training.text.rules import fold, is_word, join, segments
from training.text.vocabulary import Vocabulary

STRIPS = (1, 3, 5)
"""Numbers of suggestions."""


class Asked(Protocol):
    """The interface of a suggester."""

    def ask(self, context: str, prefix: str) -> Answer:
        """Suggest words for an unfinished word `prefix` after `context`."""
        ...

    def resident(self) -> int:
        """Resident memory in bytes."""
        ...


class AskedProgram(Asked, Protocol):
    """A suggester that is ended when its context is left."""

    def __enter__(self) -> object:
        """Return anything."""
        ...

    def __exit__(self, *_: object) -> None:
        """End it."""
        ...


@dataclass
class Typed:
    """The results of typing documents, and the cost of every call of the suggester."""

    keys: list[tuple[int, ...]] = field(default_factory=list)
    """Keys of each document, for each of `STRIPS`."""
    characters: list[int] = field(default_factory=list)
    """Characters of each document."""
    words: int = 0
    at_once: list[int] = field(default_factory=lambda: [0] * len(STRIPS))
    """Words that were suggested before any letter was typed, for each of `STRIPS`."""
    wall: list[float] = field(default_factory=list)
    """Wall-clock nanoseconds of each call."""
    processor: list[float] = field(default_factory=list)
    """CPU nanoseconds of each call."""
    resident: list[int] = field(default_factory=list)
    """Resident memory in bytes after each document."""

    def savings(self, strip: int) -> float:
        """The share of keystrokes saved with this number of suggestions."""
        at = STRIPS.index(strip)
        return 1 - sum(keys[at] for keys in self.keys) / sum(self.characters)

    def accuracy(self, strip: int) -> float:
        """The share of words suggested before any letter was typed."""
        return self.at_once[STRIPS.index(strip)] / max(1, self.words)

    def sums(self) -> np.ndarray:
        """Characters, and keys for each of `STRIPS`, int64 [documents, 1 + strips]."""
        pairs = zip(self.characters, self.keys, strict=True)
        return np.array([(characters, *keys) for characters, keys in pairs], np.int64)

    def percentile(self, share: float) -> float:
        """The percentile `share` of the wall-clock time per call, in microseconds."""
        return float(np.percentile(self.wall, share)) / 1000

    def processor_percentile(self, share: float) -> float:
        """The percentile `share` of the CPU time per call, in microseconds."""
        return float(np.percentile(self.processor, share)) / 1000


class Hands:
    """Types documents with one suggester, which sees the document typed so far."""

    def __init__(self, suggester: Asked, vocabulary: Vocabulary):
        self._suggester, self._segmentation = suggester, vocabulary.segmentation
        self._typists = [Typist(vocabulary) for _ in STRIPS]
        self.typed = Typed()

    def type_all(self, documents: Iterable[Document]) -> Iterator[int]:
        """Type documents; after each, yield the number of calls so far."""
        for document in documents:
            keys, characters = np.zeros(len(STRIPS), np.int64), 0
            for typist in self._typists:
                typist.begin()
            text = ""
            for part in document.texts:
                for segment in segments(part, self._segmentation):
                    keys += self._type_segment(text, segment.tokens)
                    written = joined(segment.tokens, self._segmentation)
                    text += written + "\n"
                    characters += len(written) + 1
            self.typed.keys.append(tuple(keys.tolist()))
            self.typed.characters.append(characters)
            self.typed.resident.append(self._suggester.resident())
            yield len(self.typed.wall)

    def _type_segment(self, text: str, tokens: list[str]) -> np.ndarray:
        """Keys int64 [strips] for the tokens of a segment after `text`, and for Enter."""
        keys = np.zeros(len(STRIPS), np.int64)
        for token, space in zip(tokens, spaces_before(tokens, self._segmentation), strict=True):
            text += " " * space
            if is_word(token):
                self.typed.words += 1
                letters = self._letters(text, token)
                self.typed.at_once = [
                    count + (shown == 0)
                    for count, shown in zip(self.typed.at_once, letters, strict=True)
                ]
                pairs = zip(self._typists, letters, strict=True)
                keys += [typist.word_shown(token, space, shown) for typist, shown in pairs]
            else:
                keys += [typist.punctuation(token, space) for typist in self._typists]
                # These suggestions are never accepted, but a keyboard has to compute them.
                self._ask(text + token, "")
            text += token
        return keys + [typist.enter() for typist in self._typists]

    def _ask(self, context: str, prefix: str) -> list[str]:
        answer = self._suggester.ask(context, prefix)
        self.typed.wall.append(answer.wall)
        self.typed.processor.append(answer.processor)
        return answer.words

    def _letters(self, text: str, token: str) -> list[int | None]:
        """For each strip, the letters typed when the word appears; None if it never does."""
        shown: list[int | None] = [None] * len(STRIPS)
        wanted = fold(token)
        for letters in range(len(token)):
            words = [fold(word) for word in self._ask(text, token[:letters])]
            rank = words.index(wanted) if wanted in words else max(STRIPS)
            shown = [
                letters if before is None and rank < strip else before
                for before, strip in zip(shown, STRIPS, strict=True)
            ]
            if rank == 0:
                break
        return shown


def joined(tokens: list[str], segmentation: str) -> str:
    """Join the tokens of a segment as written text."""
    return " ".join(tokens) if segmentation == "line" else join(tokens)
