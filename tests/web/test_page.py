"""A person at the page: types, takes words, generates, stops, scores. In a real Chromium."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from web.serve import serving


def text_of(page: Page) -> str:
    return page.locator("#write-text").input_value()


def suggestions(page: Page) -> list[str]:
    return page.locator("#strip .word").all_inner_texts()


def typing(page: Page, text: str) -> None:
    page.locator("#write-text").press_sequentially(text)
    letters = re.split(r"\W", text)[-1]
    first = page.locator("#strip .word").first
    expect(first).to_have_text(re.compile(f"^{letters}", re.IGNORECASE))


def test_three_words_are_suggested_before_the_first_key(page: Page):
    words = suggestions(page)
    assert len(set(words)) == 3
    assert all(word[0].isupper() for word in words)


def test_suggestions_follow_every_key(page: Page):
    for letters in ("w", "wh", "wha"):
        page.locator("#write-text").press_sequentially(letters[-1])
        expect(page.locator("#strip .word").first).to_have_text(
            re.compile(f"^{letters}", re.IGNORECASE)
        )
        assert all(word.lower().startswith(letters) for word in suggestions(page))


def test_suggestions_follow_the_cursor(page: Page):
    typing(page, "how are y")
    page.locator("#write-text").press("Home")
    page.locator("#write-text").press("ArrowRight")
    expect(page.locator("#strip .word").first).to_have_text(re.compile("^h", re.IGNORECASE))


def test_letters_that_begin_no_word_are_said_so(page: Page):
    page.locator("#write-text").press_sequentially("xqzj")
    expect(page.locator("#strip")).to_have_text("No word of mine begins so.")


def test_a_click_takes_a_word_and_the_cursor_stays(page: Page):
    typing(page, "how are y")
    second = suggestions(page)[1]
    page.locator("#strip button").nth(1).click()
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
    expect(page.locator("#strip button")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.locator("#write-text")).not_to_be_focused()
    assert text_of(page) == "how are y"


def test_after_escape_typing_on_brings_suggestions_back(page: Page):
    typing(page, "how are y")
    page.keyboard.press("Escape")
    expect(page.locator("#strip button")).to_have_count(0)
    page.locator("#write-text").press_sequentially("o")
    expect(page.locator("#strip .word").first).to_have_text(re.compile("^yo"))


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


def test_punctuation_leaves_a_space_that_was_typed(page: Page):
    page.locator("#write-text").press_sequentially("how are you ?")
    assert text_of(page) == "how are you ?"


def generate(page: Page, *, length: int, seed: int = 1, prompt: str = "I like") -> None:
    page.get_by_role("tab", name="Generate").click()
    page.get_by_label("Begin with").fill(prompt)
    page.get_by_label("Words", exact=True).fill(str(length))
    page.get_by_label("Seed", exact=True).fill(str(seed))
    page.get_by_role("button", name="Generate").click()


def generated(page: Page) -> str:
    return page.locator("#generated").inner_text()


def test_generate_continues_the_prompt(page: Page):
    generate(page, length=30)
    expect(page.locator("#generate-note")).to_contain_text("Done: 30 words")
    assert generated(page).startswith("I like")
    assert "<unk>" not in generated(page)


def test_the_same_seed_writes_the_same_text(page: Page):
    texts = []
    for seed in (5, 5, 6):
        generate(page, length=40, seed=seed)
        expect(page.locator("#generate-note")).to_contain_text("Done")
        texts.append(generated(page))
    assert texts[0] == texts[1] != texts[2]


def test_words_stream_and_stop_stops_them(page: Page):
    generate(page, length=5000)
    expect(page.locator("#generated")).to_contain_text(re.compile(r"(\S+\s+){20}"))
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#generate-note")).to_contain_text("Stopped")
    before = generated(page)
    page.wait_for_timeout(300)
    assert generated(page) == before
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()


def score(page: Page, text: str) -> None:
    page.get_by_role("tab", name="Score").click()
    page.get_by_label("Text to score").fill(text)
    page.get_by_role("button", name="Score").click()


def test_score_shows_a_number_for_each_word_and_their_sum(page: Page):
    score(page, "how are you")
    expect(page.locator("#score-words .word")).to_have_text(
        ["how", "are", "you", re.compile("^end of ")]
    )
    bits = [float(number) for number in page.locator("#score-words .bits").all_inner_texts()]
    total = page.locator("#score-summary div", has_text="Bits").locator("dd").inner_text()
    assert sum(bits) == pytest.approx(float(total), abs=0.25)


def test_score_finds_a_usual_sentence_likelier_than_a_jumbled_one(page: Page):
    totals = []
    for text in ("how are you?", "you how? are"):
        score(page, text)
        expect(page.locator("#score-words .word").first).to_have_text(text.split()[0])
        totals.append(page.locator("#score-summary dd").first.inner_text())
    usual, jumbled = (float(total.replace("−", "-")) for total in totals)
    assert usual > jumbled


def test_score_marks_a_word_that_the_model_does_not_know(page: Page):
    score(page, "how are flumadiddles")
    unknown = page.locator("#score-words .unknown")
    expect(unknown).to_have_count(1)
    expect(unknown).to_contain_text("flumadiddles")


def test_markup_is_shown_as_text(page: Page):
    markup = "<img src=x onerror=alert(1)>"
    generate(page, length=3, prompt=markup)
    expect(page.locator("#generated")).to_contain_text(markup)
    score(page, markup)
    expect(page.locator("#score-words .word").first).to_be_visible()
    expect(page.locator("main img")).to_have_count(0)


def test_arrow_keys_move_among_the_tabs(page: Page):
    page.get_by_role("tab", name="Write").press("ArrowRight")
    expect(page.get_by_role("tab", name="Generate")).to_be_focused()
    expect(page.get_by_label("Begin with")).to_be_visible()
    expect(page.locator("#write-text")).to_be_hidden()


def test_the_page_says_which_model_runs_and_on_what(page: Page):
    expect(page.locator("#about")).to_contain_text("runs on WebAssembly")
    expect(page.locator("#status")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_each_tab_fits_the_screen(page: Page, tmp_path: Path, width: int, height: int, scheme: str):
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    score(page, "how are " + "you" * 60)
    generate(page, length=40)
    for name in ("Write", "Generate", "Score"):
        page.get_by_role("tab", name=name).click()
        overflow = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(overflow) <= 0, f"{name} is too wide"
        picture = page.screenshot(path=tmp_path / f"{name}.png")
        assert len(picture) > 5_000


def open_altered(browser: Browser, folder: Path, expected: str) -> None:
    with serving(folder) as address:
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("#status")).to_contain_text(expected)
        page.close()


@pytest.fixture
def copy(built_page: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built_page, tmp_path / "copy")


def test_damaged_weights_are_refused_in_words(browser: Browser, copy: Path):
    weights = next((copy / "model" / "tfjs").glob("*.bin"))
    weights.write_bytes(bytes([weights.read_bytes()[0] ^ 1]) + weights.read_bytes()[1:])
    open_altered(browser, copy, "is damaged: its SHA-256 is not the manifest's")


def test_a_vocabulary_cut_short_is_refused_in_words(browser: Browser, copy: Path):
    vocabulary = copy / "model" / "vocabulary.txt"
    vocabulary.write_bytes(vocabulary.read_bytes()[:-5])
    open_altered(browser, copy, "vocabulary.txt has")


def test_a_missing_manifest_is_said_in_words(browser: Browser, copy: Path):
    (copy / "model" / "manifest.json").unlink()
    open_altered(browser, copy, "manifest.json could not be read (the server answered 404)")


def test_a_manifest_of_a_later_format_is_refused_in_words(browser: Browser, copy: Path):
    manifest = copy / "model" / "manifest.json"
    manifest.write_text(
        re.sub(r'"format": *1', '"format": 99', manifest.read_text("utf-8"), count=1)
    )
    open_altered(browser, copy, "The model is of format 99, and this page reads format 1")


def test_without_webassembly_the_page_works_and_says_so(browser: Browser, copy: Path):
    shutil.rmtree(copy / "wasm")
    with serving(copy) as address:
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("#status")).to_contain_text("plain JavaScript")
        expect(page.locator("#strip button")).to_have_count(3)
        typing(page, "how are y")
        page.close()
