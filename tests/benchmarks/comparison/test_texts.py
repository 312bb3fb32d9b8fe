import gzip
import textwrap

import pytest

from benchmarks.comparison.texts import from_elsewhere, is_phrase_set, is_wrapped
from training.common.errors import UserError
from training.text.rules import segments

PHRASES = ["where is the station", "two tickets please", "I lost my umbrella", "what a day"]
PROSE = (
    "The harbour was quiet when the last boat came in. Nobody spoke, and nobody had to; the nets "
    "were empty. An old man counted the lamps along the quay, as he did every night. Seven, he "
    "said. There had been nine of them once!"
)


@pytest.fixture
def written(tmp_path):
    def write(text, name="own.txt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


def texts_of(text):
    return [document.texts for document in text.documents]


def test_a_line_of_a_phrase_set_is_a_document(written):
    text = from_elsewhere(written("\n".join(PHRASES) + "\n"), "message")
    assert (text.name, text.kind) == ("own", "phrases")
    assert texts_of(text) == [[phrase] for phrase in PHRASES]


def test_empty_lines_of_a_phrase_set_are_left_out(written):
    text = from_elsewhere(written("\n\n  \n".join(PHRASES)), "message")
    assert texts_of(text) == [[phrase] for phrase in PHRASES]


@pytest.mark.parametrize("width", [40, 72])
def test_prose_broken_to_a_width_is_cut_at_its_sentences(written, width):
    text = from_elsewhere(written(textwrap.fill(PROSE, width)), "message")
    assert text.kind == "prose"
    [sentences] = texts_of(text)
    assert sentences == [" ".join(s.split()) for s in sentences]
    assert len(sentences) == 5 and sentences[3] == "Seven, he said."


def test_a_paragraph_a_line_is_prose(written):
    text = from_elsewhere(written(f"{PROSE}\n\n{PROSE}\n"), "message")
    assert text.kind == "prose"
    assert [len(sentences) for sentences in texts_of(text)] == [5, 5]


@pytest.mark.parametrize("segmentation", ["message", "sentence"])
def test_the_network_cuts_the_text_as_it_was_cut_here(written, segmentation):
    text = from_elsewhere(written(textwrap.fill(PROSE, 60)), segmentation)
    assert all(len(segments(t, segmentation)) == 1 for texts in texts_of(text) for t in texts)


def test_ready_made_tokens_stand_between_spaces(written):
    text = from_elsewhere(written(PROSE), "line")
    assert texts_of(text)[0][3] == "Seven , he said ."


def test_a_gzipped_text_and_a_folder_are_read(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress("\n".join(PHRASES).encode()))
    (tmp_path / "b.txt").write_text(PROSE)
    text = from_elsewhere(str(tmp_path), "message")
    assert text.kind == "phrases and prose"
    assert len(text.documents) == len(PHRASES) + 1


def test_short_lines_are_not_broken_to_a_width():
    assert not is_wrapped(PHRASES)
    assert is_phrase_set(PHRASES)


def test_one_line_is_not_broken():
    assert not is_wrapped(["a line by itself"])


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("missing.txt", None, "does not exist"),
        ("empty.txt", b" \n", "no text"),
        ("binary.txt", b"\x00\x01\x02", "binary"),
        ("latin.txt", "caf\u00e9 noir".encode("latin1"), "not UTF-8"),
        (f"{'a' * 300}.txt", None, "cannot read TEXTS=.*: File name too long"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_in_one_line(tmp_path, name, content, complaint):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=complaint):
        from_elsewhere(str(tmp_path / name), "message")
