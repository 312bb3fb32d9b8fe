"""The vocabulary and golden record of the exported model."""

import json
from pathlib import Path
from typing import Any

import pytest

from training.text.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def golden(exported: Path) -> dict[str, Any]:
    return json.loads((exported / "golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def vocabulary(exported: Path) -> Vocabulary:
    return Vocabulary.load(exported / "vocabulary.txt", "message")
