import os

import numpy as np
import pytest

from training.common.errors import UserError
from training.common.files import read_json, temporary_beside, write_json
from training.corpora import Document, Reading, documents, open_corpus
from training.data import prepare as prepare_module
from training.data.prepare import id_type, is_whole, open_prepared, prepare
from training.text.rules import segments
from training.text.vocabulary import END, UNKNOWN

CHATS = {
    "train": [
        Document("a", ["you say goodbye", "and I say hello"]),
        Document("silent", ["", "  "]),
        Document("b", ["hello, hello"]),
    ],
    "valid": [Document("c", ["I say goodbye", "caf\u00e9 \U0001f600 \ud83d"])],
    "test": [Document("d", ["you say stop"])],
}


class Chats:
    name, segmentation, licence, recipe = "chats", "message", "none", "chats-1"
    word_list = "none"

    def __init__(self, parts=CHATS, digest="0" * 64):
        self._parts, self._digest = parts, digest
        self.passes = 0

    def documents(self, part):
        self.passes += 1
        return iter(self._parts.get(part, []))

    def held_out(self, part):
        return part in self._parts

    def split(self):
        return "as given"

    def sha256(self):
        return self._digest


def prepared_chats(tmp_path, corpus=None, **changes):
    settings = {"vocabulary_size": 100, "minimum_count": 1, **changes}
    return prepare(corpus or Chats(), cache_dir=tmp_path / "cache", **settings)


def words_of(prepared, part):
    return " ".join(prepared.vocabulary.entry(id) for id in prepared.ids(part))


def test_every_segment_is_followed_by_its_end(tmp_path):
    prepared = prepared_chats(tmp_path)
    assert words_of(prepared, "train") == (
        "you say goodbye </s> and I say hello </s> hello , hello </s>"
    )


def test_the_vocabulary_comes_from_the_training_part_only(tmp_path):
    prepared = prepared_chats(tmp_path)
    assert prepared.vocabulary.id_of("stop") == UNKNOWN
    assert words_of(prepared, "test") == "you say <unk> </s>"


def test_starts_are_the_offsets_of_documents_that_have_tokens(tmp_path):
    prepared = prepared_chats(tmp_path)
    assert prepared.starts("train").tolist() == [0, 9, 13]
    assert prepared.starts("train").dtype == np.int64
    assert prepared.tokens("train") == len(prepared.ids("train")) == 13


def test_held_out_texts_are_kept_as_they_were(tmp_path):
    prepared = prepared_chats(tmp_path)
    assert list(prepared.texts("valid")) == CHATS["valid"]


def test_encoding_the_kept_texts_gives_the_kept_ids(tmp_path):
    prepared = prepared_chats(tmp_path)
    for part in ("valid", "test"):
        ids = []
        for document in prepared.texts(part):
            for text in document.texts:
                for segment in segments(text, prepared.segmentation):
                    ids += [*prepared.vocabulary.encode(segment.tokens), END]
        assert prepared.ids(part).tolist() == ids


def test_the_training_texts_are_not_kept(tmp_path):
    with pytest.raises(ValueError, match="held-out"):
        list(prepared_chats(tmp_path).texts("train"))


def test_the_options_of_reading_are_kept_without_folders(tmp_path):
    assert "options" not in prepared_chats(tmp_path).corpus
    (tmp_path / "words.txt").write_text("stop\ntomorrow\n")
    reading = Reading(field="text", word_list=str(tmp_path / "words.txt"))
    prepared = prepared_chats(tmp_path, reading=reading)
    assert prepared.corpus["options"] == {"FIELD": "text", "WORD_LIST": "words.txt"}


def test_a_part_that_does_not_exist_is_a_clear_error(tmp_path):
    prepared = prepared_chats(tmp_path, Chats({"train": CHATS["train"]}))
    assert prepared.parts == ("train",)
    with pytest.raises(UserError, match="no test part"):
        prepared.ids("test")


def test_counts_say_how_many_tokens_are_unknown(tmp_path):
    prepared = prepared_chats(tmp_path)
    counts = prepared.counts["test"]
    assert (counts.documents, counts.segments, counts.tokens, counts.unknown) == (1, 1, 4, 1)


def test_the_same_content_is_not_read_again(tmp_path):
    first = prepared_chats(tmp_path)
    again = Chats()
    assert prepared_chats(tmp_path, again).folder == first.folder
    assert again.passes == 0


@pytest.mark.parametrize(
    ("corpus", "changes"),
    [
        (Chats(digest="1" * 64), {}),
        (Chats(), {"vocabulary_size": 5}),
        (Chats(), {"minimum_count": 2}),
    ],
)
def test_other_content_or_settings_are_prepared_anew(tmp_path, corpus, changes):
    first = prepared_chats(tmp_path)
    assert prepared_chats(tmp_path, corpus, **changes).folder != first.folder
    assert corpus.passes > 0


def test_other_text_rules_are_prepared_anew(tmp_path, monkeypatch):
    first = prepared_chats(tmp_path)
    monkeypatch.setattr(prepare_module, "RULES_VERSION", 99)
    assert prepared_chats(tmp_path).folder != first.folder


@pytest.mark.parametrize("name", ["train.ids", "train.starts", "test.jsonl", "meta.json"])
def test_a_damaged_folder_is_made_anew(tmp_path, name):
    before = prepared_chats(tmp_path)
    words = words_of(before, "train")
    path = before.folder / name
    path.unlink() if name == "test.jsonl" else path.write_bytes(path.read_bytes()[:-3])
    assert not is_whole(before.folder)
    assert words_of(prepared_chats(tmp_path), "train") == words


