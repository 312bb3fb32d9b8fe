"""Reads the version of the project from `pyproject.toml`, the only place that states it."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def released_version() -> str:
    """The version, such as "0.2.0"."""
    with PROJECT.open("rb") as stream:
        return tomllib.load(stream)["project"]["version"]
