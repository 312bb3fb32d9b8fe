"""The page's own keyboard on touch screens, in Chromium with touch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import listen, ready
from tests.web.pages import open_tab, suggestions, text_of, until

SYMBOLS, LETTERS = "?123, digits and symbols", "ABC, letters"
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "narrow": (320, 568), "landscape": (844, 390)}


def opened(browser: Browser, address: str, size: tuple[int, int], locale: str = "en-US") -> Page:
    """The page on a phone."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        service_workers="block",
        has_touch=True,
        is_mobile=True,
        locale=locale,
    )
    page = context.new_page()
    page.goto(address)
    ready(page)
    return page


@pytest.fixture
def phone(window_size: tuple[int, int], browser: Browser, address: str) -> Iterator[Page]:
    page = opened(browser, address, window_size)
    complaints = listen(page, address)
    page.locator("#keyboard-show").tap()
    expect(page.locator("#keyboard")).to_be_visible()
    yield page
    assert complaints == []
    page.context.close()


def key(page: Page, name: str) -> tuple[float, float]:
    """The centre of a key."""
    box = page.get_by_role("button", name=name, exact=True).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def tap(page: Page, *names: str) -> None:
    for name in names:
        page.touchscreen.tap(*key(page, name))


def tap_text(page: Page, text: str) -> None:
    tap(page, *("Space" if letter == " " else letter for letter in text))


def test_there_is_no_button_where_there_is_no_touch_screen(page: Page):
    expect(page.locator("#keyboard-show")).to_be_hidden()
    expect(page.locator("#keyboard")).to_be_hidden()


@pytest.mark.every_size
def test_one_tap_shows_it_and_one_hides_it(phone: Page):
    area = phone.locator("#write-text")
    expect(area).to_be_focused()
    expect(area).to_have_attribute("inputmode", "none")
    phone.locator("#keyboard-hide").tap()
    expect(phone.locator("#keyboard")).to_be_hidden()
    assert area.get_attribute("inputmode") is None
    phone.locator("#keyboard-show").tap()
    if phone.get_by_role("tab", name="Score").is_visible():
        open_tab(phone, "Score")
        expect(phone.locator("#keyboard")).to_be_hidden()


def test_it_types_and_keeps_the_focus(phone: Page):
    tap_text(phone, "how are y")
    assert text_of(phone) == "how are y"
    expect(phone.locator("#write-text")).to_be_focused()
    expect(phone.locator("#suggestions .word").first).to_be_visible()
    expect(phone.locator("#suggestions")).to_have_attribute("aria-busy", "false")
    assert all(word.lower().startswith("y") for word in suggestions(phone))


