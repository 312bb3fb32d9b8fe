"""Screenshots of the page for the documentation: `python -m export.screenshot`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from export.copies.places import PAGES
from export.proof.browser import chromium
from training.arguments import Parser, add_run_arguments, chosen_run
from training.common.errors import command
from web.serve import serving

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
TEXT = "Hey how are you doing today I would like to"
CANDIDATES = "I would like to go home\nI would like two go home\nhome I like to would go"
READ = "Hey, how are you doing"
EXAMPLES = """\
  python -m export.screenshot --output docs      the default run's page
  python -m export.screenshot --page /tmp/page   any built page
"""


def _write(page: Page) -> None:
    page.get_by_label("Show probabilities").check()
    page.locator("#write-text").focus()
    first = page.locator("#suggestions .word").first
    # Type like someone who accepts a word as soon as it is the first suggestion.
    for word in TEXT.split():
        for letter in word:
            if first.text_content() == word:
                break
            page.keyboard.type(letter)
            page.wait_for_timeout(60)
        page.keyboard.press("Tab" if first.text_content() == word else "Space")
        page.wait_for_timeout(60)
    page.keyboard.type("g")


def _generate(page: Page) -> None:
    page.get_by_label("Prompt").fill("How are you?")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#generate-note")).to_contain_text("Done", timeout=60_000)


def _score(page: Page) -> None:
    page.get_by_label("Text to score").fill(CANDIDATES)
    page.get_by_role("button", name="Score").click()
    expect(page.locator("#candidates > li")).to_have_count(3)


def _inside(page: Page) -> None:
    page.get_by_label("Text to inspect").fill(READ)
    expect(page.locator("#unrolled .x .token").last).to_have_text(READ.split()[-1])


def _about(page: Page) -> None:
    page.get_by_role("button", name="Measure").click()
    expect(page.get_by_role("button", name="Measure")).to_be_enabled(timeout=60_000)


TABS: dict[str, Callable[[Page], None]] = {
    "write": _write,
    "generate": _generate,
    "score": _score,
    "inside": _inside,
    "about": _about,
}


def photograph(
    page_folder: Path, pictures: Path, *, size: str = "desktop", dark: bool = False
) -> list[Path]:
    """Open the built page in Chromium, use each tab, and save screenshots as `page-<tab>.png`."""
    pictures.mkdir(parents=True, exist_ok=True)
    with (
        serving(page_folder) as address,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        return [_picture(browser, address, pictures, tab, size, dark) for tab in TABS]


def _picture(
    browser: Browser, address: str, pictures: Path, tab: str, size: str, dark: bool
) -> Path:
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        device_scale_factor=1 if size == "desktop" else 2,
    )
    page.goto(f"{address}#{tab}")
    expect(page.locator("html[data-ready]")).to_have_count(1, timeout=60_000)
    TABS[tab](page)
    page.evaluate("scrollTo(0, 0)")
    # Wait for colour transitions to end.
    page.wait_for_timeout(400)
    kind = ("" if size == "desktop" else f"-{size}") + ("-dark" if dark else "")
    picture = pictures / f"page-{tab}{kind}.png"
    page.screenshot(path=picture, full_page=tab != "write")
    page.close()
    return picture


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = Parser("export.screenshot", "Take a screenshot of each tab of a built page.", EXAMPLES)
    add_run_arguments(parser)
    parser.add_argument("--page", type=Path, help="a built page, instead of the one in web/dist")
    parser.add_argument("--output", type=Path, default=Path("docs"), help="folder to write")
    parser.add_argument("--size", choices=SIZES, default="desktop", help="window size")
    parser.add_argument("--dark", action="store_true", help="use the dark colour scheme")
    options = parser.parse_args(argv)
    built = options.page or PAGES / chosen_run(options).name
    for picture in photograph(built, options.output, size=options.size, dark=options.dark):
        print(picture)


if __name__ == "__main__":
    command(main)
