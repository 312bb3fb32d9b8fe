"""The exported files that older runtimes must load: those of a tiny model, or of `--run`."""

import json
from pathlib import Path
from typing import Any

import pytest

from export.copies.manifest import read_manifest
from training.common.errors import UserError
from training.text.vocabulary import Vocabulary

EXPORTED = Path(__file__).resolve().parents[2] / "exported"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run", help="test the export of this run instead of a tiny model's")


def pytest_configure(config: pytest.Config) -> None:
    if run := config.getoption("--run"):
        try:
            read_manifest(EXPORTED / run)
        except UserError as error:
            raise pytest.UsageError(str(error)) from error


@pytest.fixture(scope="session")
def shipped(request: pytest.FixtureRequest) -> Path:
    """The folder of the exported model."""
    run = request.config.getoption("--run")
    return EXPORTED / run if run else request.getfixturevalue("exported")


@pytest.fixture(scope="session")
def golden(shipped: Path) -> dict[str, Any]:
    return json.loads((shipped / "golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def vocabulary(shipped: Path) -> Vocabulary:
    return Vocabulary.load(
        shipped / "vocabulary.txt", read_manifest(shipped)["text"]["segmentation"]
    )
