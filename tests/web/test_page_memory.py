"""Long use costs no memory: neither tensors nor the JavaScript heap grow."""

import re

from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.web.conftest import ready
from tests.web.pages import generate, open_tab

WORDS, RUNS = 5000, 2
KEYS = 2000
ALLOWED_BYTES = 3_000_000
TEXT = "how are you? i am fine. do you like it? i do not know what you like to do today. "
TYPE = """async text => {
  document.querySelector('#write-text').focus();
  for (const letter of text) {
    document.execCommand('insertText', false, letter);
    await new Promise(done => setTimeout(done));
  }
}"""


def tensors(page: Page) -> int:
    open_tab(page, "About")
    shown = page.locator("#about-memory")
    expect(shown).to_contain_text("tensors")
    found = re.search(r"(\d+) tensors", shown.inner_text())
    assert found
    return int(found[1])


def heap(session: CDPSession) -> int:
    session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"]


def use(page: Page, words: int, keys: int) -> None:
    open_tab(page, "Write")
    page.locator("#write-text").fill("")
    page.evaluate(TYPE, (TEXT * 30)[:keys])
    generate(page, length=words)
    expect(page.locator("#generate-note")).to_contain_text(f"Done: {words} words", timeout=180_000)


def test_tensors_and_heap_are_flat_over_ten_thousand_words_and_two_thousand_keys(
    browser: Browser, address: str
):
    page = browser.new_page(service_workers="block")
    page.goto(address)
    ready(page)
    session = page.context.new_cdp_session(page)
    # What is built once, such as compiled code, is there after a first use.
    use(page, WORDS // 5, KEYS // RUNS)
    before = tensors(page), heap(session)
    for _ in range(RUNS):
        use(page, WORDS, KEYS // RUNS)
    after = tensors(page), heap(session)
    page.close()
    assert after[0] == before[0]
    assert after[1] - before[1] < ALLOWED_BYTES
