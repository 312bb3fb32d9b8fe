"""The losses since the last validation, in bounded memory."""

from collections import deque
from collections.abc import Sequence
from typing import Any

SMOOTHED_STEPS = 50


class Losses:
    """The mean of all losses since the last validation, and of the most recent ones.

    Args:
      losses: The first losses, in order.

    Example:
      >>> Losses([5.0, 4.0]).mean
      4.5
    """

    def __init__(self, losses: Sequence[float] = ()):
        self._sum, self._steps = 0.0, 0
        self._latest: deque[float] = deque(maxlen=SMOOTHED_STEPS)
        for loss in losses:
            self.add(loss)

    def add(self, loss: float) -> None:
        """Add the loss of a step, in nats per token."""
        self._sum += loss
        self._steps += 1
        self._latest.append(loss)

    @property
    def mean(self) -> float:
        """The mean of all losses. Raises `ZeroDivisionError` if there are none."""
        return self._sum / self._steps

    @property
    def recent(self) -> float:
        """The mean of the last `SMOOTHED_STEPS` losses."""
        return sum(self._latest) / len(self._latest)

    def saved(self) -> dict[str, Any]:
        """Return the state for `restored`, as JSON values."""
        return {"sum": self._sum, "steps": self._steps, "latest": list(self._latest)}

    @classmethod
    def restored(cls, saved: dict[str, Any] | list[float]) -> "Losses":
        """Restore saved losses. Checkpoints of earlier versions contain a list of all losses."""
        if isinstance(saved, list):
            return cls(saved)
        losses = cls(saved["latest"])
        losses._sum, losses._steps = saved["sum"], saved["steps"]
        return losses
