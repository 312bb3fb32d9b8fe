"""Typing texts with a suggester: keys by `training.measure.keystrokes`, and what each took.

At every word the suggester is asked with no letter of it typed, with one, and so on until the word
stands in the first place or all letters but the last are typed. So one pass gives the keys of
strips of any length: on a strip of `n` words, a word is taken once it is among the first `n`.
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
"""Lengths of suggestion strips."""


class Asked(Protocol):
    """What answers while somebody types."""

    def ask(self, context: str, prefix: str) -> Answer:
        """The words for an unfinished word `prefix` behind `context`."""
        ...

    def resident(self) -> int:
        """Bytes of memory."""
        ...


@dataclass
class Typed:
    """What came of typing documents, and of every key at which the suggester was asked."""

    keys: list[tuple[int, ...]] = field(default_factory=list)
    """Keys of each document, for each of `STRIPS`."""
    characters: list[int] = field(default_factory=list)
    """Characters of each document."""
    words: int = 0
    wall: list[float] = field(default_factory=list)
    """Nanoseconds by the clock of each question."""
    processor: list[float] = field(default_factory=list)
    """Nanoseconds of the processor of each question."""
    resident: list[int] = field(default_factory=list)
    """Bytes of memory after each document."""

    def savings(self, strip: int) -> float:
        """The share of the characters that need no key, with a strip of this length."""
        at = STRIPS.index(strip)
        return 1 - sum(keys[at] for keys in self.keys) / sum(self.characters)

    def sums(self) -> np.ndarray:
        """int64 [documents, characters and the keys of each strip]."""
        pairs = zip(self.characters, self.keys, strict=True)
        return np.array([(characters, *keys) for characters, keys in pairs], np.int64)

    def percentile(self, share: float) -> float:
        """Microseconds by the clock within which this share of the questions was answered."""
        return float(np.percentile(self.wall, share)) / 1000

    def processor_percentile(self, share: float) -> float:
        """The same in time of the processor."""
        return float(np.percentile(self.processor, share)) / 1000


class Hands:
    """Types documents with one suggester, which sees all that was typed of a document so far."""

    def __init__(self, suggester: Asked, vocabulary: Vocabulary):
        self._suggester, self._segmentation = suggester, vocabulary.segmentation
        self._typists = [Typist(vocabulary) for _ in STRIPS]
        self.typed = Typed()

    def type_all(self, documents: Iterable[Document]) -> Iterator[int]:
        """Type documents; yields after each how many questions were asked so far."""
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
        """Keys int64 [strips] for the tokens of a segment behind `text`, and for Enter."""
        keys = np.zeros(len(STRIPS), np.int64)
        for token, space in zip(tokens, spaces_before(tokens, self._segmentation), strict=True):
            text += " " * space
            if is_word(token):
                self.typed.words += 1
                letters = self._letters(text, token)
                pairs = zip(self._typists, letters, strict=True)
                keys += [typist.word_shown(token, space, shown) for typist, shown in pairs]
            else:
                keys += [typist.punctuation(token, space) for typist in self._typists]
                # Nobody takes anything from this strip, but it has to be there.
                self._ask(text + token, "")
            text += token
        return keys + [typist.enter() for typist in self._typists]

    def _ask(self, context: str, prefix: str) -> list[str]:
        answer = self._suggester.ask(context, prefix)
        self.typed.wall.append(answer.wall)
        self.typed.processor.append(answer.processor)
        return answer.words

    def _letters(self, text: str, token: str) -> list[int | None]:
        """For each strip, how many letters are typed when the word shows; None if it never does."""
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
    """A segment as it is written."""
    return " ".join(tokens) if segmentation == "line" else join(tokens)
