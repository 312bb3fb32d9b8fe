import pytest

from training.context import context_ids, written
from training.vocabulary import END, UNKNOWN, Vocabulary

WORDS = [",", ".", "are", "fine", "how", "I", "Monday", "you"]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(["</s>", "<unk>", *WORDS], "message")


def ids_of(vocabulary: Vocabulary, *words: str) -> list[int]:
    return [vocabulary.id_of(word) for word in words]


def test_a_text_begins_with_the_end_mark(vocabulary):
    assert context_ids("", vocabulary) == [END]


def test_a_finished_message_ends_with_the_end_mark_and_an_unfinished_one_does_not(vocabulary):
    how = ids_of(vocabulary, "how", "are", "you")
    assert context_ids("How are you\nfine", vocabulary) == [
        END, *how, END, vocabulary.id_of("fine"),
    ]  # fmt: skip


def test_a_word_outside_the_vocabulary_is_unknown(vocabulary):
    assert context_ids("how xyzzy", vocabulary) == [END, vocabulary.id_of("how"), UNKNOWN]


def test_ids_are_written_as_a_person_writes(vocabulary):
    ids = ids_of(vocabulary, "how", "are", "you", ".") + [END] + ids_of(vocabulary, "fine", ",")
    assert written(ids, vocabulary) == "How are you.\nFine,"


def test_a_ready_made_text_is_written_with_spaces_alone():
    vocabulary = Vocabulary(["</s>", "<unk>", ".", "N", "points"], "line")
    assert written(vocabulary.encode(["N", "points", "."]), vocabulary) == "N points ."
