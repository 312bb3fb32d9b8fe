import json
from pathlib import Path

import pytest

from training.text.context import continued, text_ids, written
from training.text.vocabulary import END, UNKNOWN, Vocabulary

CASES = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "keyboard_cases.json").read_text(encoding="ascii")
)
WORDS = [",", ".", "are", "fine", "how", "I", "Monday", "you"]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(["</s>", "<unk>", *WORDS], "message")


def ids_of(vocabulary: Vocabulary, *words: str) -> list[int]:
    return [vocabulary.id_of(word) for word in words]


def test_an_empty_text_has_no_ids(vocabulary):
    assert text_ids("", vocabulary) == []


def test_a_finished_message_ends_with_the_end_mark_and_an_unfinished_one_does_not(vocabulary):
    how = ids_of(vocabulary, "how", "are", "you")
    assert text_ids("How are you\nfine", vocabulary) == [
        *how, END, vocabulary.id_of("fine"),
    ]  # fmt: skip


def test_the_end_mark_stands_behind_complete_sentences_only():
    vocabulary = Vocabulary(["</s>", "<unk>", ".", "hello", "I", "say", "you"], "sentence")
    you_say_hello, i = ids_of(vocabulary, "you", "say", "hello", "."), vocabulary.id_of("I")
    assert text_ids("You say hello. I s", vocabulary) == [*you_say_hello, END, i, UNKNOWN]


def test_a_word_outside_the_vocabulary_is_unknown(vocabulary):
    assert text_ids("how xyzzy", vocabulary) == [vocabulary.id_of("how"), UNKNOWN]


def test_ids_are_written_as_a_person_writes(vocabulary):
    ids = ids_of(vocabulary, "how", "are", "you", ".") + [END] + ids_of(vocabulary, "fine", ",")
    assert written(ids, vocabulary) == "How are you.\nFine,"


def test_a_capital_follows_the_end_of_a_sentence_inside_a_message(vocabulary):
    ids = ids_of(vocabulary, "fine", ".", "how", "are", "you")
    assert written(ids, vocabulary) == "Fine. How are you"


@pytest.mark.parametrize(("prompt", "words", "text"), CASES["continuations"])
def test_a_prompt_stays_as_it_was_typed(prompt, words, text):
    shared = Vocabulary(CASES["entries"], "message")
    assert continued(prompt, shared.encode(words.split()), shared) == text


def test_a_segment_without_words_is_no_line(vocabulary):
    (how,) = ids_of(vocabulary, "how")
    assert continued("zyx\n", [END, how], vocabulary) == "zyx\nHow"
    assert continued("", [END, how, END, END, how], vocabulary) == "How\nHow"


def test_a_prompt_of_ready_made_tokens_stays_as_it_was_typed():
    vocabulary = Vocabulary(["</s>", "<unk>", ".", "N", "points"], "line")
    ids = vocabulary.encode(["points", "."])
    assert continued("9.5  %", ids, vocabulary) == "9.5  % points ."
    assert continued("9.5\n", ids, vocabulary) == "9.5\npoints ."


def test_a_ready_made_text_is_written_with_spaces_alone():
    vocabulary = Vocabulary(["</s>", "<unk>", ".", "N", "points"], "line")
    assert written(vocabulary.encode(["N", "points", "."]), vocabulary) == "N points ."
