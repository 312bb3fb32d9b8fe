"""Fixtures: the built page, and Chromium to open it in."""

import shutil
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

from export.proof.browser import chromium
from web.serve import serving

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def address(built_page: Path) -> Iterator[str]:
    with serving(built_page) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests in a window of the first size, or in every size if they are marked so."""
    if "window_size" in metafunc.fixturenames:
        sizes = getattr(metafunc.module, "SIZES", SIZES)
        marked = metafunc.definition.get_closest_marker("every_size")
        names = list(sizes) if marked else list(sizes)[:1]
        metafunc.parametrize("window_size", [sizes[name] for name in names], ids=names)


@pytest.fixture
def context(window_size: tuple[int, int], browser: Browser) -> Iterator[BrowserContext]:
    """A window, without the service worker, which has separate tests."""
    width, height = window_size
    opened = browser.new_context(
        viewport={"width": width, "height": height}, service_workers="block"
    )
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The page, ready to type in. A test fails on console errors and requests to other hosts."""
    opened = context.new_page()
    complaints = listen(opened, address)
    opened.goto(address)
    ready(opened)
    yield opened
    assert complaints == []


def listen(page: Page, address: str) -> list[str]:
    """A list that collects the page's errors and its requests to other hosts."""
    complaints: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    def asked(sent: Request) -> None:
        if not sent.url.startswith((address, "data:", "blob:")):
            complaints.append(f"request to {sent.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", asked)
    return complaints


def ready(page: Page) -> None:
    """Wait until the model is loaded."""
    expect(page.locator("html[data-ready]")).to_have_count(1)


@pytest.fixture
def copy(built_page: Path, tmp_path: Path) -> Path:
    """A copy of the built page that a test may damage, without compressed files."""
    return shutil.copytree(built_page, tmp_path / "copy", ignore=shutil.ignore_patterns("*.gz"))
