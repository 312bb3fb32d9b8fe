"""The Write panel: three suggestions after every key, in Chromium at desktop and phone size."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import ready
from tests.web.pages import suggestions, text_of, typing


@pytest.mark.every_size
def test_three_words_are_suggested_before_the_first_key(page: Page):
    words = suggestions(page)
    assert len(set(words)) == 3
    assert all(word[0].isupper() for word in words)


def test_suggestions_follow_every_key(page: Page):
    page.get_by_label("Correct typing errors").uncheck()
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
    page.locator("#write-text").press_sequentially("xqzjvkxqzj")
    expect(page.locator("#strip-note")).to_have_text("No words match these letters.")


@pytest.mark.every_size
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


def test_after_escape_arrow_keys_do_not_bring_suggestions_back(page: Page):
    typing(page, "how are y")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(200)
    expect(page.locator("#strip-note")).to_have_text("Suggestions are hidden until you type.")
    expect(page.locator("#suggestions")).to_be_hidden()


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
    # The restored text is not selected, so the next key does not delete it.
    page.keyboard.type("o")
    assert text_of(page) == "how are yo"


def cursor(page: Page) -> str:
    """The text with `|` at the cursor, or around the selection."""
    return page.locator("#write-text").evaluate(
        "({value, selectionStart, selectionEnd}) => value.slice(0, selectionStart) + '|' + "
        "(selectionStart === selectionEnd ? '' : value.slice(selectionStart, selectionEnd) + '|')"
        " + value.slice(selectionEnd)"
    )


def typed_at(page: Page, text: str) -> None:
    """Type a text, move the cursor to `|`, and wait for the suggestions there."""
    before, after = text.split("|")
    area = page.locator("#write-text")
    area.press_sequentially(before)
    area.evaluate(
        """async (area, after) => {
          const changed = new Promise((resolve) => {
            const strip = document.querySelector("#suggestions");
            new MutationObserver(resolve).observe(strip, { childList: true, subtree: true });
            setTimeout(resolve, after ? 1000 : 0);
          });
          const end = area.value.length;
          area.setRangeText(after, end, end);
          area.setSelectionRange(end, end);
          await changed;
        }""",
        after,
    )
    letters = re.split(r"\W", before)[-1]
    expect(page.locator("#suggestions .word").first).to_have_text(
        re.compile(f"^{letters}", re.IGNORECASE)
    )


def took(page: Page, key: str = "Tab") -> str:
    """Accept the first suggestion, and wait for the suggestions after it."""
    word = suggestions(page)[0]
    page.keyboard.press(key)
    return word


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("how are y|o", "how are {} |"),
        ("how are y|z today", "how are {} |today"),
        ("how are y| today", "how are {} |today"),
        ("how are y|, really", "how are {}|, really"),
        ("how are (y|)", "how are ({}|)"),
        ('say "y|" now', 'say "{}|" now'),
        ("how are y|\nnext", "how are {} |\nnext"),
    ],
)
def test_a_word_taken_inside_text_fits_in(page: Page, text: str, result: str):
    typed_at(page, text)
    word = took(page)
    assert cursor(page) == result.format(word)
    page.keyboard.press("Control+z")
    assert cursor(page) == text


def test_a_word_taken_before_a_space_can_be_followed_by_a_mark_and_a_space(page: Page):
    typed_at(page, "how are y| today")
    word = took(page)
    page.keyboard.type("?!")
    assert cursor(page) == f"how are {word}?!| today"
    page.keyboard.type(" ")
    assert cursor(page) == f"how are {word}?! |today"


@pytest.mark.parametrize("mark", [*".,;:!?%'-/)]}", "\u2026", "\u2019", "\u201d", "\u00bb"])
def test_a_mark_that_belongs_to_the_word_takes_the_place_of_its_space(page: Page, mark: str):
    typing(page, "how are y")
    word = took(page)
    page.keyboard.type(mark)
    assert cursor(page) == f"how are {word}{mark}|"
    page.keyboard.press("Control+z")
    assert cursor(page) == f"how are {word} |"


def test_a_straight_quote_closes_only_what_was_opened(page: Page):
    typing(page, "how are y")
    word = took(page)
    page.keyboard.type('"')
    assert text_of(page) == f'how are {word} "'
    typing(page, "y")
    word = took(page)
    page.keyboard.type('"')
    assert text_of(page).endswith(f' "{word}"')


def test_a_space_typed_behind_a_taken_word_makes_no_second_one(page: Page):
    typing(page, "how are y")
    word = took(page)
    page.keyboard.type(" ")
    assert cursor(page) == f"how are {word} |"
    keys = len("how are y") + 2
    expect(page.locator("#saved")).to_contain_text(f"saved (keys: {keys}, ")
    page.keyboard.type("?")
    assert cursor(page) == f"how are {word} ?|"


@pytest.mark.parametrize(
    ("mark", "result"), [(",", "{},|"), (" ", "{} |"), ("\u00e9", "{} \u00e9|")]
)
def test_a_mark_from_an_input_method_is_put_right_behind_it(page: Page, mark: str, result: str):
    typing(page, "how are y")
    word = took(page)
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": mark, "selectionStart": 1, "selectionEnd": 1})
    keys.send("Input.insertText", {"text": mark})
    expect(page.locator("#write-text")).to_have_value(
        "how are " + result.format(word).replace("|", "")
    )
    assert cursor(page) == "how are " + result.format(word)
    keys.detach()


def test_a_curly_apostrophe_stays_as_it_was_typed(page: Page):
    page.locator("#write-text").press_sequentially("I don")
    page.keyboard.insert_text("\u2019")
    expect(page.locator("#suggestions .word").first).to_have_text("don\u2019t")
    page.keyboard.press("Tab")
    assert text_of(page) == "I don\u2019t "


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
    # Before the network has read the pasted text.
    text = page.locator("#write-text").evaluate(
        "area => { document.execCommand('insertText', false, ' and so on'.repeat(500));"
        "area.dispatchEvent(new KeyboardEvent('keydown', {key: 'Tab', cancelable: true}));"
        "return area.value; }"
    )
    assert text == "I am h" + " and so on" * 500


def test_punctuation_leaves_a_space_that_was_typed(page: Page):
    page.locator("#write-text").press_sequentially("how are you ?")
    assert text_of(page) == "how are you ?"


@pytest.mark.every_size
def test_probabilities_are_shown_on_request_and_remembered(page: Page):
    chance = page.locator("#suggestions .chance").first
    expect(chance).to_be_hidden()
    page.get_by_label("Show probabilities").check()
    expect(chance).to_have_text(re.compile(r"^<?\d+%$"))
    page.reload()
    expect(page.locator("#suggestions .chance").first).to_be_visible()


@pytest.mark.every_size
def test_taken_words_save_keystrokes_and_the_share_is_live(page: Page):
    typing(page, "how are y")
    expect(page.locator("#saved")).to_have_text("0% of keystrokes saved (keys: 9, characters: 9)")
    word = suggestions(page)[0]
    page.keyboard.press("Tab")
    length = len(f"how are {word} ")
    expect(page.locator("#saved")).to_contain_text(f"(keys: 10, characters: {length})")


def test_what_was_pasted_dictated_or_dropped_counts_neither_way(page: Page):
    page.locator("#write-text").press_sequentially("how ")
    page.evaluate("document.execCommand('insertText', false, 'are you doing today ')")
    expect(page.locator("#saved")).to_have_text("0% of keystrokes saved (keys: 5, characters: 4)")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+v")
    expect(page.locator("#saved")).to_have_text("0% of keystrokes saved (keys: 6, characters: 4)")


def test_text_that_undoing_brought_back_was_not_saved(page: Page):
    typing(page, "how are y")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+z")
    assert text_of(page) == "how are y"
    expect(page.locator("#saved")).not_to_contain_text("saved (")


@pytest.mark.every_size
def test_a_percentage_is_explained_where_it_is_shown(page: Page):
    explained = page.locator("#chances-help")
    expect(explained).to_be_hidden()
    page.get_by_label("Show probabilities").check()
    expect(explained).to_contain_text("only the words that match")


def test_on_a_wide_screen_the_strip_stands_under_the_line_that_is_written(page: Page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#write-text").press_sequentially("how are you\nI am y")
    first = page.locator("#suggestions .word").first
    expect(first).to_have_text(re.compile("^y"))

    def place() -> tuple[float, float]:
        page.evaluate(
            "async () => new Promise(done => requestAnimationFrame(() => "
            "requestAnimationFrame(done)))"
        )
        area, strip = (page.locator(name).bounding_box() for name in ("#write-text", "#strip"))
        assert area and strip
        return strip["x"] - area["x"], strip["y"] - area["y"]

    line = page.locator("#write-text").evaluate(
        "area => parseFloat(getComputedStyle(area).lineHeight)"
    )
    padding = page.locator("#write-text").evaluate(
        "area => parseFloat(getComputedStyle(area).paddingTop)"
    )
    across, down = place()
    assert 0 <= down - padding - 2 * line < line / 2
    page.keyboard.type("o")
    expect(first).to_have_text(re.compile("^yo"))
    # The strip does not move while a word is typed.
    assert place()[0] == pytest.approx(across, abs=1)
    page.keyboard.press("ArrowUp")
    expect(first).not_to_have_text(re.compile("^yo"))
    assert place()[1] == pytest.approx(down - line, abs=1)
    # A long text scrolls, and the strip stays inside its card.
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" and so on" * 150 + " y")
    expect(first).to_have_text(re.compile("^y"))
    place()
    card, strip = (page.locator(name).bounding_box() for name in ("#writing", "#strip"))
    assert card and strip
    assert strip["y"] + strip["height"] <= card["y"] + card["height"]


@pytest.mark.parametrize("size", [(393, 360), (360, 330), (320, 300)])
@pytest.mark.parametrize("covers", [False, True], ids=["resizes", "covers"])
def test_with_a_phone_s_keyboard_open_the_strip_is_right_above_it(
    browser: Browser, address: str, size: tuple[int, int], covers: bool
):
    """Some keyboards shrink the window; those of iPhones cover its lower part."""
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": 780}, service_workers="block", has_touch=True
    )
    page.goto(address)
    ready(page)
    page.locator("#write-text").tap()
    if covers:
        page.evaluate(
            "height => { Object.defineProperty(visualViewport, 'height', {value: height});"
            "visualViewport.dispatchEvent(new Event('resize')); }",
            height,
        )
    else:
        page.set_viewport_size({"width": width, "height": height})
    typing(page, "how are you doing today and so on y")
    strip, area = (page.locator(name).bounding_box() for name in ("#strip", "#write-text"))
    assert strip and area
    assert height - 24 < strip["y"] + strip["height"] <= height
    assert area["y"] >= 0 and area["height"] > 100
    assert area["y"] + area["height"] <= strip["y"] + 1
    expect(page.get_by_role("tab", name="Score")).to_be_in_viewport()
    page.close()


def test_the_window_shrinks_with_a_phone_s_keyboard(page: Page):
    content = page.locator("meta[name=viewport]").get_attribute("content")
    assert content and "interactive-widget=resizes-content" in content


def test_the_text_can_be_copied(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_disabled()
    typing(page, "how are y")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("#write-note")).to_have_text("Text copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "how are y"


def test_the_text_can_be_copied_where_there_is_no_clipboard_interface(page: Page):
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    typing(page, "how are y")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("#write-note")).to_have_text("Text copied.")
    page.locator("#write-text").fill("")
    page.locator("#write-text").press("Control+v")
    assert text_of(page) == "how are y"


def test_the_text_is_shared_where_the_browser_can(browser: Browser, address: str):
    page = browser.new_page(service_workers="block")
    page.add_init_script("navigator.share = async data => { globalThis.shared = data; }")
    page.goto(address)
    ready(page)
    typing(page, "how are y")
    page.get_by_role("button", name="Share").click()
    assert page.evaluate("shared") == {"text": "how are y"}
    page.close()


def test_where_nothing_can_be_shared_there_is_no_button(page: Page):
    assert page.evaluate("navigator.share") is None
    expect(page.locator("#write-share")).to_be_hidden()


@pytest.mark.every_size
def test_cleared_text_comes_back(page: Page):
    typing(page, "how are y")
    clear = page.locator("#write-clear")
    clear.click()
    assert text_of(page) == ""
    expect(clear).to_have_text("Undo clear")
    clear.click()
    assert cursor(page) == "how are y|"
    clear.click()
    page.locator("#write-text").press("Control+z")
    assert cursor(page) == "how are y|"
    clear.click()
    page.locator("#write-text").press_sequentially("a")
    expect(clear).to_have_text("Clear")


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
