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

from training.files import writing

NEWEST = "checkpoint.npz"
PREVIOUS = "checkpoint.previous.npz"
FACTS = "facts"


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """`step`: how many steps are done. `arrays`: weights, optimiser slots, averages and the carried
    state by name. `facts`: best perplexity, history, and what the run belongs to."""

    step: int
    arrays: dict[str, np.ndarray]
    facts: dict[str, Any]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write the newest checkpoint; the one before becomes the previous one."""
    facts = json.dumps({**checkpoint.facts, "step": checkpoint.step})
    newest = folder / NEWEST
    with writing(folder / "checkpoint.next.npz", "wb") as stream:
        np.savez(stream, **{FACTS: np.array(facts)}, **checkpoint.arrays)  # pyright: ignore
    if newest.exists():
        os.replace(newest, folder / PREVIOUS)
    os.replace(folder / "checkpoint.next.npz", newest)


def load_checkpoint(folder: Path, say: Callable[[str], None]) -> Checkpoint | None:
    """The newest usable checkpoint, or None. `say` hears of one that had to be passed over."""
    for name in (NEWEST, PREVIOUS):
        path = folder / name
        if not path.exists():
            continue
        try:
            return _read(path)
        except Exception as error:  # a damaged archive raises whatever its bytes lead to
            say(f"{path} is damaged ({error}); looking for the one before")
    return None


def _read(path: Path) -> Checkpoint:
    with path.open("rb") as stream, np.load(stream) as archive:
        arrays = {name: archive[name] for name in archive.files}
    facts = json.loads(str(arrays.pop(FACTS)))
    return Checkpoint(facts.pop("step"), arrays, facts)
