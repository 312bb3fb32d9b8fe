"""Checkpoints: everything that training needs to go on exactly where it was, in one file.

The file before is kept; if the newest is damaged, that one is taken.
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

NEWEST = "checkpoint.npz"
PREVIOUS = "checkpoint.previous.npz"
DAMAGED = "checkpoint.damaged.npz"
FACTS, DIGEST = "facts", "sha256"


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """Everything that a training needs to go on from a step.

    `step`: how many steps are done. `arrays`: weights, optimiser slots, averages and the carried
    state by name. `facts`: the least validation loss, nats a token, and the history.
    """

    step: int
    arrays: dict[str, np.ndarray]
    facts: dict[str, Any]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write the newest checkpoint; the one before becomes the previous one."""
    facts = json.dumps({**checkpoint.facts, "step": checkpoint.step})
    content = {FACTS: np.array(facts), **checkpoint.arrays}
    newest, following = folder / NEWEST, folder / "checkpoint.next.npz"
    save_arrays(following, {**content, DIGEST: np.array(digest_of(content))})
    if newest.exists():
        os.replace(newest, folder / PREVIOUS)
    os.replace(following, newest)


def load_checkpoint(folder: Path, say: Callable[[str], None]) -> Checkpoint | None:
    """The newest checkpoint that is whole, or None if there never was one.

    `say` hears of a damaged one, which is moved aside so that it never takes the place of a whole
    one. Raises `UserError` where there are damaged ones only.
    """
    complaints = []
    for path in (folder / NEWEST, folder / PREVIOUS):
        if not path.exists():
            continue
        try:
            checkpoint = _read(path)
        except Exception as error:  # a damaged archive raises whatever its bytes lead to
            complaints.append(f"{path} is damaged ({error})")
            continue
        if complaints:
            say(f"{complaints[0]}; the one before it is taken")
            os.replace(folder / NEWEST, folder / DAMAGED)
        return checkpoint
    if complaints:
        raise UserError(
            f"{' and '.join(complaints)}; to start over, give another RUN=name or delete {folder}"
        )
    return None


def _read(path: Path) -> Checkpoint:
    arrays = load_arrays(path)
    if str(arrays.pop(DIGEST, None)) != digest_of(arrays):
        raise ValueError("its digest is not right")
    facts = json.loads(str(arrays.pop(FACTS)))
    return Checkpoint(facts.pop("step"), arrays, facts)
