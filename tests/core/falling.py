"""A network in Python that imports little, for the process of the sanitizers."""

import numpy as np


class Falling:
    """A network whose logits are minus the id. Step number `fails`, counted from 0, fails."""

    def __init__(self, size: int, fails: int = -1):
        self.vocabulary_size, self._fails, self._steps = size, fails, 0

    def zero_state(self) -> np.ndarray:
        return np.zeros((1, 1, 1), np.float32)

    def run(self, ids: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self._steps += 1
        if self._steps == self._fails + 1:
            raise ValueError("this step fails")
        return -np.arange(self.vocabulary_size, dtype=np.float32)[None], state + len(ids)
