"""What the fault tests share: how long they run, and a second model to exchange files with."""

from pathlib import Path

import pytest

from tests.faults.damage import other_model


@pytest.fixture(scope="session")
def other(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole export of another model."""
    return other_model(exported, tmp_path_factory.mktemp("other") / "exported")
