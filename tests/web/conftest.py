"""The built page, and a real Chromium to open it in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from export.browser import chromium
from web.node import run_node
from web.serve import serving

WEB = Path(__file__).parents[2] / "web"
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def built_page(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page around the small model that all tests share."""
    folder = tmp_path_factory.mktemp("page") / "built"
    run_node(WEB / "build.mjs", "--model", exported, "--out", folder, check=True)
    return folder


@pytest.fixture(scope="session")
def address(built_page: Path) -> Iterator[str]:
    with serving(built_page) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The page, ready to type in. No test may leave a console error or a foreign request."""
    opened = context.new_page()
    complaints: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    def asked(sent: Request) -> None:
        if not sent.url.startswith(address):
            complaints.append(f"request to {sent.url}")

    opened.on("console", heard)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", asked)
    opened.goto(address)
    expect(opened.locator("#strip button")).to_have_count(3)
    yield opened
    assert complaints == []
