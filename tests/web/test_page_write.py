"""Write: three suggestions follow every key. In a real Chromium, at desktop and phone size."""

import re

from playwright.sync_api import Page, expect

from tests.web.pages import suggestions, text_of, typing


def test_three_words_are_suggested_before_the_first_key(page: Page):
    words = suggestions(page)
    assert len(set(words)) == 3
    assert all(word[0].isupper() for word in words)


def test_suggestions_follow_every_key(page: Page):
    for letters in ("w", "wh", "wha"):
        page.locator("#write-text").press_sequentially(letters[-1])
        expect(page.locator("#suggestions .word").first).to_have_text(
            re.compile(f"^{letters}", re.IGNORECASE)
        )
        assert all(word.lower().startswith(letters) for word in suggestions(page))


def test_suggestions_follow_the_cursor(page: Page):
    typing(page, "how are y")
    page.locator("#write-text").press("Home")
    page.locator("#write-text").press("ArrowRight")
    expect(page.locator("#suggestions .word").first).to_have_text(re.compile("^h", re.IGNORECASE))


def test_letters_that_begin_no_word_are_said_so(page: Page):
    page.locator("#write-text").press_sequentially("xqzj")
    expect(page.locator("#strip-note")).to_have_text("No word of mine begins so.")


def test_a_click_takes_a_word_and_the_cursor_stays(page: Page):
    typing(page, "how are y")
    second = suggestions(page)[1]
    page.locator("#suggestions [role=option]").nth(1).click()
    assert text_of(page) == f"how are {second} "
    expect(page.locator("#write-text")).to_be_focused()


def test_tab_takes_the_first_word(page: Page):
    typing(page, "how are y")
    first = suggestions(page)[0]
    page.keyboard.press("Tab")
    assert text_of(page) == f"how are {first} "
    expect(page.locator("#write-text")).to_be_focused()


def test_alt_and_a_digit_take_any_word(page: Page):
    typing(page, "how are y")
    third = suggestions(page)[2]
    page.keyboard.press("Alt+Digit3")
    assert text_of(page) == f"how are {third} "


def test_after_escape_tab_leaves_and_takes_nothing(page: Page):
    typing(page, "how are y")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator("#write-text")).not_to_be_focused()
    assert text_of(page) == "how are y"


def test_after_escape_typing_on_brings_suggestions_back(page: Page):
    typing(page, "how are y")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.locator("#write-text").press_sequentially("o")
    expect(page.locator("#suggestions .word").first).to_have_text(re.compile("^yo"))


def test_who_only_passes_through_with_tab_is_not_held(page: Page):
    page.get_by_role("tab", name="Write").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#write-text")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#write-text")).not_to_be_focused()
    assert text_of(page) == ""


def test_shift_tab_goes_back(page: Page):
    typing(page, "how")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("tab", name="Write")).to_be_focused()


def test_a_taken_word_can_be_undone(page: Page):
    typing(page, "how are y")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+z")
    assert text_of(page) == "how are y"


def test_punctuation_takes_the_place_of_the_space_of_a_taken_word(page: Page):
    typing(page, "how are y")
    first = suggestions(page)[0]
    page.keyboard.press("Tab")
    page.keyboard.type("?")
    assert text_of(page) == f"how are {first}?"


def test_punctuation_elsewhere_leaves_the_space_that_stands_there(page: Page):
    typing(page, "see you tom")
    word = suggestions(page)[0]
    page.keyboard.press("Tab")
    expect(page.locator("#write-text")).to_have_value(f"see you {word} ")
    page.locator("#write-text").evaluate("area => area.setSelectionRange(4, 4)")
    page.keyboard.type(",")
    assert text_of(page) == f"see ,you {word} "


def test_a_suggestion_for_another_text_is_not_taken(page: Page):
    typing(page, "I am h")
    # Before the network could read what was pasted.
    text = page.locator("#write-text").evaluate(
        "area => { document.execCommand('insertText', false, ' and so on'.repeat(500));"
        "area.dispatchEvent(new KeyboardEvent('keydown', {key: 'Tab', cancelable: true}));"
        "return area.value; }"
    )
    assert text == "I am h" + " and so on" * 500


def test_punctuation_leaves_a_space_that_was_typed(page: Page):
    page.locator("#write-text").press_sequentially("how are you ?")
    assert text_of(page) == "how are you ?"


def test_probabilities_are_shown_on_request_and_remembered(page: Page):
    chance = page.locator("#suggestions .chance").first
    expect(chance).to_be_hidden()
    page.get_by_label("Show probabilities").check()
    expect(chance).to_have_text(re.compile(r"^<?\d+%$"))
    page.reload()
    expect(page.locator("#suggestions .chance").first).to_be_visible()


def test_taken_words_save_keystrokes_and_the_share_is_live(page: Page):
    typing(page, "how are y")
    expect(page.locator("#saved")).to_have_text("0% of keystrokes saved: 9 for 9 characters")
    word = suggestions(page)[0]
    page.keyboard.press("Tab")
    length = len(f"how are {word} ")
    expect(page.locator("#saved")).to_contain_text(f": 10 for {length} characters")


def test_the_strip_is_a_listbox_that_the_text_area_controls(page: Page):
    typing(page, "how are y")
    area = page.locator("#write-text")
    strip = page.get_by_role("listbox", name="Suggestions")
    expect(strip.get_by_role("option")).to_have_count(3)
    expect(area).to_have_attribute("aria-controls", str(strip.get_attribute("id")))
    expect(area).to_have_attribute(
        "aria-activedescendant", str(strip.get_by_role("option").first.get_attribute("id"))
    )


def test_a_reader_hears_the_suggestions_after_a_pause(page: Page):
    typing(page, "how are y")
    expect(page.locator("#write-spoken")).to_have_text(
        f"Suggestions: {', '.join(suggestions(page))}"
    )
