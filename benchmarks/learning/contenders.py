"""The keyboards that are compared: the network and a 5-gram, with and without learning, and others.

The network and the 5-gram run in the same C library, so both learn from the same counts and are
mixed with them in the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.keyboard.suggesters import Suggester
from benchmarks.learning.typing_booster import Booster
from benchmarks.ngrams.ngram import Ngram
from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from training.measure.metrics import SUGGESTIONS
from training.text.rules import normalise
from training.text.vocabulary import END

LONGEST_CONTEXT = 1_000
"""In characters, for programs that use the last few words only."""


class KeyboardContender:
    """The C library, with a profile for each user if it `learns`. It owns the keyboard."""

    def __init__(self, keyboard: CKeyboard, library: Path, learns: bool):
        self._keyboard, self._library, self._learns = keyboard, library, learns
        self._profile: Profile | None = None

    def begin(self) -> None:
        """Start a session with an empty profile."""
        self._forget()
        if self._learns:
            self._profile = Profile(self._library)
            self._keyboard.use(self._profile)

    def suggest(self, context: str, prefix: str) -> list[str]:
        """Suggest up to three words."""
        found = self._keyboard.predict(context, prefix, SUGGESTIONS)
        return [suggestion.word for suggestion in found]

    def log_probability(self, context: str, word: str) -> float:
        """The score of the word, which includes the spelling of an unknown one."""
        return self._keyboard.rescore(context, [word])[0].log_probability

    def learn(self, text: str) -> None:
        """Learn from a message."""
        if self._profile is not None:
            self._profile.learn(text)

    def close(self) -> None:
        """Free the profile and the model."""
        self._forget()
        self._keyboard.close()

    def _forget(self) -> None:
        """Start a session without a profile, and free the last one."""
        self._keyboard.session()
        if self._profile is not None:
            self._profile.close()
            self._profile = None


class ProgramContender:
    """A program that is started again for each user. `start` starts it with an empty profile."""

    def __init__(self, start: Callable[[], Suggester]):
        self._start = start
        self._program: Suggester | None = None

    def begin(self) -> None:
        """Start the program."""
        self.close()
        self._program = self._start()

    def suggest(self, context: str, prefix: str) -> list[str]:
        """Suggest up to three words."""
        return self._running().ask(context[-LONGEST_CONTEXT:], prefix).words[:SUGGESTIONS]

    def log_probability(self, context: str, word: str) -> None:
        """These programs do not tell probabilities."""

    def learn(self, text: str) -> None:
        """Learn from a message."""
        self._running().teach(normalise(text))

    def close(self) -> None:
        """End the program."""
        if self._program is not None:
            self._program.close()
            self._program = None

    def _running(self) -> Suggester:
        if self._program is None:
            raise ValueError("call begin first")
        return self._program


class BoosterContender(ProgramContender):
    """The program of typing-booster, which is started only once."""

    def begin(self) -> None:
        """Start with an empty database."""
        if isinstance(self._program, Booster):
            self._program.begin()
        else:
            super().begin()


class NgramNetwork:
    """An n-gram model in the form of a network: the state holds the last words.

    The state is float32 [1, 1, order - 2]. Ids are small enough to be exact. An id of 0, `</s>`,
    stands for the start of a segment, as in the zero state of a network.
    """

    def __init__(self, ngram: Ngram):
        self._ngram, self.vocabulary_size = ngram, ngram.vocabulary_size
        self._start = ngram.zero_state()

    def zero_state(self) -> np.ndarray:
        """The state before the first word."""
        return np.zeros((1, 1, len(self._start)), np.float32)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log-probabilities float32 [n, vocabulary] after each of `ids` [n], and the next state."""
        words = state.reshape(-1).astype(np.int64)
        logits, after = self._ngram.run(ids, np.where(words == END, self._start, words))
        return logits, after.astype(np.float32).reshape(state.shape)
