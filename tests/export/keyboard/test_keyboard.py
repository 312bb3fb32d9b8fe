"""The counterpart of the C library: suggestions, their case, and scores of candidates."""

import dataclasses
import math

import numpy as np
import pytest

from export.copies.packing import read_packed, seal
from export.keyboard.keyboard import Keyboard, check_self_test
from export.proof.runtimes import StepModel, open_tflite
from training.common.errors import UserError
from training.text.rules import fold, typed
from training.text.vocabulary import Vocabulary

ENTRIES = ["</s>", "<unk>", "!", ".", "a", "and", "Anna", "I", "in", "the", "then", "York"]


def counting_model(size: int):
    """A model whose logits fall with the distance from the last token; counts its steps."""
    steps = []

    def step(token, state):
        steps.append(token)
        logits = -np.abs(np.arange(size, dtype=np.float32) - token) / 4
        return logits, state + token

    return StepModel(step, size, (1, 1, 2)), steps


def keyboard_of(entries=ENTRIES, segmentation="message", **options) -> Keyboard:
    return Keyboard(counting_model(len(entries))[0], Vocabulary(entries, segmentation), **options)


def words(suggestions):
    return [suggestion.word for suggestion in suggestions]


def test_words_that_begin_with_the_typed_letters_are_suggested_the_whole_word_too():
    assert set(words(keyboard_of().predict("in the", k=9))) == {"the", "then"}


def test_case_follows_what_was_typed():
    assert words(keyboard_of().predict("in TH", k=2)) == ["THE", "THEN"]
    assert words(keyboard_of().predict("in Th", k=2)) == ["The", "Then"]


def test_a_sentence_starts_with_a_capital_and_goes_on_without():
    assert "The" in words(keyboard_of().predict("and. ", k=9))
    assert "the" in words(keyboard_of().predict("and ", k=9))


def test_neither_special_entries_nor_punctuation_are_suggested_unless_asked():
    assert not set(words(keyboard_of().predict("in ", k=20))) & {"</s>", "<unk>", "!", "."}
    asked = set(words(keyboard_of().predict("in ", k=20, punctuation=True)))
    assert {"!", "."} <= asked and not asked & {"</s>", "<unk>"}


def test_a_blocked_word_is_never_suggested_in_any_case_until_it_is_switched_off():
    keyboard = keyboard_of()
    keyboard.block(["ANNA", "no such word"])
    assert "Anna" not in words(keyboard.predict("", k=20))
    assert "Anna" in words(keyboard.predict("", k=20, blocklist=False))


def test_ready_made_tokens_are_suggested_once_whatever_their_case():
    keyboard = keyboard_of(["</s>", "<unk>", "The", "the", "then"], "line")
    assert words(keyboard.predict("", k=9)) == ["The", "then"]


def test_context_and_prefix_apart_are_the_text_before_the_cursor():
    keyboard = keyboard_of()
    assert keyboard.predict("I and th") == keyboard.predict("I and ", "th")


def test_log_probabilities_are_over_the_whole_vocabulary(exported):
    keyboard = Keyboard.open(exported / "model.tflite")
    everything = keyboard.predict("I am ", k=10**6, punctuation=True)
    shown = sum(math.exp(suggestion.log_probability) for suggestion in everything)
    special = keyboard.rescore("I am", ["xyzzyxyzzy"])[0]
    assert special.unknown == 1
    unknown = special.log_probability + keyboard.vocabulary.spelling_nats("xyzzyxyzzy")
    assert 0.5 < shown + math.exp(unknown) < 1.0


def test_a_candidate_of_several_tokens_is_the_sum_over_them():
    keyboard = keyboard_of()
    (both,) = keyboard.rescore("in the", ["Anna York"])
    (first,), (second,) = (
        keyboard.rescore("in the", ["Anna"]),
        keyboard.rescore("in the Anna", ["York"]),
    )
    assert both.tokens == 2
    assert both.log_probability == pytest.approx(first.log_probability + second.log_probability)


def test_candidates_outside_the_vocabulary_differ_by_their_spelling():
    keyboard = keyboard_of()
    zebra, quiz = keyboard.rescore("in", ["zebra", "Quiz"])
    assert (zebra.tokens, zebra.unknown) == (1, 1) and math.isfinite(zebra.log_probability)
    spelling = keyboard.vocabulary.spelling_nats
    expected = spelling("quiz") - spelling("zebra")
    assert zebra.log_probability - quiz.log_probability == pytest.approx(expected)


def test_a_misspelling_is_less_probable_than_the_word():
    the, teh = keyboard_of().rescore("in", ["the", "teh"])
    assert the.log_probability > teh.log_probability


MARKED = ["</s>", "<unk>", "don't", "done", "dont", "I'm", "image", "l'\u00e9cole", "were", "we're"]
MARKED = [*MARKED[:2], *sorted(MARKED[2:], key=fold)]


