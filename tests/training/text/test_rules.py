"""The text rules: shared cases, and properties that hold for every text."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.text import rules
from training.text.rules import fold, is_word, join, normalise, segments, split, typed
from training.text.sentences import sentence_starts, starts_sentence
from training.text.unicode_tables import TABLES

ROOT = Path(__file__).parents[3]
CASES = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "text_cases.json").read_text(encoding="ascii")
)
SEGMENTATIONS = ("message", "sentence", "line")
WORDS = """
a I s Word z.B. e.g. é 3 10,000 ٣ ½ 中 。 「 」 ー 😀 👩 🏽 🇬 🇧 http://
https://x www. @ # a@b.c . .. ... … , : ; ! ? ¿ ( ) [ ] ' " ’ “ ” _ -
-- — – / $ % < > < 3 :) :( :D <3 ^_^ :' -_-
Mr α ; · ש צ"ל ״ ՞ ՝ ٫ ٬ ٪ ‰ । ، ؟ ა ꭰ www.3 ： ． ・ （ ⟩ ₾ ‼️ 𑅁 ՟ k·k
"""
PIECES = st.sampled_from(
    WORDS.split()
    + [" ", "  ", "\n", "\u200b", "\u200d", "\u0301", "\u0323", "\ufe0f", "\u20e3", "\u00ad"]
    + ["\ud83d", "\ude00", "\ud800", "\u1100", "\u1161", "\u11a8", "\U0001d400", "\U00020000"]
)
ANYTHING = st.text(st.characters(), max_size=60)
TEXTS = ANYTHING | st.lists(PIECES | st.characters(), max_size=40).map("".join)
FUZZ = settings(max_examples=400, deadline=None)


def listed(found: list[rules.Segment]) -> list[dict]:
    return [{"tokens": segment.tokens, "complete": segment.complete} for segment in found]


def named(case: dict) -> str:
    group = case.get("group", case.get("segmentation", ""))
    return f"{group} {case.get('text', case.get('token'))[:40]!a}"


def each(section: str):
    return pytest.mark.parametrize("case", CASES[section], ids=named)


def test_the_cases_are_of_these_rules_and_tables():
    assert CASES["rules_version"] == rules.RULES_VERSION
    assert CASES["unicode"] == TABLES["unicode"]


@each("normalise")
def test_a_text_is_normalised_as_the_case_says(case):
    assert normalise(case["text"]) == case["normalised"]


@each("split")
def test_a_text_splits_as_the_case_says(case):
    assert split(case["text"]) == case["tokens"]


@each("split")
def test_tokens_join_as_the_case_says(case):
    assert join(case["tokens"]) == case["joined"]


@each("split")
def test_joined_tokens_split_again_into_the_same(case):
    assert split(case["joined"]) == case["tokens"]


@each("fold")
def test_a_token_folds_as_the_case_says(case):
    assert fold(case["token"]) == case["folded"]


@each("is_word")
def test_words_are_told_from_punctuation(case):
    assert is_word(case["token"]) is case["is_word"]


@each("segments")
def test_a_text_is_cut_as_the_case_says(case):
    assert listed(segments(case["text"], case["segmentation"])) == case["segments"]


@each("typed")
def test_the_text_before_a_cursor_is_read_as_the_case_says(case):
    found = typed(case["text"], case["segmentation"])
    assert {"segments": listed(found.segments), "prefix": found.prefix} == {
        "segments": case["segments"],
        "prefix": case["prefix"],
    }


@each("typed")
def test_a_word_starts_a_sentence_as_the_case_says(case):
    last = typed(case["text"], case["segmentation"]).segments[-1:]
    unfinished = [segment.tokens for segment in last if not segment.complete]
    assert starts_sentence(unfinished[0] if unfinished else []) is case["starts"]


@FUZZ
@given(TEXTS)
def test_the_starts_of_all_tokens_are_those_of_each_alone(text):
    tokens = split(text)
    starts = [place for place in range(len(tokens)) if starts_sentence(tokens[:place])]
    assert sentence_starts(tokens) == starts


@FUZZ
@given(TEXTS)
def test_both_ways_of_finding_sentences_agree(text):
    text = normalise(text)
    if not rules.rules.RARE_TERMINATOR.search(text):
        by_space = list(rules._sentences_by_space(text))
        assert by_space == list(rules._sentences_by_token(text))


@FUZZ
@given(TEXTS)
def test_splitting_what_was_joined_gives_the_same_tokens(text):
    tokens = split(text)
    assert split(join(tokens)) == tokens


@FUZZ
@given(TEXTS)
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once


@FUZZ
@given(TEXTS)
def test_folding_twice_changes_nothing_more(text):
    for token in split(text):
        assert fold(fold(token)) == fold(token)


@FUZZ
@given(TEXTS)
def test_no_token_is_empty_or_holds_white_space(text):
    assert all(token and not any(map(str.isspace, token)) for token in split(text))


@FUZZ
@given(TEXTS)
def test_sentences_hold_the_tokens_of_the_text_in_order(text):
    assert [token for segment in segments(text, "sentence") for token in segment.tokens] == split(
        text
    )


@FUZZ
@given(TEXTS, st.sampled_from(SEGMENTATIONS))
def test_a_text_that_ends_in_a_space_has_no_prefix_and_splits_as_ever(text, segmentation):
    found = typed(text + " ", segmentation)
    assert found == (segments(text + " ", segmentation), "")


@FUZZ
@given(TEXTS, st.sampled_from(SEGMENTATIONS))
def test_only_the_last_segment_can_be_incomplete(text, segmentation):
    assert all(segment.complete for segment in segments(text, segmentation)[:-1])


def test_two_halves_of_a_surrogate_pair_become_their_character():
    assert normalise("\ud83d\ude00 \ude00\ud83d") == "\U0001f600 \ufffd\ufffd"


@pytest.mark.parametrize("function", [segments, typed])
def test_an_unknown_segmentation_is_refused(function):
    with pytest.raises(ValueError, match="expected one of message, sentence, line"):
        function("text", "chapter")


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "é",
        "a'",
        "a.",
        "a-",
        "1.",
        "a@",
        "a.b@",
        "http://",
        "www.!",
        "\u0301\u0323",
        "(",
        "。」",
    ]
    + ["\U0001f468\u200d", "\u1100\u1161\u11a8", ":)", "\U00020000", "- ", "Mr. "]
    + ["a·", "中·", 'א"', "3٬", "α; ", "... ", "。3"],
    ids=ascii,
)
def test_ten_times_the_text_takes_no_hundred_times_as_long(piece):
    def seconds(length: int) -> float:
        text = "x" + piece * (length // len(piece))
        start = time.process_time()
        join(split(text))
        typed(text, "sentence")
        return time.process_time() - start

    short = max(min(seconds(20_000) for _ in range(3)), 0.002)
    assert seconds(200_000) < 40 * short


def test_importing_the_rules_compiles_no_pattern_of_a_token():
    program = "import training.train; from training.text.patterns import tokens; "
    program += "print(tokens.cache_info().currsize)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert ran.stdout == "0\n", ran.stderr
