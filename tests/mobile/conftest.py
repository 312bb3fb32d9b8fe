"""Fixtures: what several tests build."""

from pathlib import Path

import pytest

from tests.conftest import Once
from tests.mobile.android import build_native


@pytest.fixture(scope="session")
def native(once: Once) -> Path:
    """The folder of `libelman_jni.so` with the built-in network, for this machine."""
    return once("native", build_native)
