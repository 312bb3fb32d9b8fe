"""A picture of the page for the README: `python -m export.screenshot web/dist/default page.png`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from export.browser import chromium
from training.errors import command
from web.serve import serving

WIDTH, HEIGHT = 1280, 800
TEXT = "Hey, how are you doing today? I would like to g"


def photograph(page_folder: Path, picture: Path, *, text: str = TEXT, dark: bool = False) -> None:
    """Open the built page in Chromium, type `text`, and save what is seen as a PNG."""
    with (
        serving(page_folder) as address,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="dark" if dark else "light"
        )
        page.goto(address)
        area = page.locator("#write-text")
        expect(area).to_be_visible(timeout=30_000)
        area.press_sequentially(text)
        # The strip follows the last key within a frame or two; buttons fade in.
        page.wait_for_timeout(500)
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture)


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m export.screenshot", description="Photograph a built page."
    )
    parser.add_argument("page", type=Path, help="the built page, such as web/dist/default")
    parser.add_argument("picture", type=Path, help="the PNG file to write")
    parser.add_argument("--text", default=TEXT, help="what is typed first")
    parser.add_argument("--dark", action="store_true", help="the dark colours")
    options = parser.parse_args(argv)
    photograph(options.page, options.picture, text=options.text, dark=options.dark)


if __name__ == "__main__":
    command(main)
