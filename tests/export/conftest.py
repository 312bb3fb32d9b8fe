"""A copy of the exported folder that a test may break."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from training.vocabulary import Vocabulary


@pytest.fixture
def breakable(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "exported"))


@pytest.fixture(scope="session")
def golden(exported: Path) -> dict[str, Any]:
    return json.loads((exported / "golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def vocabulary(exported: Path) -> Vocabulary:
    return Vocabulary.load(exported / "vocabulary.txt", "message")
