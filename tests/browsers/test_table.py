"""The table of results contains only results of the tests."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.browsers import table
from tests.browsers.driver import Browser, Program, home_folder
from tests.browsers.table import Table


def noted(*, keep: bool, passed: bool, when: str = "call", cell: str = "yes") -> Table:
    """A table of one test in two browsers. The arguments describe the result in the second one."""
    found = Table(keep=keep)
    for name, report in {
        "One": {"passed": True, "when": "call", "user_properties": []},
        "Other": {"passed": passed, "when": when, "user_properties": [("cell", cell)]},
    }.items():
        browser = cast(Browser, SimpleNamespace(name=name, version="1"))
        found.note(browser, "Runs.", cast(Any, SimpleNamespace(**report)))
    return found


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(table, "BROWSERS", tmp_path / "BROWSERS.md")
    return tmp_path / "BROWSERS.md"


def test_what_was_found_is_kept_and_compared(file: Path):
    assert noted(keep=True, passed=True).agrees()
    assert "| Runs | yes | yes |" in file.read_text()
    assert noted(keep=False, passed=True).agrees()
    assert not noted(keep=False, passed=False).agrees()
    assert not noted(keep=False, passed=True, cell="has none").agrees()


def test_a_failure_is_a_no_wherever_it_came(file: Path):
    for when in ("setup", "call", "teardown"):
        noted(keep=True, passed=False, when=when).agrees()
        assert "| Runs | yes | no |" in file.read_text()


def test_without_a_table_nothing_agrees():
    assert not noted(keep=False, passed=True).agrees()


def test_a_missing_browser_is_an_error_that_says_what_to_do():
    with (
        home_folder() as home,
        pytest.raises(RuntimeError, match="nosuchfox is not installed; run: sh"),
    ):
        Program(["nosuchfox"], 1, home, {})
