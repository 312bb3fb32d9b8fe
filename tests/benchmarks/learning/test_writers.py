"""Files of writers, conversations of a corpus, and mistakes in a file."""

import json

import pytest

from benchmarks.learning.writers import conversations, limited, read_writers
from training.common.errors import UserError
from training.corpora.base import Document


def written(folder, *rows):
    path = folder / "writers.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8-sig")
    return path


def texts(writer):
    return [[message.text for message in field] for field in writer.fields]


def test_messages_are_grouped_by_writer_in_their_order(tmp_path):
    rows = [("b", "one two"), (3, "three"), ("b", "four"), (3, "five six")]
    path = written(tmp_path, *({"writer": writer, "text": text} for writer, text in rows))
    found = read_writers(path, "message")
    assert [writer.name for writer in found] == ["b", "3"]
    assert [texts(writer) for writer in found] == [
        [["one two"], ["four"]],
        [["three"], ["five six"]],
    ]
    assert [writer.words for writer in found] == [3, 3]


def test_punctuation_is_no_word_and_a_writer_without_words_is_left_out(tmp_path):
    rows = [{"writer": 1, "text": "!!! :)"}, {"writer": 2, "text": "hey you!"}]
    (writer,) = read_writers(written(tmp_path, *rows), "message")
    assert (writer.name, writer.words) == ("2", 2)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("hello", "line 2 is not JSON"),
        ("", "line 2 is not JSON"),
        ("[1]", "line 2 has no writer or no text"),
        ('{"writer": 1}', "line 2 has no writer or no text"),
        ('{"text": "hey"}', "line 2 has no writer or no text"),
        ('{"writer": true, "text": "hey"}', "line 2 has no writer or no text"),
        ('{"writer": 1, "text": 5}', "line 2 has no writer or no text"),
        ("[" * 100_000, "line 2 is not JSON"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, message):
    path = written(tmp_path, {"writer": 1, "text": "hey"}, line)
    with pytest.raises(UserError, match=message):
        read_writers(path, "message")


def test_a_file_that_is_missing_empty_or_not_utf8_is_refused(tmp_path):
    with pytest.raises(UserError, match="cannot read"):
        read_writers(tmp_path / "nothing", "message")
    with pytest.raises(UserError, match="has no words"):
        read_writers(written(tmp_path), "message")
    (tmp_path / "latin").write_bytes(b'{"writer": 1, "text": "caf\xe9"}\n')
    with pytest.raises(UserError, match="not UTF-8"):
        read_writers(tmp_path / "latin", "message")


def test_each_conversation_is_a_writer_with_one_text_field():
    documents = [Document("a", ["one", "two"]), Document("b", ["three"]), Document("c", ["!"])]
    found = conversations(documents, "message", together=False)
    assert [texts(writer) for writer in found] == [[["one", "two"]], [["three"]]]


def test_together_all_conversations_have_one_writer():
    documents = [Document("a", ["one", "two"]), Document("b", ["three"])]
    (writer,) = conversations(documents, "message", together=True)
    assert texts(writer) == [["one", "two"], ["three"]]


def test_a_limit_keeps_the_first_messages():
    documents = [Document("a", ["one two", "three", "four"]), Document("b", ["five"])]
    (writer,) = conversations(documents, "message", together=True)
    assert texts(limited(writer, 2)) == [["one two"]]
    assert texts(limited(writer, 3)) == [["one two", "three"]]
    assert texts(limited(writer, 9)) == texts(writer)
