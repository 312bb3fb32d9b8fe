"""Small networks without a state."""

import numpy as np


class Drawn:
    """Logits drawn from a seed, with a zero state."""

    def __init__(self, vocabulary_size: int, seed: int):
        self.vocabulary_size = vocabulary_size
        self.logits = np.random.default_rng(seed).normal(0, 3, vocabulary_size).astype(np.float32)

    def zero_state(self) -> np.ndarray:
        """float32 [1, 1, 1]."""
        return np.zeros((1, 1, 1), np.float32)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The logits once per id, and the state."""
        return np.tile(self.logits, (len(ids), 1)), state

    @property
    def log_probabilities(self) -> np.ndarray:
        """float64 [vocabulary]."""
        logits = self.logits.astype(np.float64)
        return logits - np.log(np.exp(logits - logits.max()).sum()) - logits.max()


class Pairs:
    """A network whose logits depend on the last word alone.

    Args:
        logits: A row for each last word, [vocabulary, vocabulary].
    """

    def __init__(self, logits: np.ndarray):
        self.logits = logits.astype(np.float32)
        self.vocabulary_size = len(logits)

    def zero_state(self) -> np.ndarray:
        """float32 [1, 1, 1]."""
        return np.zeros((1, 1, 1), np.float32)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the ids, and the state."""
        return self.logits[ids], state