@pytest.mark.every_size
def test_it_deletes_and_repeats(phone: Page):
    tap_text(phone, "hello")
    tap(phone, "Backspace")
    assert text_of(phone) == "hell"
    phone.locator("#write-text").evaluate("area => area.select()")
    tap(phone, "Backspace")
    assert text_of(phone) == ""
    tap_text(phone, "hello hello")
    x, y = key(phone, "Backspace")
    touch = phone.context.new_cdp_session(phone)
    points = [{"x": x, "y": y}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    until(phone, "document.querySelector('#write-text').value === ''")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(phone.locator(".key.held")).to_have_count(0)
    touch.detach()


def test_a_held_backspace_repeats_until_its_finger_is_lifted(phone: Page):
    tap_text(phone, "hello hello")

    def finger(kind: str, number: int, name: str) -> None:
        x, y = key(phone, name)
        place = {"pointerId": number, "clientX": x, "clientY": y}
        phone.locator(".key-rows").dispatch_event(kind, place)

    finger("pointerdown", 1, "Backspace")
    finger("pointerdown", 2, "h")
    finger("pointerup", 2, "h")
    area = phone.locator("#write-text")
    expect(area).to_have_value("")
    # The keys change.
    finger("pointerdown", 2, SYMBOLS)
    finger("pointerup", 1, "Backspace")
    area.fill("hello")
    phone.wait_for_timeout(600)
    assert text_of(phone) == "hello"


def test_shift_writes_one_capital_and_two_taps_lock_it(phone: Page):
    tap(phone, "Shift", "H", "i", "Space")
    assert text_of(phone) == "Hi "
    tap(phone, "Shift", "Shift")
    expect(phone.get_by_role("button", name="Shift")).to_have_attribute("aria-pressed", "true")
    tap(phone, "O", "K", "Shift", "a")
    assert text_of(phone) == "Hi OKa"


def test_symbols_and_new_lines(phone: Page):
    tap_text(phone, "it's ")
    tap(phone, SYMBOLS, "7", "?", LETTERS, "a", "Enter", "b")
    assert text_of(phone) == "it's 7?a\nb"
    # A space leads back to the letters.
    tap(phone, SYMBOLS, "7", "Space", "b")
    assert text_of(phone) == "it's 7?a\nb7 b"


def touch(page: Page, *touches: tuple[str, float]) -> None:
    """Touch keys at these shares of their widths, then the space bar."""
    page.locator("#write-text").fill("")
    for name, place in touches:
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box
        page.touchscreen.tap(box["x"] + place * box["width"], box["y"] + box["height"] / 2)
    assert text_of(page) == "".join(name for name, _ in touches)
    tap(page, "Space")


@pytest.mark.every_size
def test_touches_decide_what_was_meant(phone: Page):
    """`f` is to the left of `g`, and `t` to the right of `r`."""
    touch(phone, ("g", 0.05), ("o", 0.5), ("r", 0.5))
    expect(phone.locator("#write-text")).to_have_value("for ")
    touch(phone, ("g", 0.5), ("o", 0.5), ("r", 0.95))
    expect(phone.locator("#write-text")).to_have_value("got ")


def test_a_slip_is_corrected_and_backspace_takes_it_back(phone: Page):
    tap_text(phone, "i want tge ")
    expect(phone.locator("#write-text")).to_have_value("I want the ")
    tap(phone, "Backspace")
    assert text_of(phone) == "I want tge "
    tap(phone, "Backspace")
    assert text_of(phone) == "I want tge"


def test_the_text_goes_on_behind_a_longer_correction(phone: Page):
    tap_text(phone, "i dont")
    expect(phone.locator("#suggestions")).to_have_attribute("aria-busy", "false")
    tap_text(phone, " know")
    assert text_of(phone) == "I don't know"


@pytest.mark.parametrize("key", ["Backspace", "Control+z"])
def test_a_longer_correction_is_taken_back(phone: Page, key: str):
    tap_text(phone, "i dont")
    expect(phone.locator("#suggestions")).to_have_attribute("aria-busy", "false")
    tap(phone, "Space")
    assert text_of(phone) == "I don't "
    if key == "Backspace":
        tap(phone, key)
    else:
        phone.keyboard.press(key)
    assert text_of(phone) == "I dont "
    tap(phone, "x")
    assert text_of(phone) == "I dont x"


def test_a_mark_replaces_the_space_of_a_suggestion(phone: Page):
    tap_text(phone, "how are y")
    expect(phone.locator("#suggestions")).to_have_attribute("aria-busy", "false")
    word = suggestions(phone)[0]
    phone.locator("#suggestion-1").tap()
    tap(phone, ",")
    assert text_of(phone) == f"how are {word},"


@pytest.mark.every_size
def test_the_keys_are_large_and_the_strip_is_right_above_them(phone: Page):
    tap_text(phone, "how are y")
    expect(phone.locator("#suggestions .word").first).to_be_visible()
    size = phone.viewport_size
    strip, keyboard = (phone.locator(name).bounding_box() for name in ("#strip", "#keyboard"))
    area = phone.locator("#write-text").bounding_box()
    assert strip and keyboard and area and size
    assert keyboard["y"] + keyboard["height"] == pytest.approx(size["height"], abs=1)
    if size["width"] < 768:
        assert keyboard["y"] - strip["y"] - strip["height"] < 24
    assert strip["y"] + strip["height"] <= keyboard["y"] + 1
    assert area["height"] >= 40
    for box in phone.locator(".key").evaluate_all(
        "keys => keys.map(key => key.getBoundingClientRect().toJSON())"
    ):
        assert box["width"] >= 26 and box["height"] >= 38
        assert box["left"] >= 0 and box["right"] <= size["width"] + 0.5


@pytest.mark.every_size
def test_nothing_is_zoomed_or_scrolled_by_taps(phone: Page):
    for selector in (".key-rows", ".key"):
        action = phone.locator(selector).first.evaluate("e => getComputedStyle(e).touchAction")
        assert action == "none"
    width = phone.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


@pytest.mark.parametrize(
    ("locale", "first"), [("en-US", "qwerty"), ("de-DE", "qwertz"), ("fr-FR", "azerty")]
)
def test_the_layout_follows_the_language_and_the_choice(
    browser: Browser, address: str, locale: str, first: str
):
    page = opened(browser, address, SIZES["phone"], locale)
    page.locator("#keyboard-show").tap()
    rows = page.locator(".key-row").first
    expect(page.locator("#keyboard-layout")).to_have_value(first)
    expect(rows).to_have_text(first + {"z": "uiopü", "y": "uiop"}[first[-1]])
    page.locator("#keyboard-layout").select_option("azerty")
    expect(rows).to_have_text("azertyuiop")
    page.reload()
    ready(page)
    expect(page.locator("#keyboard-layout")).to_have_value("azerty")
    page.context.close()


def test_a_screen_reader_can_click_keys(phone: Page):
    """It does not touch them."""
    for name in ("h", "i"):
        phone.get_by_role("button", name=name, exact=True).evaluate("button => button.click()")
    assert text_of(phone) == "hi"


@pytest.mark.every_size
def test_the_line_that_is_typed_is_in_view(phone: Page):
    phone.locator("#write-text").fill("and so on\n" * 40)
    area = phone.locator("#write-text")
    area.evaluate("area => { area.setSelectionRange(400, 400); area.scrollTop = 0; }")
    tap(phone, "h")
    last = area.evaluate("area => area.scrollTop + area.clientHeight >= area.scrollHeight - 30")
    assert last
    area.evaluate("area => area.setSelectionRange(3, 3)")
    tap(phone, "Backspace")
    assert area.evaluate("area => area.scrollTop") < 20
    assert text_of(phone).startswith("an so on")


@pytest.mark.every_size
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_a_slip_is_underlined(
    phone: Page, scheme: Literal["light", "dark"]
):
    phone.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    tap_text(phone, "i want tge")
    tap(phone, "Shift")
    expect(phone.locator(".marks .mark")).to_have_count(1)
    phone.evaluate(AXE.read_text(encoding="utf-8"))
    found = phone.evaluate("axe.run().then(result => result.violations)")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