def test_a_folder_of_an_older_format_is_refused_with_what_to_do(tmp_path):
    folder = prepared_chats(tmp_path).folder
    meta = read_json(folder / "meta.json")
    meta["unit"] = meta.pop("segmentation")
    write_json(folder / "meta.json", {**meta, "format": 1})
    with pytest.raises(
        UserError, match="written by another version; run `make train` to prepare the text"
    ):
        open_prepared(folder)


def test_a_missing_folder_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(
        UserError, match="meta.json is missing; run `make train` to prepare the text"
    ):
        open_prepared(tmp_path / "gone")


def test_a_failure_in_the_middle_leaves_nothing_behind(tmp_path):
    class Failing(Chats):
        def documents(self, part):
            if part == "valid":
                raise UserError("the disk went away")
            return super().documents(part)

    with pytest.raises(UserError, match="went away"):
        prepared_chats(tmp_path, Failing())
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_a_killed_process_left_is_removed(tmp_path):
    folder = prepared_chats(tmp_path).folder
    (folder / "meta.json").unlink()
    own = temporary_beside(folder)
    abandoned, running = (
        own.with_name(own.name.replace(f".{os.getpid()}.", f".{owner}."))
        for owner in (999_999_999, os.getppid())
    )
    abandoned.mkdir()
    running.mkdir()
    prepared_chats(tmp_path)
    assert not abandoned.exists() and running.exists()


def test_a_cache_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(UserError, match="cannot write"):
        prepared_chats(tmp_path)


def test_a_text_without_words_is_refused(tmp_path):
    with pytest.raises(UserError, match="no words to train on"):
        prepared_chats(tmp_path, Chats({"train": [Document("a", [" "])]}))


def test_small_batches_write_the_same_files(tmp_path, monkeypatch):
    large = prepared_chats(tmp_path / "large")
    monkeypatch.setattr(documents, "BATCH_CHARACTERS", 1)
    small = prepared_chats(tmp_path / "small")
    for path in large.folder.iterdir():
        assert path.read_bytes() == (small.folder / path.name).read_bytes()


def test_ids_take_two_bytes_while_the_vocabulary_allows(tmp_path):
    assert id_type(65536) == np.uint16 and id_type(65537) == np.uint32
    assert prepared_chats(tmp_path).ids("train").dtype == np.uint16


def test_progress_never_goes_back_within_a_stage(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "BATCH_CHARACTERS", 1)
    calls = []
    chats = Chats({"train": [Document("a", ["hello " * 1_000])] * 3, "test": CHATS["test"]})
    prepared_chats(tmp_path, chats, progress=lambda *call: calls.append(call))
    for stage in {what for _, _, what in calls}:
        done = [done for done, _, what in calls if what == stage]
        assert done == sorted(done)
    assert calls[0] == (6, None, "counting words") and calls[-1] == (3, 3, "encoding the text")


def test_a_folder_is_read_without_its_corpus(tmp_path):
    prepared = prepared_chats(tmp_path)
    again = open_prepared(prepared.folder)
    assert again.vocabulary.digest == prepared.vocabulary.digest
    assert again.corpus == {
        "name": "chats",
        "licence": "none",
        "sha256": "0" * 64,
        "split": "as given",
    }


def test_the_seven_word_song_is_prepared_without_held_out_parts(tmp_path):
    (tmp_path / "song.txt").write_text("you say goodbye and I say hello")
    prepared = prepared_chats(tmp_path, open_corpus(str(tmp_path / "song.txt")))
    assert prepared.parts == ("train",) and prepared.segmentation == "sentence"
    assert words_of(prepared, "train") == "you say goodbye and I say hello </s>"


def test_lines_without_full_stops_end_where_they_end(tmp_path):
    (tmp_path / "lines.txt").write_text("you say goodbye\r\nand I say hello\r\n" * 10)
    corpus = open_corpus(str(tmp_path / "lines.txt"))
    prepared = prepared_chats(tmp_path, corpus)
    assert prepared.segmentation == "message" and prepared.counts["train"].segments == 20
    assert words_of(prepared, "train") == "you say goodbye </s> and I say hello </s> " * 9 + (
        "you say goodbye </s> and I say hello </s>"
    )
    whole = open_corpus(str(tmp_path / "lines.txt"), segmentation="sentence")
    assert prepared_chats(tmp_path, whole).folder != prepared.folder


def test_ready_made_tokens_are_taken_verbatim(tmp_path):
    (tmp_path / "train.txt").write_text(" the <unk> N \n The end \n")
    (tmp_path / "valid.txt").write_text(" the end \n")
    prepared = prepared_chats(tmp_path, open_corpus(str(tmp_path)))
    assert words_of(prepared, "train") == "the <unk> N </s> The end </s>"
    assert prepared.counts["train"].documents == 1 and prepared.counts["train"].unknown == 1


# -- tail words ------------------------------------------------------------------------------------


def test_words_outside_the_vocabulary_are_kept_with_their_counts(tmp_path):
    prepared = prepared_chats(tmp_path, vocabulary_size=4)
    assert prepared.vocabulary.entries[2:] == ("hello", "say")
    assert prepared.tail is not None
    assert prepared.tail.unknown == prepared.counts["train"].unknown == 5


def test_a_text_that_was_prepared_without_tail_words_is_opened_and_prepared_again(tmp_path):
    before = prepared_chats(tmp_path)
    meta = read_json(before.folder / "meta.json")
    del meta["files"]["tail.txt"]
    write_json(before.folder / "meta.json", meta)
    (before.folder / "tail.txt").unlink()
    assert is_whole(before.folder)
    assert open_prepared(before.folder).tail is None
    again = prepared_chats(tmp_path)
    assert again.folder == before.folder
    assert again.tail is not None
    assert words_of(again, "train") == words_of(before, "train")
