"""Text fields: drafts survive reloads and crashes, and text that is cut off is reported."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import ready
from tests.web.pages import open_tab, typing

FIELDS = {
    "write-text": "Write",
    "prompt": "Generate",
    "score-text": "Score",
    "inside-text": "inside",
}


def write_all(page: Page) -> None:
    for field, tab in FIELDS.items():
        open_tab(page, f"(Look )?{tab}")
        page.locator(f"#{field}").fill(f"text of {field}")


def expect_all(page: Page) -> None:
    for field, tab in FIELDS.items():
        open_tab(page, f"(Look )?{tab}")
        expect(page.locator(f"#{field}")).to_have_value(f"text of {field}")


def test_text_survives_a_reload(page: Page):
    write_all(page)
    page.reload()
    ready(page)
    expect_all(page)


def test_text_survives_a_visit_to_another_page(page: Page):
    write_all(page)
    page.goto("about:blank")
    page.go_back()
    ready(page)
    expect_all(page)


def test_text_is_kept_while_it_is_typed_and_nothing_has_to_end_well(page: Page):
    page.evaluate("addEventListener('pagehide', event => event.stopImmediatePropagation(), true)")
    typing(page, "how are y")
    kept = page.evaluate("sessionStorage.getItem('draft write-text')")
    assert kept == "how are y"
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    assert page.evaluate("sessionStorage.getItem('draft write-text')") is None


def test_a_restored_text_has_its_suggestions_and_saved_no_keys(page: Page):
    typing(page, "how are y")
    page.reload()
    ready(page)
    expect(page.locator("#suggestions .word").first).to_have_text("you")
    expect(page.locator("#saved")).not_to_contain_text("saved (")
    page.locator("#write-text").press("End")
    page.locator("#write-text").press_sequentially("o")
    expect(page.locator("#saved")).to_have_text("0% of keystrokes saved (keys: 1, characters: 1)")


@pytest.mark.parametrize(
    "fault",
    [
        "get() { throw new DOMException('no', 'SecurityError'); }",
        "value: {getItem: () => null, removeItem() {}, setItem() {"
        " throw new DOMException('full', 'QuotaExceededError'); }}",
    ],
)
def test_where_nothing_may_be_kept_the_page_works(browser: Browser, address: str, fault: str):
    page = browser.new_page(service_workers="block")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    for store in ("sessionStorage", "localStorage"):
        page.add_init_script(f"Object.defineProperty(globalThis, '{store}', {{{fault}}})")
    page.goto(address)
    ready(page)
    typing(page, "how are y")
    page.get_by_label("Show probabilities").check()
    expect(page.locator("#suggestions .chance").first).to_be_visible()
    page.close()
    assert errors == []


PASTE = """([id, text]) => {
  const source = document.createElement('textarea');
  document.body.append(source);
  source.value = text;
  source.select();
  document.execCommand('copy');
  source.remove();
  document.querySelector(`#${id}`).focus();
}"""


@pytest.mark.parametrize(
    ("field", "limit"),
    [("write-text", 20_000), ("prompt", 20_000), ("score-text", 10_000), ("inside-text", 2_000)],
)
def test_a_paste_that_does_not_fit_says_what_was_left_out(page: Page, field: str, limit: int):
    open_tab(page, f"(Look )?{FIELDS[field]}")
    page.locator(f"#{field}").fill("")
    page.evaluate(PASTE, [field, "word " * (limit // 5 + 300)])
    page.keyboard.press("Control+v")
    note = page.locator(f"#{field}-limit")
    expect(note).to_have_text(f"The limit is {limit:,} characters: the last 1,500 were left out.")
    assert len(page.locator(f"#{field}").input_value()) == limit
    page.keyboard.type("x")
    expect(note).to_have_text(f"The limit is {limit:,} characters.")
    page.keyboard.press("Backspace")
    expect(note).to_be_hidden()


@pytest.mark.every_size
def test_the_page_does_not_move_when_it_grows_longer_than_the_screen(page: Page):
    assert page.evaluate("getComputedStyle(document.documentElement).scrollbarGutter") == "stable"
