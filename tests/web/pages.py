"""Helpers that use the page as a person does."""

import re

from playwright.sync_api import Page, expect


def until(page: Page, expression: str) -> None:
    """Wait until a JavaScript expression is true. Playwright's own way violates the page's CSP."""
    pause = "await new Promise(done => setTimeout(done, 20))"
    page.evaluate(f"async () => {{ while (!({expression})) {pause}; }}")


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{name}", re.IGNORECASE)).click()


def text_of(page: Page) -> str:
    return page.locator("#write-text").input_value()


def suggestions(page: Page) -> list[str]:
    return page.locator("#suggestions [role=option]:visible .word").all_inner_texts()


def typing(page: Page, text: str) -> None:
    """Type into the Write panel, and wait until the suggestions match the text."""
    page.locator("#write-text").press_sequentially(text)
    expect(page.locator("#suggestions")).to_have_attribute("aria-busy", "false")


def generate(page: Page, *, prompt: str = "I like", **numbers: float) -> None:
    open_tab(page, "Generate")
    page.get_by_label("Prompt").fill(prompt)
    for field, value in numbers.items():
        page.locator(f"#{field.replace('_', '-')}").fill(str(value))
    page.get_by_role("button", name="Generate").click()


def generated(page: Page) -> str:
    return page.locator("#generated").inner_text()


def score(page: Page, text: str) -> None:
    open_tab(page, "Score")
    page.get_by_label("Text to score").fill(text)
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#score-note")).to_contain_text("sentence")


def look(page: Page, text: str) -> None:
    open_tab(page, "(Look )?inside")
    page.get_by_label("Text to inspect").fill(text)
    expect(page.locator("#unrolled .x .token").last).to_have_text(text.split()[-1])
