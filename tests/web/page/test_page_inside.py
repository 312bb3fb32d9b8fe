"""The Look inside panel: the unrolled network, the heat map, and the influence of each word."""

import json
import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages import look, open_tab, typing

TEXT = "how are you doing"


@pytest.mark.every_size
def test_the_network_is_unrolled_over_the_last_words(page: Page):
    look(page, TEXT)
    expect(page.locator("#unrolled .x .token")).to_have_text(["start", *TEXT.split()])
    expect(page.locator("#unrolled .symbol").last).to_have_text("xt")
    expect(page.locator("#unrolled .step").last.locator(".bars li")).to_have_count(4)


def test_the_formula_is_that_of_the_manifest(page: Page, exported: Path):
    look(page, TEXT)
    manifest = json.loads((exported / "manifest.json").read_text(encoding="utf-8"))
    network = manifest["network"]
    assert manifest["formula"].startswith(f"s_t = {network['activation']}(")
    plain = re.sub(r"_\(([^)]*)\)|_", r"\1", manifest["formula"]).replace("-", "−")
    sizes = f"in {network['layers']} layers of {network['units']} units"
    expect(page.locator("#formula")).to_have_text(f"{plain}, {sizes}")
    expect(page.locator("#footer-formula")).to_have_text(plain)
    expect(page.locator("#formula i").first).to_have_text("st")
    expect(page.locator("#formula i sub").first).to_have_text("t")


def test_lines_that_were_written_stay_apart(page: Page):
    page.locator("#write-text").fill("how are you\nI am")
    open_tab(page, "(Look )?inside")
    expect(page.get_by_label("Text to inspect")).to_have_value("how are you I am")


def test_the_last_of_many_words_are_shown(page: Page):
    look(page, "you and I " * 8 + "say")
    expect(page.locator("#unrolled .step")).to_have_count(10)
    expect(page.locator("#inside-note")).to_have_text(
        "Showing the last 10 steps, after 16 earlier ones."
    )


def test_the_numbers_are_those_of_the_network(page: Page):
    look(page, TEXT)
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', "
        "{value: {writeText: async text => { globalThis.clip = text; }}})"
    )
    page.get_by_role("button", name="Copy all numbers").click()
    expect(page.locator("#inside-note")).to_have_text("Numbers copied.")
    steps = json.loads(page.evaluate("globalThis.clip"))["steps"]
    assert len(steps) == 5
    states = [value for step in steps for value in step["state"]]
    assert min(states) >= 0
    assert 0 < max(states) <= 6
    assert all(len(step["vector"]) > 1 for step in steps)
    shown = page.locator("#unrolled .step").last.locator(".s .values").inner_text()
    units = (
        len(steps[-1]["state"]) // page.locator("#unrolled .step").last.locator("canvas").count()
    )
    assert float(shown.split()[0].replace("−", "-")) == round(steps[-1]["state"][-units], 2)


def test_each_word_has_its_influence_on_the_prediction(page: Page):
    look(page, TEXT)
    rows = page.locator("#influences li")
    expect(rows).to_have_count(5)
    bits = [float(text.split()[0]) for text in rows.locator(".number").all_inner_texts()]
    assert all(math.isfinite(value) and value >= 0 for value in bits)
    assert max(bits) > 0
    expect(rows.last).to_contain_text("→")


@pytest.mark.every_size
def test_a_unit_of_the_heat_map_shows_its_course(page: Page):
    look(page, TEXT)
    heat = page.locator("#heat")
    heat.scroll_into_view_if_needed()
    heat.hover(position={"x": 20, "y": 5})
    first = page.locator("#course-title").inner_text()
    assert first.startswith("Unit ")
    assert all(word in first for word in TEXT.split())
    expect(page.locator("#course circle")).to_have_count(5)
    heat.hover(position={"x": 20, "y": 300})
    expect(page.locator("#course-title")).not_to_have_text(first)


def test_unit_and_layer_can_be_chosen_without_a_mouse(page: Page):
    look(page, TEXT)
    page.get_by_label("Unit", exact=True).fill("3")
    expect(page.locator("#course-title")).to_contain_text("Unit 3 of layer 2")
    before = page.locator("#course-title").inner_text()
    page.get_by_label("Layer", exact=True).select_option("1")
    expect(page.locator("#course-title")).to_contain_text("Unit 3 of layer 1")
    assert page.locator("#course-title").inner_text()[25:] != before[25:]


def test_the_unit_shown_first_is_one_that_moves(page: Page):
    look(page, TEXT)
    heights = page.locator("#course circle").evaluate_all(
        "all => all.map(one => one.cy.baseVal.value)"
    )
    assert len(set(heights)) > 1


def test_sorted_by_the_latest_value_the_first_line_is_the_highest(page: Page):
    look(page, TEXT)
    # The difference between red and blue grows with the value.
    column = (
        "canvas => { const {width, height} = canvas; const data = canvas.getContext('2d')"
        ".getImageData(width - 1, 0, 1, height).data; "
        "return Array.from({length: height}, (_, row) => data[4 * row] - data[4 * row + 2]); }"
    )
    latest = page.locator("#heat").evaluate(column)
    assert latest == sorted(latest, reverse=True)
    assert latest[0] > latest[-1]
    page.get_by_label("Sort by latest value").uncheck()
    assert page.locator("#heat").evaluate(column) != latest


def test_it_begins_with_what_was_written(page: Page):
    typing(page, "are you y")
    open_tab(page, "(Look )?inside")
    expect(page.get_by_label("Text to inspect")).to_have_value("are you y")


def test_nothing_to_read_is_only_the_start(page: Page):
    open_tab(page, "(Look )?inside")
    page.get_by_label("Text to inspect").fill("")
    expect(page.locator("#unrolled .x .token")).to_have_text(["start"])
    expect(page.locator("#influences li")).to_contain_text("the only word")
