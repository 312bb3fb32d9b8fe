"""The C library through `ctypes`: suggestions, their case, and scores of candidates."""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from export.copies.packing import read_packed, seal
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.keyboard.results import LibraryError
from export.proof.runtimes import StepModel
from training.text.rules import fold, typed
from training.text.vocabulary import Vocabulary

ENTRIES = ["</s>", "<unk>", "!", ".", "a", "and", "Anna", "I", "in", "the", "then", "York"]
library = cache(build)


def counting_model(size: int):
    """A model whose logits fall with the distance from the last token; counts its steps."""
    steps = []

    def step(token, state):
        steps.append(token)
        logits = -np.abs(np.arange(size, dtype=np.float32) - token) / 4
        return logits, state + token

    return StepModel(step, size, (1, 1, 2)), steps


def keyboard_of(entries=ENTRIES, segmentation="message") -> CKeyboard:
    model, _ = counting_model(len(entries))
    return CKeyboard.of_network(library(), model, Vocabulary(entries, segmentation))


@pytest.fixture
def opened(exported) -> Iterator[CKeyboard]:
    """The tiny model."""
    with CKeyboard(library(), exported / "model.tflite") as keyboard:
        yield keyboard


def words(suggestions):
    return [suggestion.word for suggestion in suggestions]


def test_words_that_begin_with_the_typed_letters_are_suggested_except_the_whole_word():
    assert set(words(keyboard_of().predict("in th", k=9))) == {"the", "then"}
    assert words(keyboard_of().predict("in the", k=9)) == ["then"]


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
    assert keyboard.block("ANNA\nno such word") == 1
    assert "Anna" not in words(keyboard.predict("", k=20))
    assert "Anna" in words(keyboard.predict("", k=20, blocklist=False))


def test_ready_made_tokens_are_suggested_once_whatever_their_case():
    keyboard = keyboard_of(["</s>", "<unk>", "The", "the", "then"], "line")
    assert words(keyboard.predict("", k=9)) == ["The", "then"]


def test_context_and_prefix_apart_are_the_text_before_the_cursor():
    keyboard = keyboard_of()
    assert keyboard.predict("I and th") == keyboard.predict("I and ", "th")


def test_log_probabilities_are_over_the_whole_vocabulary():
    keyboard = keyboard_of()
    everything = keyboard.predict("I am ", k=64, punctuation=True)
    shown = sum(math.exp(suggestion.log_probability) for suggestion in everything)
    assert 0.5 < shown < 1.0


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
    zebra, quiz = keyboard_of().rescore("in", ["zebra", "Quiz"])
    assert (zebra.tokens, zebra.unknown) == (1, 1) and math.isfinite(zebra.log_probability)
    spelling = Vocabulary(ENTRIES, "message").spelling_nats
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
    assert words(keyboard_of(MARKED).predict("Eco", k=3, exact=True)) == ["L'\u00e9cole"]


def test_of_words_that_differ_in_an_apostrophe_the_likelier_is_shown():
    shown = words(keyboard_of(MARKED).predict("", k=20))
    assert len(shown) == len(MARKED) - 4
    # The logits of this model fall from the first entry to the last.
    assert "Don't" in shown and "We're" in shown and "Dont" not in shown and "Were" not in shown


def test_a_word_that_was_typed_in_full_gives_way_to_the_one_with_the_apostrophe():
    keyboard = keyboard_of(["</s>", "<unk>", "don'ts", "dont"])
    assert words(keyboard.predict("dont")) == ["don'ts"]
    assert words(keyboard_of(MARKED).predict("dont")) == ["don't"]
    assert words(keyboard_of(MARKED).predict("were")) == ["we're"]


def test_a_candidate_without_tokens_is_impossible():
    assert keyboard_of().rescore("in", [" "])[0].log_probability == -math.inf


def test_a_key_inside_a_word_costs_no_step_and_a_new_word_one():
    model, steps = counting_model(len(ENTRIES))
    keyboard = CKeyboard.of_network(library(), model, Vocabulary(ENTRIES, "message"))
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
    text, keyboard, fresh = "", keyboard_of(), keyboard_of()
    keyboard.session(text_bytes, context_tokens)
    for word in ["in the\n", "Anna ", "and, then! ", "York ", "I "] * 8:
        text += word
        fresh.session(text_bytes, context_tokens)
        assert keyboard.predict(text) == fresh.predict(text)


def test_a_long_text_is_cut_where_a_segment_starts():
    keyboard, line = keyboard_of(), "in the Anna\n"
    ids = keyboard.context_ids(line)
    keyboard.session(context_tokens=4 * len(ids))
    assert keyboard.context_ids(line * 20) == ids[:1] + 4 * ids[1:]


def test_suggestions_are_entries_or_tail_words_that_begin_with_the_typed_letters(opened, exported):
    packed = read_packed(exported / "model.tflite")
    vocabulary, tail = packed.vocabulary, {fold(word) for word, _ in packed.tail.words}
    for text in ("I", "we ar", "HOW", "so what d"):
        prefix = typed(text, "message").prefix
        for suggestion in opened.predict(text):
            assert fold(suggestion.word).startswith(fold(prefix))
            if suggestion.id < 0:
                assert fold(suggestion.word) in tail
            else:
                assert fold(suggestion.word) == fold(vocabulary.entry(suggestion.id))


@pytest.mark.parametrize("k", [0, -1, 65])
def test_a_number_of_suggestions_out_of_range_is_refused(k):
    with pytest.raises(LibraryError, match="k "):
        keyboard_of().predict("in ", k=k)


@pytest.mark.parametrize("limits", [(15, 0), (-1, 0), (0, 3), (0, 2**40)])
def test_limits_that_no_session_can_have_are_refused(limits):
    keyboard = keyboard_of()
    with pytest.raises(LibraryError, match="text_bytes|context_tokens"):
        keyboard.session(*limits)


def test_half_of_a_surrogate_pair_is_a_replacement_character():
    keyboard = keyboard_of()
    assert keyboard.context_ids("a\ud83d in") == keyboard.context_ids("a\ufffd in")
    assert keyboard.place("\ud83d th", "the")[:3] == (2, 0, "the ")


def test_an_exception_of_the_network_reaches_the_caller():
    def step(token, state):
        raise ZeroDivisionError("it failed")

    model = StepModel(step, len(ENTRIES), (1, 1, 2))
    keyboard = CKeyboard.of_network(library(), model, Vocabulary(ENTRIES, "message"))
    with pytest.raises(LibraryError, match="the network's step failed") as raised:
        keyboard.predict("in ")
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_a_damaged_file_is_refused_in_words(exported, tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(seal((exported / "model.tflite").read_bytes()[:1000]))
    with pytest.raises(LibraryError, match="export"):
        CKeyboard(library(), path)
