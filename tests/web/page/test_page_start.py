"""Starting the page: if it cannot run, it shows why and what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import ready
from tests.web.pages import open_tab, typing
from web.serve import serving


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(service_workers="block")
    yield opened
    opened.close()


def open_copy(page: Page, copy: Path) -> None:
    with serving(copy) as address:
        page.goto(address)
        page.wait_for_load_state("networkidle")


def said(page: Page, text: str) -> None:
    """Check that the reason is shown, and that nothing seems to be loading."""
    expect(page.locator(".status:visible")).to_have_count(1)
    expect(page.locator(".status:visible")).to_contain_text(text)
    expect(page.get_by_text("Loading the model…")).to_be_hidden()


def test_a_missing_script_is_said_with_what_to_do(window: Page, copy: Path):
    (copy / "main.js").unlink()
    open_copy(window, copy)
    said(window, "The script main.js or one of its imports could not be loaded. Reload the page")


def test_a_missing_part_of_a_script_is_said(window: Page, copy: Path):
    for chunk in copy.glob("chunk-*.js"):
        chunk.unlink()
    open_copy(window, copy)
    said(window, "The script main.js or one of its imports could not be loaded.")


def test_a_blocked_script_is_said(window: Page, address: str):
    window.route("**/main.js", lambda route: route.abort("blockedbyclient"))
    window.goto(address)
    said(window, "an extension or a filter may be blocking the script")


def test_without_its_first_script_the_page_says_so(window: Page, copy: Path):
    (copy / "start.js").unlink()
    (copy / "main.js").unlink()
    open_copy(window, copy)
    said(window, "the script start.js is blocked or missing")


def test_without_javascript_the_page_says_so(browser: Browser, address: str):
    page = browser.new_page(java_script_enabled=False)
    page.goto(address)
    said(page, "This page needs JavaScript")
    page.close()


def test_opened_from_disk_it_says_how_to_serve_it(window: Page, built_page: Path):
    window.goto((built_page / "index.html").as_uri())
    said(window, 'run "python3 -m http.server --bind 127.0.0.1 8000"')


def test_a_browser_without_modules_is_told_that_it_is_too_old(window: Page, address: str):
    window.add_init_script("delete HTMLScriptElement.prototype.noModule")
    window.route("**/main.js", lambda route: route.fulfill(status=204))
    window.goto(address)
    said(window, "This browser is too old for this page. It needs Chrome 111")


def test_a_script_that_does_not_parse_means_an_old_browser(window: Page, copy: Path):
    (copy / "main.js").write_text("let new syntax of later years")
    open_copy(window, copy)
    said(window, "This browser is too old for this page.")


def test_a_script_that_fails_is_said(window: Page, copy: Path):
    (copy / "main.js").write_text("missing.words();")
    open_copy(window, copy)
    said(window, "Something went wrong: ")


def test_the_first_script_is_written_for_the_oldest_browsers(built_page: Path):
    script = (built_page / "start.js").read_text(encoding="utf-8")
    assert not any(new in script for new in ("=>", "const ", "let ", "`", "?.", "async"))


def test_without_crypto_the_files_are_checked_all_the_same(window: Page, copy: Path):
    # As over plain HTTP on a local network.
    window.add_init_script("delete Crypto.prototype.subtle")
    with serving(copy) as address:
        window.goto(address)
        ready(window)
        typing(window, "how are y")
        weights = next((copy / "model" / "tfjs").glob("*.bin"))
        weights.write_bytes(bytes([weights.read_bytes()[0] ^ 1]) + weights.read_bytes()[1:])
        window.reload()
        said(window, "is damaged: its SHA-256 does not match the manifest")


def test_with_only_one_file_of_webassembly_that_one_is_used(window: Page, copy: Path):
    (copy / "wasm" / "tfjs-backend-wasm-simd.wasm").unlink()
    with serving(copy) as address:
        window.goto(address)
        expect(window.locator("html[data-ready=wasm]")).to_have_count(1)
        expect(window.locator("#status")).to_be_hidden()
        typing(window, "how are y")


def test_a_browser_without_webassembly_is_told_so(window: Page, address: str):
    window.add_init_script("delete globalThis.WebAssembly")
    window.goto(address)
    said(window, "This browser has no WebAssembly")
    expect(window.locator("#strip-note")).to_have_text("Suggestions are not available.")


def test_without_the_core_the_page_says_what_is_missing(window: Page, copy: Path):
    (copy / "core.wasm").unlink()
    with serving(copy) as address:
        window.goto(address)
        said(window, "core.wasm, which contains the text rules, could not be loaded")


def test_a_long_text_is_said_to_be_read(window: Page, address: str):
    # Make each pause longer than the delay before "Reading the text" is shown.
    window.add_init_script(
        "const send = MessagePort.prototype.postMessage; let slow = false;"
        "addEventListener('paste', () => { slow = true; }, true);"
        "addEventListener('keyup', () => { slow = false; }, true);"
        "MessagePort.prototype.postMessage = function (...sent) {"
        "  setTimeout(() => send.apply(this, sent), slow ? 1000 : 0); };"
        "const clock = performance.now.bind(performance); let calls = 0;"
        "performance.now = () => clock() + (slow ? 13 * (calls += 1) : 0);"
    )
    window.goto(address)
    ready(window)
    typing(window, "how are y")
    window.locator("#write-text").evaluate(
        "area => { area.dispatchEvent(new Event('paste', {bubbles: true}));"
        "document.execCommand('insertText', false, ' and so on'.repeat(500)); }"
    )
    expect(window.locator("#strip-note")).to_have_text("Reading the text…")
    expect(window.locator("#suggestions")).to_be_hidden()
    window.locator("#write-text").press("ArrowLeft")
    expect(window.locator("#suggestions")).to_be_visible()


def test_the_measured_time_has_no_more_digits_than_the_clock(window: Page, address: str):
    window.add_init_script(
        "const clock = performance.now.bind(performance);"
        "performance.now = () => Math.floor(clock());"
    )
    window.goto(address)
    ready(window)
    open_tab(window, "About")
    window.get_by_role("button", name="Measure").click()
    expect(window.locator("#about-memory")).to_contain_text("95% of the measurements")
    shown = window.locator("#about-milliseconds").inner_text()
    assert shown == "<0.1" or float(shown) > 0
    assert len(shown.partition(".")[2]) == 1
