"""Accessibility: axe finds no problems, the keyboard is enough, and everything fits the screen."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import ready
from tests.web.pages import generate, look, open_tab, score, typing

pytestmark = pytest.mark.every_size

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
TABS = ("Write", "Generate", "Score", "(Look )?inside", "About")


def fill_all(page: Page) -> None:
    """Fill every tab with content, including an unknown word and a very long one."""
    page.get_by_label("Learn from what I write").check()
    typing(page, "ask flumadiddles " + "you" * 7 + "\n")
    page.locator("#learned summary").click()
    expect(page.locator("#learned-words li")).to_have_count(3)
    typing(page, "how are y")
    page.get_by_label("Show probabilities").check()
    generate(page, length=30)
    expect(page.locator("#generate-note")).to_contain_text("Done")
    score(page, "how are flumadiddles\nhow are " + "you" * 60)
    look(page, "how are you doing")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_tab_and_each_fits_the_screen(page: Page, scheme: str):
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    fill_all(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for name in TABS:
        open_tab(page, name)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], name


@pytest.mark.parametrize("width", [320, 305])
def test_nothing_is_wider_than_a_narrow_screen(page: Page, width: int):
    fill_all(page)
    page.set_viewport_size({"width": width, "height": 640})
    for name in TABS:
        open_tab(page, name)
        wider = page.evaluate(
            "() => { const { scrollWidth, clientWidth } = document.documentElement;"
            "return scrollWidth - clientWidth; }"
        )
        assert wider <= 0, name


def test_arrow_keys_move_among_the_tabs(page: Page):
    page.get_by_role("tab", name="Write").press("ArrowRight")
    expect(page.get_by_role("tab", name="Generate")).to_be_focused()
    expect(page.get_by_label("Prompt")).to_be_visible()
    expect(page.locator("#write-text")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="About")).to_be_focused()


def press_until(page: Page, selector: str, key: str = "Tab") -> None:
    for _ in range(30):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never reached {selector}")


def test_everything_is_done_by_keyboard_alone(page: Page):
    press_until(page, "#tab-write")
    press_until(page, "#write-text")
    page.keyboard.type("how are y")
    expect(page.locator("#suggestions .word").first).to_contain_text("y")
    page.keyboard.press("Alt+Digit2")
    expect(page.locator("#write-text")).to_have_value(re.compile(r"^how are y\w* $"))
    press_until(page, "#tab-write", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    press_until(page, "#prompt")
    page.keyboard.type("I like")
    press_until(page, "#generate-start")
    page.keyboard.press("Enter")
    expect(page.locator("#generate-note")).to_contain_text("Done")
    press_until(page, "#tab-generate", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    press_until(page, "#score-text")
    page.keyboard.type("how are you")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#candidates > li")).to_have_count(1)
    press_until(page, "#candidates .words button")
    page.keyboard.press("Enter")
    expect(page.locator("#candidates .instead")).to_contain_text("how")
    press_until(page, "#tab-score", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    press_until(page, "#unrolled-frame")
    press_until(page, "#unit")
    unit = int(page.locator("#unit").input_value())
    key, other = ("ArrowDown", unit - 1) if unit > 1 else ("ArrowUp", 2)
    page.keyboard.press(key)
    expect(page.locator("#course-title")).to_contain_text(f"Unit {other} of")


def test_learning_is_used_by_keyboard_alone(page: Page):
    press_until(page, "#learn")
    page.keyboard.press("Space")
    press_until(page, "#write-text", "Shift+Tab")
    page.keyboard.type("ask flumadiddles\n")
    expect(page.locator("#learned-count")).to_have_text("2")
    page.keyboard.press("Escape")
    press_until(page, "#learned summary")
    page.keyboard.press("Enter")
    press_until(page, "[aria-label='Forget flumadiddles']")
    page.keyboard.press("Enter")
    expect(page.locator("#learned-words button")).to_have_count(1)
    expect(page.locator("#learned-words button")).to_be_focused()
    press_until(page, "#learned-import")
    press_until(page, "#learned-clear")
    page.keyboard.press("Enter")
    expect(page.locator("#learn-keep")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#learned-clear")).to_be_focused()
    press_until(page, "#learn", "Shift+Tab")
    page.keyboard.press("Space")
    press_until(page, "#learn-delete")
    page.keyboard.press("Enter")
    expect(page.locator("#learned")).to_be_hidden()
    expect(page.locator("#learn")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_question(page: Page, scheme: Literal["light", "dark"]):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    fill_all(page)
    open_tab(page, "Write")
    page.get_by_label("Learn from what I write").uncheck()
    expect(page.get_by_role("dialog", name="Keep the learned words?")).to_be_visible()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(result => result.violations)")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


def test_nothing_moves_for_those_who_asked_for_rest(page: Page):
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(element => { const style = "
        "getComputedStyle(element); return style.transitionDuration !== '0s' || "
        "style.animationName !== 'none'; }).length"
    )
    assert moving == 0


REFLECTED = ("role", "ariaBusy", "ariaLabel", "ariaLive", "ariaPressed", "ariaSelected")


def test_roles_need_no_property_of_the_browser(browser: Browser, address: str):
    page = browser.new_page(service_workers="block")
    # Firefox before version 119 does not support these properties.
    page.add_init_script("".join(f"delete Element.prototype.{name};" for name in REFLECTED))
    page.goto(address)
    ready(page)
    fill_all(page)
    expect(page.locator("[role=option]")).to_have_count(3)
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    expect(page.locator("#generated[aria-busy=false]")).to_have_count(1)
    expect(page.locator(".rank[role=img][aria-label='Rank 1']")).to_have_count(1)
    expect(page.locator("#candidates [aria-pressed=true]").first).to_be_attached()
    expect(page.locator(".cells[role=img][aria-label]").first).to_be_attached()
    page.close()


def style(page: Page, selector: str, name: str, pseudo: str = "") -> str:
    return page.locator(selector).first.evaluate(
        "(element, [name, pseudo]) => getComputedStyle(element, pseudo)[name]", [name, pseudo]
    )


def test_forced_colours_still_tell_what_is_chosen(page: Page):
    page.emulate_media(forced_colors="active")
    fill_all(page)
    score(page, "how are you")
    assert style(page, "#show-chances:checked", "appearance") != "none"
    marked, plain = (
        style(page, f"[role=tab][aria-selected={chosen}]", "backgroundColor", "::after")
        for chosen in ("true", "false")
    )
    assert marked != plain
    assert style(page, "#suggestion-1", "outlineStyle") == "solid"
    assert style(page, "#suggestion-2", "outlineStyle") == "none"
    assert style(page, ".words [aria-pressed=true]", "outlineStyle") == "solid"
    assert style(page, ".words [aria-pressed=false]", "outlineStyle") == "none"
    widths = {style(page, f".scale .level-{level}", "borderBottomWidth") for level in range(6)}
    assert len(widths) == 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_wants_more_contrast_gets_it(page: Page, scheme: Literal["light", "dark"]):
    def difference() -> float:
        colours = [style(page, "#write-help", "color"), style(page, "body", "backgroundColor")]
        quiet, ground = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
        return abs(quiet - ground)

    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    before = difference()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce", contrast="more")
    assert difference() > 1.1 * before


def test_fields_suit_every_script_and_the_keyboards_of_phones(page: Page):
    texts = page.locator("textarea, input[type=text]")
    assert texts.count() == 4
    for field in texts.all():
        expect(field).to_have_attribute("dir", "auto")
        expect(field).to_have_attribute("autocorrect", "off")
    for field in page.locator("input[type=number]").all():
        expect(field).to_have_attribute("inputmode", "numeric")


def test_nothing_lies_behind_the_notch_of_a_phone(page: Page):
    # Chromium has no notch, so check that the rule exists.
    padding = page.evaluate(
        "[...document.styleSheets].flatMap(sheet => [...sheet.cssRules])"
        ".find(rule => rule.selectorText === 'body').style.padding"
    )
    for side in ("top", "right", "bottom", "left"):
        assert f"safe-area-inset-{side}" in padding
