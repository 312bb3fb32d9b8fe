"""Writes the table in `docs/BROWSERS.md`: the result of each test in each browser."""

from pathlib import Path

import pytest

from tests.browsers.driver import Browser

BROWSERS = Path(__file__).parents[2] / "docs" / "BROWSERS.md"
INTRODUCTION = """\
# Browsers

Results of `make test-browsers`: what the page does in each browser. `make test-browsers KEEP=1`
writes this table; without `KEEP=1`, the run fails if a result differs from it.

"""
CLOSING = """
WPE WebKit 2.38 is included because it is the engine of Safari 16. The page is built for Chrome 111,
Firefox 114, Safari 16.4 and later.
"""


class Table:
    """A pytest plugin that collects the results of a run, one row per test docstring."""

    def __init__(self, *, keep: bool):
        self._keep = keep
        self._versions: dict[str, str] = {}
        self._rows: dict[str, dict[str, str]] = {}
        self._is_whole = False

    def pytest_collection_modifyitems(self, config: pytest.Config) -> None:
        chosen = config.getoption("keyword") or config.getoption("markexpr")
        self._is_whole = not chosen and all(Path(argument).is_dir() for argument in config.args)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Function):
        report = yield
        browser = item.funcargs.get("browser")
        if browser and item.function.__doc__:
            self.note(browser, item.function.__doc__, report)
        return report

    def note(self, browser: Browser, title: str, report: pytest.TestReport) -> None:
        """Record the result of the setup, call or teardown of a test."""
        self._versions[browser.name] = browser.version
        row = self._rows.setdefault(title.splitlines()[0].rstrip("."), {})
        if not report.passed:
            row[browser.name] = "no"
        elif report.when == "call":
            row[browser.name] = str(dict(report.user_properties).get("cell", "yes"))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._is_whole and not self.agrees():
            print(f"\n{BROWSERS} differs from these results; run make test-browsers KEEP=1")
            session.exitstatus = session.exitstatus or 1

    def agrees(self) -> bool:
        """Write the file if it is to be kept, and return whether it matches the results."""
        if self._keep:
            BROWSERS.write_text(self.text(), encoding="utf-8")
        return self._kept() == self._results()

    def text(self) -> str:
        """The complete file."""
        heads = [f"{name} {version}" for name, version in self._versions.items()]
        lines = [f"| | {' | '.join(heads)} |", f"|---|{':---:|' * len(heads)}"]
        return INTRODUCTION + "\n".join(lines + self._results()) + "\n" + CLOSING

    def _results(self) -> list[str]:
        lines = []
        for title, found in sorted(self._rows.items()):
            cells = [found.get(name, "no") for name in self._versions]
            lines.append(f"| {title} | {' | '.join(cells)} |")
        return lines

    def _kept(self) -> list[str]:
        if not BROWSERS.is_file():
            return []
        lines = BROWSERS.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.startswith("| ") and not line.startswith("| |")]
