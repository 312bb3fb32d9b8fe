import pytest

from training.context import text_ids, unknown_words, written
from training.vocabulary import END, UNKNOWN, Vocabulary

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


def test_unknown_words_are_written_as_they_were_typed_while_there_are_any(vocabulary):
    text = "Zyx are quxx"
    ids = [*text_ids(text, vocabulary), UNKNOWN]
    assert unknown_words(text, vocabulary) == ["Zyx", "quxx"]
    assert written(ids, vocabulary, unknown_words(text, vocabulary)) == "Zyx are quxx <unk>"


def test_a_ready_made_text_is_written_with_spaces_alone():
    vocabulary = Vocabulary(["</s>", "<unk>", ".", "N", "points"], "line")
    assert written(vocabulary.encode(["N", "points", "."]), vocabulary) == "N points ."
