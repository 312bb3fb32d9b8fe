"""Uses the page as a person does. The docstrings are the rows of `docs/BROWSERS.md`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browsers.conftest import OPTIONS, PROMPT, SCORED, SUGGESTED, TYPED, Page, with_blank
from tests.browsers.driver import Browser
from web.serve import serving

NAME = "Rajeshwari"


def test_golden_record(
    browser: Browser, address: str, golden: dict[str, Any], reference: dict[str, Any]
):
    """Computes the golden record exactly as Node.js does."""
    browser.open(f"{address}replay.html")
    browser.until("globalThis.replayGolden")
    replayed = browser.run("return await replayGolden(args[0]);", golden)
    assert replayed == reference["replayed"]


def test_suggestions(page: Page, reference: dict[str, Any]):
    """Updates suggestions with every keystroke."""
    assert len(page.suggestions()) == 3
    page.write(TYPED)
    assert page.suggestions() == reference["suggestions"]


def test_tab_takes_a_word(page: Page):
    """Accepts a suggestion with Tab."""
    page.write(TYPED)
    first, *_ = page.suggestions()
    page.browser.press("Tab")
    assert page.written() == f"how are {first} "


def test_alt_and_a_digit_take_a_word(page: Page):
    """Accepts a suggestion with Alt and a digit."""
    page.write(TYPED)
    _, second, _ = page.suggestions()
    page.browser.press("Alt+2")
    assert page.written() == f"how are {second} "


def test_a_click_takes_a_word(page: Page):
    """Accepts a suggestion with a click or tap, and keeps the focus."""
    page.write(TYPED)
    _, _, third = page.suggestions()
    page.browser.click("#suggestion-3")
    page.browser.type("x")
    assert page.written() == f"how are {third} x"


def test_undo(page: Page, record_property: Callable[[str, object], None]):
    """Undoes an accepted suggestion."""
    page.write(TYPED)
    page.browser.press("Tab")
    if not page.browser.has_undo:
        assert not page.browser.run("return document.queryCommandEnabled('undo');")
        record_property("cell", "has no undo")
        return
    page.browser.undo()
    assert page.written() == TYPED


def test_punctuation(page: Page):
    """Attaches punctuation to an accepted suggestion."""
    page.write(TYPED)
    first, *_ = page.suggestions()
    page.browser.press("Tab")
    page.browser.type("?")
    assert page.written() == f"how are {first}?"


def test_corrections(page: Page):
    """Corrects a slip, and takes the correction back with Backspace."""
    browser = page.browser
    page.write("I want tge")
    assert page.suggestions()[:2] == ["\u201ctge\u201d", "the"]
    browser.until("document.querySelector('.marks:not([hidden]) .mark')")
    browser.type(" ")
    browser.until("document.querySelector('#write-text').value === 'I want the '")
    browser.press("Backspace")
    browser.until("document.querySelector('#write-text').value === 'I want tge '")
    browser.type("tge so")
    page.browser.until(
        "document.querySelector('#suggestions').getAttribute('aria-busy') === 'false'"
    )
    assert page.written() == "I want tge tge so"


def test_own_keyboard(page: Page):
    """Types, deletes and corrects with the page's own keyboard."""
    browser = page.browser
    # These browsers have no touch screen.
    browser.run("document.querySelector('#keyboard-show').hidden = false;")
    browser.click("#keyboard-show")
    for key in ("Shift", "I", "Space", "w", "n", "Backspace", "n", "a", "t", "Space"):
        browser.click(f'.key[aria-label="{key}"]')
    browser.until("document.querySelector('#write-text').value === 'I want '")
    browser.click('.key[aria-label="Backspace"]')
    browser.until("document.querySelector('#write-text').value === 'I wnat '")
    browser.click("#keyboard-hide")
    browser.until("document.querySelector('#keyboard').hidden")


def test_learning(page: Page):
    """Learns a name if asked to, keeps it after a reload, and deletes it."""
    browser = page.browser
    browser.until("!document.querySelector('#learn').disabled")
    browser.click("#learn")
    browser.click("#write-text")
    for verb in ("ask", "tell"):
        browser.type(f"{verb} {NAME}")
        browser.press("Enter")
    learned = "document.querySelector('#learned-count').textContent === '3'"
    browser.until(learned)
    browser.reload()
    browser.until(f"document.documentElement.dataset.ready && {learned}")
    browser.click("#write-clear")
    browser.until("document.querySelector('#write-text').value === ''")
    page.write("ask raj")
    assert page.suggestions()[0] == NAME
    browser.click("#learn")
    browser.until("document.querySelector('#learn-ask').open")
    browser.click("#learn-delete")
    browser.until("document.querySelector('#learned').hidden")
    suggested = f"[...document.querySelectorAll('{SUGGESTED}')]"
    browser.until(f"{suggested}.every(word => word.textContent !== '{NAME}')")


