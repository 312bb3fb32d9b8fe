"""Fixtures for the fault tests: a small uninterrupted training run, and a second model."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Once
from tests.faults.damage.damages import other_model
from tests.faults.trials import RUN, copy_of, train_here
from training.network.checkpoint import Checkpoint

STEPS_MIDWAY = 60


class Training(NamedTuple):
    """Two folders, each with `runs` and `cache`."""

    finished: Path
    midway: Path


@pytest.fixture(scope="session")
def training(once: Once, own_text: Path) -> Training:
    """A training on `own_text`. `midway` has two checkpoints, weights and a history."""
    from training.network import session

    def train(folder: Path) -> None:
        finished, midway = folder / "finished", folder / "midway"

        def save(run_folder: Path, checkpoint: Checkpoint) -> None:
            session_save(run_folder, checkpoint)
            if checkpoint.step == STEPS_MIDWAY:
                shutil.copytree(finished, midway)

        session_save = session.save_checkpoint
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(session, "save_checkpoint", save)
            finished.mkdir()
            assert train_here(finished, own_text) == 0

    folder = once("training", train)
    return Training(folder / "finished", folder / "midway")


@pytest.fixture(scope="session")
def uninterrupted(training: Training) -> Path:
    """The folder of a finished training."""
    return training.finished


@pytest.fixture
def midway(training: Training, tmp_path: Path) -> Path:
    """A copy of a training that was killed after a checkpoint, for tests to damage."""
    return copy_of(training.midway, tmp_path / "midway")


@pytest.fixture
def run_folder(midway: Path) -> Path:
    """The run folder of the `midway` training."""
    return midway / "runs" / RUN


@pytest.fixture(scope="session")
def other(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid export of another model."""
    return other_model(exported, tmp_path_factory.mktemp("other") / "exported")
