"""Corrections in the Write panel: shown, made when a word is finished, and taken back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.conftest import ready
from tests.web.pages import suggestions, text_of, typing, until

# A slip that the tiny model corrects with certainty.
SLIP, RIGHT = "tge", "the"
SPOKEN = f"{SLIP} was corrected to {RIGHT}. Backspace undoes the correction."


def cursor(page: Page) -> int:
    return page.locator("#write-text").evaluate("area => area.selectionEnd")


def becomes(page: Page, text: str) -> None:
    expect(page.locator("#write-text")).to_have_value(text)


def marked(page: Page) -> list[str]:
    return page.locator(".marks .mark").all_inner_texts()


def write(page: Page, keys: str) -> None:
    page.locator("#write-text").press_sequentially(keys)


@pytest.mark.parametrize("end", [" ", ".", ",", "?", "!", ")", "\n"])
def test_a_space_or_a_mark_corrects_a_slip(page: Page, end: str):
    write(page, f"I want {SLIP}{end}")
    becomes(page, f"I want {RIGHT}{end}")
    assert cursor(page) == len(f"I want {RIGHT}{end}")
    expect(page.locator("#write-corrected")).to_have_text(SPOKEN)


@pytest.mark.every_size
def test_a_correction_is_in_the_middle_of_the_strip_before_it_is_made(page: Page):
    typing(page, f"I want {SLIP}")
    shown = suggestions(page)
    assert shown[:2] == [f"\u201c{SLIP}\u201d", RIGHT]
    middle = page.locator("#suggestion-2")
    expect(middle).to_have_attribute("aria-selected", "true")
    expect(middle).to_have_attribute("aria-keyshortcuts", "Tab Alt+2")
    expect(page.locator("#write-text")).to_have_attribute("aria-activedescendant", "suggestion-2")
    expect(page.locator("#write-spoken")).to_have_text(f"Corrections: {', '.join(shown)}")
    page.keyboard.press("Tab")
    assert text_of(page) == f"I want {RIGHT} "


@pytest.mark.every_size
def test_the_typed_word_can_be_chosen_and_stays(page: Page):
    typing(page, f"I want {SLIP}")
    page.locator("#suggestion-1").click()
    assert text_of(page) == f"I want {SLIP} "
    write(page, f"and {SLIP} now ")
    becomes(page, f"I want {SLIP} and {SLIP} now ")
    assert marked(page) == []


def test_backspace_right_after_takes_a_correction_back_for_good(page: Page):
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")
    page.keyboard.press("Backspace")
    assert text_of(page) == f"I want {SLIP} "
    expect(page.locator("#write-corrected")).to_have_text(f"{SLIP} was restored.")
    write(page, f"{SLIP} ")
    expect(page.locator("#suggestions")).to_have_attribute("aria-busy", "false")
    assert text_of(page) == f"I want {SLIP} {SLIP} "
    # The next one deletes a character.
    page.keyboard.press("Backspace")
    assert text_of(page) == f"I want {SLIP} {SLIP}"


def test_a_correction_may_move_a_space(page: Page):
    write(page, "I was i nthe ")
    becomes(page, "I was in the ")
    page.keyboard.press("Backspace")
    becomes(page, "I was I nthe ")


def test_backspace_later_only_deletes(page: Page):
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")
    write(page, "x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    assert text_of(page) == f"I want {RIGHT}"


def test_undo_takes_a_correction_back_too(page: Page):
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")
    page.keyboard.press("Control+z")
    assert text_of(page) == f"I want {SLIP} "
    page.keyboard.type("x")
    assert text_of(page) == f"I want {SLIP} x"
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    assert text_of(page).startswith(f"I want {SLIP} ")


def test_a_correction_can_be_taken_back_and_that_undone(page: Page):
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+z")
    assert text_of(page) == f"I want {RIGHT} "
    assert cursor(page) == len(f"I want {RIGHT} ")


def test_fast_typing_is_corrected_as_well(page: Page):
    """The keys arrive before the network has read the text."""
    page.locator("#write-text").focus()
    page.evaluate(
        "keys => { for (const key of keys) document.execCommand('insertText', false, key); }",
        f"I want {SLIP} dog",
    )
    becomes(page, f"I want {RIGHT} dog")
    assert cursor(page) == len(f"I want {RIGHT} dog")


@pytest.mark.parametrize("keys", ["I dont ", "im"])
def test_no_letter_is_lost_where_a_longer_word_does_not_fit(page: Page, keys: str):
    page.locator("#write-text").evaluate("(area, most) => { area.maxLength = most; }", len(keys))
    typing(page, keys)
    page.keyboard.press("Tab")
    page.wait_for_timeout(200)
    assert text_of(page) == keys


def test_words_on_other_lines_and_before_other_text_are_corrected(page: Page):
    page.locator("#write-text").fill("one\n\nthree")
    page.locator("#write-text").evaluate("area => area.setSelectionRange(4, 4)")
    page.keyboard.type(f"I want {SLIP} ")
    becomes(page, f"one\nI want {RIGHT} \nthree")
    assert cursor(page) == len(f"one\nI want {RIGHT} ")


def test_pasted_and_restored_text_is_never_corrected(page: Page):
    write(page, f"I want x{SLIP}")
    page.locator("#write-text").evaluate("area => area.setSelectionRange(8, 11)")
    page.keyboard.press("Control+x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+v")
    assert text_of(page) == f"I want {SLIP}"
    page.keyboard.type(" ")
    page.wait_for_timeout(200)
    assert text_of(page) == f"I want {SLIP} "
    assert marked(page) == []
    page.reload()
    ready(page)
    page.locator("#write-text").press("End")
    page.keyboard.press("Backspace")
    page.keyboard.type(" ")
    page.wait_for_timeout(200)
    assert text_of(page) == f"I want {SLIP} "


def test_a_word_that_is_changed_in_the_middle_is_left_alone(page: Page):
    write(page, f"I want {SLIP[0]}{SLIP[2]}")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type(SLIP[1])
    page.keyboard.press("End")
    page.keyboard.type(" ")
    page.wait_for_timeout(200)
    assert text_of(page) == f"I want {SLIP} "


@pytest.mark.parametrize("text", ["www.{} ", "me@{} ", "#{} ", "a/{} ", "4{} "])
def test_parts_of_addresses_tags_and_numbers_are_left_alone(page: Page, text: str):
    write(page, f"see {text.format(SLIP)}")
    expect(page.locator("#suggestions")).to_have_attribute("aria-busy", "false")
    assert text_of(page) == f"see {text.format(SLIP)}"
    assert marked(page) == []


@pytest.mark.parametrize("text", ['"{}" ', "({}) ", "'{} "])
def test_a_word_in_quotes_or_brackets_is_corrected(page: Page, text: str):
    write(page, f"I want {text.format(SLIP)}")
    becomes(page, f"I want {text.format(RIGHT)}")


@pytest.mark.every_size
def test_a_possible_slip_is_underlined_after_a_pause(page: Page):
    typing(page, f"I want {SLIP}")
    expect(page.locator(".marks .mark")).to_have_text(SLIP)
    decoration = page.locator(".marks .mark").evaluate(
        "mark => getComputedStyle(mark).textDecorationStyle"
    )
    assert decoration == "wavy"
    expect(page.locator(".marks")).to_have_attribute("aria-hidden", "true")
    # It lies over the word in the text area.
    inside = page.locator(".marks .mark").evaluate(
        "mark => { const area = document.querySelector('#write-text').getBoundingClientRect();"
        "const {left, right, top, bottom} = mark.getBoundingClientRect();"
        "const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);"
        "return [left > area.left, right < area.right, top > area.top, found.id]; }"
    )
    assert inside == [True, True, True, "write-text"]
    page.keyboard.type("x")
    expect(page.locator(".marks .mark")).to_have_count(0)


def test_the_switch_turns_corrections_off_and_is_remembered(page: Page):
    typing(page, f"I want {SLIP}")
    expect(page.locator(".marks .mark")).to_have_count(1)
    page.get_by_label("Correct typing errors").uncheck()
    expect(page.locator(".marks .mark")).to_have_count(0)
    expect(page.locator("#suggestion-1")).not_to_contain_text("\u201c")
    page.locator("#write-text").press("End")
    page.keyboard.type(" ")
    page.wait_for_timeout(200)
    assert text_of(page) == f"I want {SLIP} "
    page.reload()
    ready(page)
    expect(page.get_by_label("Correct typing errors")).not_to_be_checked()
    page.get_by_label("Correct typing errors").check()
    write(page, f"{SLIP} ")
    becomes(page, f"I want {SLIP} {RIGHT} ")


def test_corrections_cost_no_keys_and_taking_back_costs_one(page: Page):
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")
    # A capital takes two keys.
    expect(page.locator("#saved")).to_contain_text("(keys: 12, characters: 11)")
    page.keyboard.press("Backspace")
    expect(page.locator("#saved")).to_contain_text("(keys: 13, characters: 11)")


def test_a_composition_is_not_corrected_before_its_end(page: Page):
    write(page, "I want ")
    keys = page.context.new_cdp_session(page)
    for end in range(1, len(SLIP) + 1):
        part = {"text": SLIP[:end], "selectionStart": end, "selectionEnd": end}
        keys.send("Input.imeSetComposition", part)
    page.wait_for_timeout(200)
    assert text_of(page) == f"I want {SLIP}"
    keys.send("Input.insertText", {"text": SLIP})
    page.wait_for_timeout(100)
    assert text_of(page) == f"I want {SLIP}"
    page.keyboard.type(" ")
    becomes(page, f"I want {RIGHT} ")
    page.keyboard.press("Backspace")
    becomes(page, f"I want {SLIP} ")
    keys.detach()


def test_a_deletion_that_cannot_be_cancelled_takes_a_correction_back(page: Page):
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")
    # As keyboards of phones do.
    page.evaluate(
        "() => { const area = document.querySelector('#write-text');"
        "const event = {inputType: 'deleteContentBackward', bubbles: true};"
        "area.dispatchEvent(new InputEvent('beforeinput', {...event, cancelable: false}));"
        "area.setRangeText('', area.value.length - 1, area.value.length, 'end');"
        "area.dispatchEvent(new InputEvent('input', event)); }"
    )
    becomes(page, f"I want {SLIP} ")
    write(page, f"{SLIP} ")
    page.wait_for_timeout(200)
    assert text_of(page) == f"I want {SLIP} {SLIP} "


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(service_workers="block")
    yield opened
    opened.close()


def test_what_was_taken_back_is_kept_in_the_profile(window: BrowserContext, address: str):
    page = window.new_page()
    page.goto(address)
    ready(page)
    page.get_by_label("Learn from what I write").check()
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")
    page.keyboard.press("Backspace")
    becomes(page, f"I want {SLIP} ")
    until(page, "(await indexedDB.databases()).length > 0")
    expect(page.locator("#learned")).to_be_visible()
    # In another visit, the word stays.
    other = window.new_page()
    other.goto(address)
    ready(other)
    expect(other.locator("#learned")).to_be_visible()
    write(other, f"I want {SLIP} ")
    other.wait_for_timeout(300)
    assert text_of(other) == f"I want {SLIP} "


def test_without_learning_it_is_kept_for_the_visit_only(page: Page):
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")
    page.keyboard.press("Backspace")
    page.locator("#write-text").fill("")
    page.reload()
    ready(page)
    write(page, f"I want {SLIP} ")
    becomes(page, f"I want {RIGHT} ")


@pytest.mark.parametrize("keyboard", ["device", "page"])
def test_a_finished_line_is_learned_after_its_correction(
    window: BrowserContext, address: str, keyboard: str
):
    page = window.new_page()
    page.goto(address)
    ready(page)
    page.get_by_label("Learn from what I write").check()
    typing(page, f"I want {SLIP}")
    if keyboard == "device":
        page.keyboard.press("Enter")
    else:
        page.evaluate("document.execCommand('insertText', false, '\\n')")
    becomes(page, f"I want {RIGHT}\n")
    expect(page.locator("#learned-count")).to_have_text("3")
    page.locator("#learned summary").click()
    expect(page.locator("#learned-words")).to_contain_text(RIGHT)
    assert re.search(rf"\b{SLIP}\b", page.locator("#learned-words").inner_text()) is None
