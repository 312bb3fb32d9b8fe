"""Letters typed without apostrophes or accents find the words that have them."""

import json
from pathlib import Path

import pytest

from training.text.plain_letters import plain
from training.text.rules import fold
from training.text.vocabulary import SPECIAL, Vocabulary

CASES = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "keyboard_cases.json").read_text(encoding="ascii")
)
SHARED = Vocabulary(CASES["entries"], "message")


def found(vocabulary: Vocabulary, prefix: str) -> list[str]:
    return [vocabulary.entry(index) for index in vocabulary.completions(prefix)]


@pytest.mark.parametrize(("prefix", "words"), CASES["completions"])
def test_a_prefix_finds_the_words_that_the_case_says(prefix, words):
    assert found(SHARED, prefix) == words


@pytest.mark.parametrize(("token", "expected"), CASES["plain"])
def test_a_token_has_the_plain_form_that_the_case_says(token, expected):
    assert plain(fold(token)) == expected


@pytest.mark.parametrize(("word", "nats"), CASES["spelling"])
def test_spelling_costs_what_the_case_says(word, nats):
    assert SHARED.spelling_nats(word) == pytest.approx(nats, abs=1e-8)


def test_nothing_typed_finds_every_entry():
    assert found(SHARED, "") == list(SHARED.entries[len(SPECIAL) :])


def test_ready_made_tokens_are_found_only_as_they_are_written():
    entries = [*SPECIAL, "don't", "dont", "d\u00e9j\u00e0"]
    vocabulary = Vocabulary([*SPECIAL, *sorted(entries[2:])], "line")
    assert found(vocabulary, "dont") == ["dont"]
    assert found(vocabulary, "deja") == []
