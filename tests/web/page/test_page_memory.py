"""Long use costs no memory and changes nothing: tensors and the JavaScript heap do not grow, and
what comes after it is what a fresh page gives.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from export.proof.exported import Exported
from tests.web.conftest import ready
from tests.web.pages import generate, generated, open_tab, until

WORDS, SHORT_WORDS = 5000, 1000
SHORT_RUNS, LONG_RUNS = 2, 20
KEYS = 1000
LONG_SECONDS = 3600
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
    expect(page.locator("#generate-note")).to_contain_text(f"Done: {words} tokens", timeout=600_000)


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(service_workers="block")
    page.goto(address)
    ready(page)
    return page


def written(page: Page) -> str:
    """What the page writes from one seed."""
    generate(page, length=500, seed=7)
    expect(page.locator("#generate-note")).to_contain_text("Done: 500 tokens", timeout=60_000)
    return generated(page)


@pytest.mark.timeout(LONG_SECONDS)
def test_tensors_and_heap_are_flat_and_the_text_after_long_use_is_a_fresh_page_s(
    browser: Browser, address: str, long: bool
):
    page = opened(browser, address)
    session = page.context.new_cdp_session(page)
    # What is built once, such as compiled code, is there after a first use.
    use(page, WORDS // 5, KEYS)
    before = tensors(page), heap(session)
    for _ in range(LONG_RUNS if long else SHORT_RUNS):
        use(page, WORDS, KEYS)
    after = tensors(page), heap(session)
    print(f"tensors and bytes of the heap: {before} before, {after} after")
    text = written(page)
    page.close()
    fresh = opened(browser, address)
    assert text == written(fresh)
    fresh.close()
    assert after[0] == before[0]
    assert after[1] - before[1] < ALLOWED_BYTES


def replayed(browser: Browser, address: str, golden: dict[str, Any], words: int) -> dict[str, Any]:
    page = browser.new_page(service_workers="block")
    page.goto(f"{address}replay.html")
    until(page, "'replayGolden' in globalThis")
    result = page.evaluate("([golden, words]) => replayGolden(golden, words)", [golden, words])
    page.close()
    return result


@pytest.mark.timeout(LONG_SECONDS)
def test_not_one_bit_of_a_replay_changes_after_many_words(
    browser: Browser, address: str, exported: Path, long: bool
):
    golden = Exported(exported).golden()
    words = LONG_RUNS * WORDS if long else SHORT_WORDS
    after = replayed(browser, address, golden, words)
    assert after == replayed(browser, address, golden, 0)
