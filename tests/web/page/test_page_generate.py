"""The Generate panel: words are streamed, Stop works, and seeds and links reproduce a text."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ready
from tests.web.pages import generate, generated


def done(page: Page) -> str:
    expect(page.locator("#generate-note")).to_contain_text("Done")
    return generated(page)


def test_generate_continues_the_prompt(page: Page):
    generate(page, length=30)
    expect(page.locator("#generate-note")).to_contain_text("Done: 30 tokens")
    assert generated(page).startswith("I like")
    assert "<unk>" not in generated(page)


def test_the_prompt_is_shown_exactly_as_it_was_typed(page: Page):
    for prompt in ("I LOVE AT&T", "-5  ", "ok...\n", 'He said "'):
        generate(page, prompt=prompt, length=3)
        done(page)
        text = page.locator("#generated").evaluate("log => log.textContent")
        assert text.startswith(prompt)
        assert len(text) > len(prompt)
        page.locator("#generate-note").evaluate("note => note.textContent = ''")


def test_the_same_seed_writes_the_same_text(page: Page):
    texts = []
    for seed in (5, 5, 6):
        generate(page, length=40, seed=seed)
        texts.append(done(page))
        page.locator("#generate-note").evaluate("note => note.textContent = ''")
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.every_size
def test_words_stream_and_stop_stops_them(page: Page):
    generate(page, length=5000)
    expect(page.locator("#generated")).to_contain_text(re.compile(r"(\S+\s+){20}"))
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#generate-note")).to_contain_text("Stopped")
    before = generated(page)
    page.wait_for_timeout(300)
    assert generated(page) == before
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()


def test_one_of_the_likeliest_is_greedy_whatever_the_temperature(page: Page):
    texts = []
    for seed in (1, 2):
        generate(page, length=15, seed=seed, top_k=1, temperature=2)
        texts.append(done(page))
        page.locator("#generate-note").evaluate("note => note.textContent = ''")
    assert texts[0] == texts[1]


def test_top_p_and_the_penalty_change_the_text(page: Page):
    texts = set()
    for numbers in ({}, {"top_p": 0.05}, {"top_p": 1, "penalty": 2}):
        generate(page, length=40, temperature=1, top_k=0, **numbers)
        texts.add(done(page))
        page.locator("#generate-note").evaluate("note => note.textContent = ''")
    assert len(texts) == 3


def test_a_reader_hears_the_text_once_it_is_whole(page: Page):
    log = page.get_by_role("log", name="Generated text")
    generate(page, length=5000)
    expect(log).to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Stop").click()
    expect(log).to_have_attribute("aria-busy", "false")
    expect(log).to_have_attribute("aria-live", "polite")


def test_a_link_writes_the_same_text_again(page: Page):
    generate(page, prompt="you & <I>?", length=25, seed=77, temperature=1.1, top_k=12, top_p=0.9)
    first = done(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#generate-note")).to_contain_text(re.compile("Link copied|address bar"))
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    ready(page)
    assert done(page) == first
    expect(page.get_by_label("Seed", exact=True)).to_have_value("77")


def test_another_text_comes_from_the_next_seed(page: Page):
    generate(page, length=20, seed=4294967294)
    first = done(page)
    page.locator("#generate-note").evaluate("note => note.textContent = ''")
    page.get_by_role("button", name="Try another seed").click()
    assert done(page) != first
    expect(page.locator("#seed")).to_have_value("4294967295")
    page.get_by_role("button", name="Try another seed").click()
    expect(page.locator("#seed")).to_have_value("0")


def test_the_text_can_be_copied_with_its_prompt(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.get_by_role("button", name="Copy text")).to_be_hidden()
    generate(page, length=20)
    shown = done(page)
    page.get_by_role("button", name="Copy text").click()
    expect(page.locator("#generate-note")).to_have_text("Text copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("I like")
    assert copied.split() == shown.split()


def test_a_number_out_of_bounds_is_not_taken(page: Page):
    generate(page, length=0)
    assert page.locator("#length").evaluate("field => field.validity.rangeUnderflow")
    expect(page.locator("#generated")).to_be_hidden()