def test_letters_without_apostrophe_or_accent_find_the_word_in_its_case():
    assert words(keyboard_of(MARKED).predict("im", k=3)) == ["I'm", "image"]
    assert words(keyboard_of(MARKED).predict("DON", k=3)) == ["DON'T", "DONE"]
    assert words(keyboard_of(MARKED).predict("Eco", k=3)) == ["L'\u00e9cole"]


def test_of_words_that_differ_in_an_apostrophe_the_likelier_is_shown():
    shown = words(keyboard_of(MARKED).predict("", k=20))
    assert len(shown) == len(MARKED) - 4
    # The logits of this model fall from the first entry to the last.
    assert "Don't" in shown and "We're" in shown and "Dont" not in shown and "Were" not in shown


def test_a_word_that_was_typed_in_full_gives_way_to_the_one_with_the_apostrophe():
    keyboard = keyboard_of(["</s>", "<unk>", "don'ts", "dont"])
    assert words(keyboard.predict("dont")) == ["don'ts", "dont"]
    assert words(keyboard_of(MARKED).predict("dont")) == ["don't"]
    assert words(keyboard_of(MARKED).predict("were")) == ["we're"]


def test_a_candidate_without_tokens_is_impossible():
    assert keyboard_of().rescore("in", [" "])[0].log_probability == -math.inf


def test_a_key_inside_a_word_costs_no_step_and_a_new_word_one():
    model, steps = counting_model(len(ENTRIES))
    keyboard = Keyboard(model, Vocabulary(ENTRIES, "message"))
    keyboard.predict("in the ")
    before = len(steps)
    keyboard.predict("in the t")
    keyboard.predict("in the th")
    assert len(steps) == before
    keyboard.predict("in the then ")
    assert len(steps) == before + 1


@pytest.mark.parametrize("context_tokens", [8, 21, 1024])
@pytest.mark.parametrize("text_bytes", [30, 64, 4096])
def test_a_long_text_gives_the_same_however_it_was_reached(text_bytes, context_tokens):
    options = {"text_bytes": text_bytes, "context_tokens": context_tokens}
    text, keyboard = "", keyboard_of(**options)
    for word in ["in the\n", "Anna ", "and, then! ", "York ", "I "] * 8:
        text += word
        assert keyboard.predict(text) == keyboard_of(**options).predict(text)


def test_suggestions_are_folded_prefixes_of_entries(exported, vocabulary):
    keyboard = Keyboard.open(exported / "model.tflite")
    for text in ("I", "we ar", "HOW", "so what d"):
        prefix = typed(text, "message").prefix
        for suggestion in keyboard.predict(text):
            assert fold(suggestion.word).startswith(fold(prefix))
            assert fold(suggestion.word) == fold(vocabulary.entry(suggestion.id))


def test_a_file_that_computes_something_else_is_refused(exported):
    content = read_packed(exported / "model.tflite")
    shifted = dataclasses.replace(content.self_test, logits=content.self_test.logits + 1)
    with pytest.raises(ValueError, match="self-test at step 0"):
        check_self_test(open_tflite(exported / "model.tflite"), shifted)


@pytest.mark.parametrize("k", [0, -1, -(10**30)])
def test_a_number_of_suggestions_below_one_is_refused(k):
    with pytest.raises(ValueError, match=f"k must be at least 1, not {k}"):
        keyboard_of().predict("in ", k=k)


@pytest.mark.parametrize("k", [math.nan, 2.0, "3", None, True])
def test_a_number_of_suggestions_that_is_no_whole_number_is_refused(k):
    with pytest.raises(TypeError, match="k must be a whole number, not "):
        keyboard_of().predict("in ", k=k)


def test_what_is_no_text_is_refused_by_name():
    keyboard = keyboard_of()
    with pytest.raises(TypeError, match="context must be a string, not bytes"):
        keyboard.predict(b"in ")
    with pytest.raises(TypeError, match="prefix must be a string, not int"):
        keyboard.predict("in ", 7)
    with pytest.raises(TypeError, match="context must be a string, not NoneType"):
        keyboard.rescore(None, ["the"])
    for call in (keyboard.block, lambda words: keyboard.rescore("in ", words)):
        with pytest.raises(TypeError, match="list of strings, not one string"):
            call("the")
        with pytest.raises(TypeError, match="each word must be a string, not NoneType"):
            call(["the", None])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"text_bytes": 15}, "text_bytes must be from 16 to 16777216, not 15"),
        ({"text_bytes": -1}, "text_bytes"),
        ({"context_tokens": 3}, "context_tokens must be from 4"),
        ({"context_tokens": 2**40}, "context_tokens"),
    ],
)
def test_limits_that_no_session_can_have_are_refused(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        keyboard_of(**options)


def test_a_vocabulary_of_another_size_is_refused():
    with pytest.raises(ValueError, match="the model has 5 words, the vocabulary 12"):
        Keyboard(counting_model(5)[0], Vocabulary(ENTRIES, "message"))


def test_a_damaged_file_is_refused_in_words(exported, tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(seal((exported / "model.tflite").read_bytes()[:1000]))
    with pytest.raises(UserError, match="export again"):
        Keyboard.open(path)