def test_generation(page: Page, reference: dict[str, Any]):
    """Generates the same text as Node.js from the same seed."""
    page.open_tab("generate")
    page.fill("#prompt", PROMPT)
    for name, field in (("length", "#length"), ("seed", "#seed")):
        page.fill(field, str(OPTIONS[name]))
    page.browser.click("#generate-start")
    page.browser.until("document.querySelector('#generate-note').textContent.includes('Done')")
    assert page.texts("#generated") == [PROMPT + reference["written"]]


def test_scores(page: Page, reference: dict[str, Any]):
    """Scores a sentence as Node.js does."""
    page.open_tab("score")
    page.fill("#score-text", SCORED)
    page.browser.click("#score-start")
    page.browser.until("document.querySelectorAll('#candidates > li').length === 1")
    shown = [text.removesuffix(" bits") for text in page.texts("#candidates .bits")]
    assert shown == [f"{bits:.1f}" for bits in reference["bits"]]


def test_look_inside(page: Page):
    """Shows the inside of the network."""
    page.open_tab("inside")
    page.browser.until("document.querySelectorAll('#unrolled .step').length > 1")
    page.browser.until("document.querySelectorAll('#course circle').length > 1")


def test_offline(browser: Browser, built_page: Path, tmp_path: Path):
    """Works offline after the first visit."""
    with serving(with_blank(built_page, tmp_path / "page")) as address:
        page = Page(browser, address)
        page.open()
        browser.until("navigator.serviceWorker.controller")
    # The server is stopped now.
    browser.open(address)
    browser.until("document.documentElement.dataset.ready")
    page.write(TYPED)
    assert len(page.suggestions()) == 3


def test_many_changes_of_tab(page: Page):
    """Switches tabs hundreds of times."""
    page.browser.run(
        "const tabs = [...document.querySelectorAll('[role=tab]')];"
        "for (let turn = 0; turn < 300; turn += 1) tabs[turn % tabs.length].click();"
    )
    page.open_tab("score")


def test_the_last_column(page: Page):
    """Shows the last column of the unrolled network with a margin."""
    page.open_tab("inside")
    page.browser.until("document.querySelectorAll('#unrolled .step').length > 1")
    page.fill("#inside-text", "how are you doing today and what do you like to do")
    page.browser.run("document.querySelector('#inside-text').dispatchEvent(new Event('input'));")
    page.browser.until("document.querySelectorAll('#unrolled .step').length === 10")
    margin = page.browser.run(
        "const frame = document.querySelector('#unrolled-frame');"
        "frame.scrollLeft = frame.scrollWidth;"
        "const last = document.querySelector('#unrolled .step:last-child');"
        "return frame.getBoundingClientRect().right - last.getBoundingClientRect().right;"
    )
    assert margin >= 12


def test_the_order_of_ranking(page: Page):
    """Shows the ranking options on one line."""
    page.open_tab("score")
    page.fill("#score-text", SCORED)
    page.browser.click("#score-start")
    page.browser.until("document.querySelectorAll('#candidates > li').length === 1")
    middles = page.browser.run(
        "return [...document.querySelector('.choice').children].map(child => {"
        "const box = child.getBoundingClientRect(); return box.top + box.height / 2; });"
    )
    assert len(middles) == 3
    assert max(middles) - min(middles) < 4


def test_a_reload_while_generating(page: Page):
    """Starts normally after a reload during generation."""
    page.open_tab("generate")
    page.fill("#length", "5000")
    page.browser.click("#generate-start")
    page.browser.until("!document.querySelector('#generate-stop').disabled")
    page.browser.reload()
    page.browser.until("document.documentElement.dataset.ready")
    disabled = "return document.querySelector(args[0]).disabled;"
    assert page.browser.run(disabled, "#generate-stop")
    assert not page.browser.run(disabled, "#generate-start")


def test_plain_http(browser: Browser, built_page: Path, tmp_path: Path):
    """Runs over plain HTTP from another computer on the network."""
    with serving(with_blank(built_page, tmp_path / "page"), host="0.0.0.0") as address:
        page = Page(browser, address)
        page.open()
        assert not browser.run("return isSecureContext;")
        page.write(TYPED)
        assert len(page.suggestions()) == 3


def test_no_errors(page: Page):
    """Opens every tab without console errors."""
    for name in ("generate", "score", "inside", "about", "write"):
        page.open_tab(name)
    assert page.browser.run("return document.querySelector('#status').hidden;")
