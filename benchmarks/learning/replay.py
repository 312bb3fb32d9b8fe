"""Types the messages of writers with a keyboard that learns each message after it was typed.

Keys are counted as in `training.measure.keystrokes`, with three suggestions.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Protocol

import numpy as np

from benchmarks.keyboard.typing import joined
from benchmarks.learning.writers import Message, Writer
from training.measure.evaluation import spaces_before
from training.measure.keystrokes import Typist
from training.text.rules import fold, is_word
from training.text.vocabulary import UNKNOWN, Vocabulary

TYPED_BEFORE = 2
LETTERS = 3
"""A new word that was typed `TYPED_BEFORE` times should be suggested after this many letters."""


class Contender(Protocol):
    """A keyboard with three suggestions. One that does not learn ignores `learn`."""

    def begin(self) -> None:
        """Start with a new user, who taught nothing yet."""
        ...

    def suggest(self, context: str, prefix: str) -> list[str]:
        """Suggest up to three words that start with `prefix` after `context`."""
        ...

    def log_probability(self, context: str, word: str) -> float | None:
        """The natural logarithm of the probability of `word`; None if the keyboard has none."""
        ...

    def learn(self, text: str) -> None:
        """Learn from a message."""
        ...


@dataclass
class Sums:
    """The sums over a message."""

    words: int = 0
    keys: int = 0
    characters: int = 0
    word_keys: int = 0
    """Keys for words alone: letters, whatever their case, and one for the suggestion or space."""
    word_characters: int = 0
    """Letters of words, and one space for each word."""
    first: int = 0
    """Words that were the first suggestion before any letter was typed."""
    among_first: int = 0
    """Words that were among the three suggestions before any letter was typed."""
    nats: float = 0.0
    """Negative log-probability of the words; NaN if unknown."""
    new_words: int = 0
    """Words outside the vocabulary that were typed twice before, each counted once."""
    new_words_offered: int = 0
    """Those of them that were suggested after at most three letters."""
    long_new_words: int = 0
    """New words with more than three letters."""
    long_new_words_offered: int = 0
    """Those of them that were suggested after at most three letters."""


NAMES = [each.name for each in fields(Sums)]


@dataclass
class Replayed:
    """The sums of each message."""

    rows: list[list[float]] = field(default_factory=list)
    """The values of `Sums` for each message."""
    writers: list[int] = field(default_factory=list)
    """The number of the writer of each message."""
    text_fields: list[int] = field(default_factory=list)
    """The number of the text field of each message, counted over all writers."""
    before: list[int] = field(default_factory=list)
    """How many words the writer had typed before each message."""

    def sums(self) -> np.ndarray:
        """float64 [messages, fields of `Sums`]."""
        return np.array(self.rows, np.float64).reshape(-1, len(NAMES))


class Replay:
    """Types the messages of writers with one contender.

    Args:
      contender: The keyboard.
      vocabulary: That of the network, which decides what new words are.
      overlooked: The share of suggestions that writers overlook, and type on.
    """

    def __init__(self, contender: Contender, vocabulary: Vocabulary, overlooked: float = 0.0):
        self._contender, self._vocabulary = contender, vocabulary
        self._overlooked = overlooked
        self._typist = Typist(vocabulary)
        self._typed = Counter[str]()
        self._counted = set[str]()
        self._text_fields = 0
        self.replayed = Replayed()

    def type_all(self, writers: list[Writer]) -> Iterator[int]:
        """Type the messages of all writers; yield the number of words after each message."""
        done = 0
        for number, writer in enumerate(writers):
            for message in self._type_writer(number, writer):
                done += message.words
                yield done

    def _type_writer(self, number: int, writer: Writer) -> Iterator[Message]:
        self._contender.begin()
        self._typed.clear()
        self._counted.clear()
        before = 0
        for messages in writer.fields:
            text = ""
            self._typist.begin()
            for message in messages:
                sums, text = self._type_message(text, message)
                self.replayed.rows.append([getattr(sums, name) for name in NAMES])
                self.replayed.writers.append(number)
                self.replayed.text_fields.append(self._text_fields)
                self.replayed.before.append(before)
                before += sums.words
                yield message
            self._text_fields += 1

    def _type_message(self, text: str, message: Message) -> tuple[Sums, str]:
        """Type a message after `text` and learn it; returns the sums and the text with it."""
        sums = Sums()
        for tokens in message.segments:
            self._type_segment(sums, text, tokens)
            text += joined(tokens, self._vocabulary.segmentation) + "\n"
        self._contender.learn(message.text)
        words = [token for tokens in message.segments for token in tokens if is_word(token)]
        self._typed.update(map(fold, words))
        return sums, text

    def _type_segment(self, sums: Sums, text: str, tokens: list[str]) -> None:
        spaces = spaces_before(tokens, self._vocabulary.segmentation)
        for token, space in zip(tokens, spaces, strict=True):
            text += " " * space
            sums.characters += space + len(token)
            if is_word(token):
                self._type_word(sums, text, token, space)
            else:
                sums.keys += self._typist.punctuation(token, space)
            text += token
        sums.characters += 1
        sums.keys += self._typist.enter()

    def _type_word(self, sums: Sums, text: str, token: str, space: bool) -> None:
        log_probability = self._contender.log_probability(text, token)
        sums.nats -= float("nan") if log_probability is None else log_probability
        rank, letters = self._first_shown(text, token)
        sums.words += 1
        sums.keys += self._typist.word_shown(token, space, letters)
        sums.word_characters += len(token) + 1
        sums.word_keys += 1 + (len(token) if letters is None else letters)
        sums.first += rank == 0
        sums.among_first += rank is not None
        self._count_new_word(sums, token, letters)

    def _count_new_word(self, sums: Sums, token: str, letters: int | None) -> None:
        """Count a word outside the vocabulary once, when earlier messages had it often enough."""
        word = fold(token)
        is_new = self._vocabulary.encode([token])[0] == UNKNOWN
        if not is_new or self._typed[word] < TYPED_BEFORE or word in self._counted:
            return
        self._counted.add(word)
        offered, is_long = letters is not None and letters <= LETTERS, len(token) > LETTERS
        sums.new_words += 1
        sums.new_words_offered += offered
        sums.long_new_words += is_long
        sums.long_new_words_offered += offered and is_long

    def _first_shown(self, text: str, token: str) -> tuple[int | None, int | None]:
        """The place among the suggestions without a letter, and how many letters were needed."""
        wanted, rank = fold(token), None
        for letters in range(len(token)):
            words = [fold(word) for word in self._contender.suggest(text, token[:letters])]
            if letters == 0 and wanted in words:
                rank = words.index(wanted)
            if wanted in words and not self._overlooks(text, token[:letters]):
                return rank, letters
        return rank, None

    def _overlooks(self, text: str, letters: str) -> bool:
        """Whether the suggestions here are overlooked: the same ones for all contenders."""
        return zlib.crc32(f"{text}|{letters}".encode()) < self._overlooked * 2**32
