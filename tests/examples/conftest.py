"""Fixtures for the tests of `examples/`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--keep", action="store_true", help="write the outputs of the notebook")
