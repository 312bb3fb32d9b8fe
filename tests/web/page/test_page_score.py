"""The Score panel: candidates are ranked, and words show their surprisal and alternatives."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages import open_tab, score


def figure(page: Page, name: str, candidate: int = 0) -> float:
    shown = page.locator("#candidates > li").nth(candidate).locator(".summary div", has_text=name)
    return float(shown.locator("dd").inner_text().replace("−", "-"))


def first_words(page: Page) -> list[str]:
    cards = page.locator("#candidates > li").all()
    return [card.locator(".word").first.inner_text() for card in cards]


@pytest.mark.every_size
def test_each_word_has_its_number_and_they_sum_to_the_total(page: Page):
    score(page, "how are you")
    expect(page.locator("#candidates .word")).to_have_text(
        ["how", "are", "you", re.compile("^end of ")]
    )
    texts = page.locator("#candidates .bits").all_inner_texts()
    bits = [float(text.split()[0]) for text in texts]
    assert sum(bits) == pytest.approx(figure(page, "Bits"), abs=0.25)
    per_word, total = figure(page, "per word"), figure(page, "Total")
    assert per_word == pytest.approx(total / 4, abs=0.01)


def test_the_end_of_a_message_is_no_word(page: Page):
    score(page, "how are you")
    assert figure(page, "Words") == 3


def test_candidates_are_ranked_with_the_usual_before_the_jumbled(page: Page):
    score(page, "you how? are\nhow are you?")
    assert first_words(page) == ["how", "you"]
    assert figure(page, "Total", 0) > figure(page, "Total", 1)


def test_the_rank_is_by_the_total_or_by_the_word(page: Page):
    score(page, "how are you? I am fine. how are you? I am fine.\nyou\nhow are you fine")
    expect(page.locator("#candidates .decides").first).to_contain_text("Total")
    by_total = [figure(page, "Total", place) for place in range(3)]
    assert by_total == sorted(by_total, reverse=True)
    assert first_words(page)[0] == "you"
    page.get_by_label("per word", exact=True).check()
    expect(page.locator("#candidates .decides").first).to_contain_text("per word")
    by_word = [figure(page, "per word", place) for place in range(3)]
    assert by_word == sorted(by_word, reverse=True)
    assert by_word != by_total


def test_gibberish_is_ranked_last_because_its_spelling_is_charged(page: Page):
    score(page, "blorf\nhow are you\nhxw zrq yqx")
    assert first_words(page)[0] == "how"
    page.get_by_label("per word", exact=True).check()
    expect(page.locator("#candidates .decides").first).to_contain_text("per word")
    assert first_words(page)[0] == "how"


def test_the_order_can_be_changed_while_scoring(page: Page):
    score(page, "zebra")
    page.get_by_label("Text to score").fill("\n".join(f"how are you {n}" for n in range(80)))
    page.evaluate(
        "() => { document.querySelector('#score-form').requestSubmit();"
        "document.querySelector('input[name=order][value=word]').click(); }"
    )
    expect(page.locator("#score-note")).to_contain_text("80 sentences")
    expect(page.locator("#candidates .decides").first).to_contain_text("per word")


def test_it_says_what_was_expected_instead(page: Page):
    score(page, "how are zebra")
    details = page.locator("#candidates .instead")
    # The most surprising word is explained by default.
    expect(details).to_contain_text(re.compile(r"% likely, rank \d+"))
    words = page.locator("#candidates .words button")
    words.nth(2).click()
    expect(details).to_contain_text(re.compile("^zebra is not in the vocabulary"))
    expect(details).to_contain_text(re.compile(r"Its spelling adds \d+\.\d bits"))
    words.nth(0).click()
    expect(details).to_contain_text(re.compile(r"^how: [\d.]+% likely"))
    expect(details).to_contain_text(re.compile(r"Most likely words: \S+ \d+% · "))
    expect(page.locator("#candidates [aria-pressed=true]")).to_have_count(1)


def test_a_deeper_colour_goes_with_a_higher_number(page: Page):
    score(page, "how are zebra")
    shown = page.locator("#candidates .words button").evaluate_all(
        "words => words.map(word => [parseFloat(word.querySelector('.bits').textContent), "
        "Number(getComputedStyle(word).getPropertyValue('--level') || 0)])"
    )
    levels = [level for _, level in sorted(shown)]
    assert levels == sorted(levels)
    assert levels[0] < levels[-1]


def test_a_word_that_the_model_does_not_know_is_marked_in_words(page: Page):
    score(page, "how are flumadiddles")
    unknown = page.locator("#candidates .unknown")
    expect(unknown).to_have_count(1)
    expect(unknown).to_contain_text("flumadiddles")
    expect(unknown).to_contain_text("unknown")


def test_nothing_to_score_is_said_so(page: Page):
    open_tab(page, "Score")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#score-note")).to_have_text("Enter some text to score.")


def test_an_example_is_at_hand(page: Page):
    open_tab(page, "Score")
    page.get_by_role("button", name="Try an example").click()
    expect(page.locator("#candidates > li")).to_have_count(3)
