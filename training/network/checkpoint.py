"""Checkpoints: one file with everything needed to resume training bit for bit.

The previous checkpoint is kept as well, and used if the newest one is damaged.
"""

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from training.common.arrays import digest_of, load_arrays, save_arrays
from training.common.errors import UserError
from training.network.run import Run

NEWEST = "checkpoint.npz"
PREVIOUS = "checkpoint.previous.npz"
DAMAGED = "checkpoint.damaged.npz"
FACTS, DIGEST = "facts", "sha256"


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """Everything needed to resume training.

    Args:
      step: Number of completed steps.
      arrays: Weights, averaged weights, optimiser slots and the carried state, by name.
      facts: What the session keeps besides arrays: the history, the lowest validation loss (nats
        per token), the training time and the steps at which training was resumed.
    """

    step: int
    arrays: dict[str, np.ndarray]
    facts: dict[str, Any]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write `checkpoint` as the newest one. The former newest becomes the previous one."""
    facts = json.dumps({**checkpoint.facts, "step": checkpoint.step})
    content = {FACTS: np.array(facts), **checkpoint.arrays}
    newest, following = folder / NEWEST, folder / "checkpoint.next.npz"
    save_arrays(following, {**content, DIGEST: np.array(digest_of(content))})
    if newest.exists():
        os.replace(newest, folder / PREVIOUS)
    os.replace(following, newest)


def load_checkpoint(folder: Path, say: Callable[[str], None]) -> Checkpoint | None:
    """Load the newest checkpoint that is not damaged.

    A damaged newest checkpoint is renamed, so that it does not later replace an intact previous
    one.

    Args:
      folder: The run folder.
      say: Called with a message if the newest checkpoint is damaged.

    Returns:
      The checkpoint, or None if there is none.

    Raises:
      UserError: If every checkpoint is damaged.
    """
    complaints = []
    for path in (folder / NEWEST, folder / PREVIOUS):
        if not path.exists():
            continue
        try:
            checkpoint = _read(path)
        except Exception as error:  # a damaged archive can raise any exception
            complaints.append(f"{path} is damaged ({error})")
            continue
        if complaints:
            say(f"{complaints[0]}; resuming from the previous checkpoint")
            os.replace(folder / NEWEST, folder / DAMAGED)
        return checkpoint
    if complaints:
        raise UserError(f"{' and '.join(complaints)}; {Run(folder).start_over}")
    return None


def _read(path: Path) -> Checkpoint:
    arrays = load_arrays(path)
    if str(arrays.pop(DIGEST, None)) != digest_of(arrays):
        raise ValueError("its digest does not match")
    facts = json.loads(str(arrays.pop(FACTS)))
    return Checkpoint(facts.pop("step"), arrays, facts)
