"""Fixtures: the built page in four browsers, and the table of results."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browsers.chromium import Chromium
from tests.browsers.driver import Browser
from tests.browsers.firefox import Firefox
from tests.browsers.table import BROWSERS, Table
from tests.browsers.webkit import WebKit, Wpe
from tests.conftest import Once
from web.node import run_node
from web.serve import serving

HERE = Path(__file__).resolve().parent
BLANK = "blank.html"
# Hidden options keep earlier words.
SUGGESTED = "#suggestions:not([hidden]) [role=option]:not([hidden]) .word"
TYPED, SCORED, PROMPT = "how are y", "how are you", "I like"
OPTIONS = {
    "temperature": 0.8, "topK": 40, "topP": 0.95, "repetitionPenalty": 1, "length": 60, "seed": 7,
}  # fmt: skip
KINDS: list[type[Browser]] = [Chromium, Firefox, WebKit, Wpe]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--keep", action="store_true", help=f"write the results to {BROWSERS.name}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Table(keep=config.getoption("--keep")))


@pytest.fixture(scope="session", params=KINDS, ids=lambda kind: kind.name)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A window of each browser. The test fails if a browser is not installed."""
    started = request.param()
    yield started
    started.close()


def with_blank(built_page: Path, folder: Path) -> Path:
    """A copy of the page, together with an empty page on the same host."""
    shutil.copytree(built_page, folder)
    (folder / BLANK).write_text("<!doctype html>")
    # Browsers request favicon.ico if a page does not specify an icon.
    shutil.copy(folder / "icon-192.png", folder / "favicon.ico")
    return folder


@pytest.fixture(scope="session")
def address(built_page: Path, once: Once) -> Iterator[str]:
    folder = once("with-blank", lambda folder: with_blank(built_page, folder / "page"))
    with serving(folder / "page") as url:
        yield url


@dataclass
class Page:
    """The page in a browser, with actions for tests."""

    browser: Browser
    address: str

    def open(self, place: str = "") -> None:
        """Open the page as on a first visit, and wait until the model is loaded."""
        # Clear the page's storage while none of its scripts run.
        self.browser.open(self.address + BLANK)
        self.browser.run("localStorage.clear(); sessionStorage.clear();")
        self.browser.open(self.address + place)
        self.browser.until("document.documentElement.dataset.ready")

    def open_tab(self, name: str) -> None:
        self.browser.click(f"#tab-{name}")
        self.browser.until(f"!document.querySelector('#{name}').hidden")

    def write(self, text: str) -> None:
        """Type into the Write panel, and wait until the suggestions match the text."""
        self.browser.click("#write-text")
        self.browser.type(text)
        self.browser.until(
            f"document.querySelector('#write-text').value === '{text}' && "
            "document.querySelector('#suggestions').getAttribute('aria-busy') === 'false'"
        )
        # The strip moves to the cursor in the next frame.
        self.browser.run("await new Promise(requestAnimationFrame);")

    def written(self) -> str:
        return self.browser.run("return document.querySelector('#write-text').value;")

    def suggestions(self) -> list[str]:
        return self.texts(SUGGESTED)

    def texts(self, selector: str) -> list[str]:
        """The text of each matching element."""
        return self.browser.run(
            "return [...document.querySelectorAll(args[0])].map(found => found.textContent);",
            selector,
        )

    def fill(self, selector: str, value: str) -> None:
        """Set the value of a field."""
        self.browser.run("document.querySelector(args[0]).value = args[1];", selector, value)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, ready to type in. A test fails on console errors."""
    opened = Page(browser, address)
    before = len(browser.complaints())
    opened.open()
    yield opened
    assert browser.complaints()[before:] == []


@pytest.fixture(scope="session")
def golden(exported: Path) -> dict[str, Any]:
    return json.loads((exported / "golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def reference(exported: Path, golden: dict[str, Any], once: Once) -> dict[str, Any]:
    """The same results, computed in Node.js."""

    def compute(folder: Path) -> None:
        task = {"typed": TYPED, "scored": SCORED, "prompt": PROMPT, "options": OPTIONS}
        (folder / "task.json").write_text(json.dumps({**task, "golden": golden}))
        files = (folder / "task.json", folder / "answer.json")
        run_node(HERE / "reference.mjs", exported, *files, check=True)

    return json.loads((once("reference", compute) / "answer.json").read_text())
