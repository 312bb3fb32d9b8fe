import gzip
import random

import numpy as np
import pytest

from tests.faults.trials import content
from training.common import known_files
from training.common.errors import UserError
from training.common.known_files import KnownFiles
from training.corpora import Reading, documents, open_corpus, plain_text
from training.corpora.base import Document, Piece, part_of
from training.data import prepare as prepare_module
from training.data.prepare import open_prepared, prepare
from training.data.tokenising import Texts, tokenised
from training.text.rules import segments
from training.text.vocabulary import LONGEST_ENTRY, WrittenForms

WORDS = [
    "you",
    "say",
    "goodbye",
    "and",
    "I",
    "hello",
    "Hello,",
    "hello!",
    "don't",
    "U.S.",
    "中文。",
    "café",
    "?",
    "...",
]


def sentences(count, seed=1):
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=chance.randint(1, 12))) for _ in range(count)]


def write_texts(folder, separator):
    """Three files, one of them packed, with an empty line or none between their lines."""
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.txt").write_text(separator.join(sentences(300, number)))
    (folder / "2.txt.gz").write_bytes(gzip.compress(separator.join(sentences(300, 2)).encode()))


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(documents, "BATCH_CHARACTERS", 2_000)
    monkeypatch.setattr(documents, "LONGEST_DOCUMENT", 1_000)


def prepared_at(place, cache, reading=None, segmentation="message"):
    reading = reading or Reading()
    corpus = open_corpus(str(place), segmentation=segmentation, reading=reading)
    return prepare(corpus, 500, 1, cache, reading=reading)


@pytest.mark.parametrize(("segmentation", "separator"), [("message", "\n"), ("sentence", "\n\n")])
def test_any_number_of_processes_writes_the_same_bytes(
    tmp_path, small_batches, separator, segmentation
):
    write_texts(tmp_path / "text", separator)
    written = []
    for processes in (1, 3):
        reading = Reading(processes=processes)
        prepared_at(tmp_path / "text", tmp_path / f"{processes}", reading, segmentation)
        written.append(content(tmp_path / f"{processes}"))
    assert written[0] == written[1] and len(written[0]) == 11


def test_batches_count_words_as_the_whole_text_does():
    texts = [
        "Hello. Hello \u201cYou\u201d",
        "1 The the",
        "x" * (LONGEST_ENTRY + 1) + " After",
        ":) Hi",
    ]
    texts += sentences(300)
    whole, merged = WrittenForms(), WrittenForms()
    for first in range(0, len(texts), 7):
        pieces = [Piece("train", Document("a", texts[first : first + 7]))]
        pieces.append(Piece("valid", Document("b", ["not counted"])))
        batch = tokenised(Texts.of(pieces, "sentence"))
        merged.merge(batch.forms, batch.counts())
    for text in texts:
        for segment in segments(text, "sentence"):
            whole.add(segment.tokens)
    for size in (5, 20, 500):
        one, other = (forms.vocabulary(size, 1, "sentence") for forms in (whole, merged))
        assert one.entries == other.entries


def test_a_source_of_weight_three_occurs_three_times_in_an_epoch(tmp_path, small_batches):
    (tmp_path / "a.txt").write_text("\n\n".join(sentences(100, 1)))
    (tmp_path / "b.txt").write_text("\n\n".join(sentences(100, 2)))
    once, thrice = (
        prepared_at(f"{tmp_path}/a.txt:{weight} {tmp_path}/b.txt", tmp_path / "cache")
        for weight in (1, 3)
    )
    first = prepared_at(f"{tmp_path}/a.txt:1", tmp_path / "cache")
    words = [[each.vocabulary.entry(id) for id in each.ids("train")] for each in (once, thrice)]
    assert sorted(words[1]) == sorted([*words[0], *2 * words_of_source(once, "a/")])
    for part in ("valid", "test"):
        assert list(once.texts(part)) == list(thrice.texts(part))
        assert once.tokens(part) == thrice.tokens(part)
    assert thrice.starts("train")[-1] == thrice.tokens("train") == len(words[1])
    assert first.tokens("train") < once.tokens("train")


def words_of_source(prepared, name):
    """The training words of the first source, whose documents come first."""
    held_out = sum(
        document.key.startswith(name) for part in ("valid", "test")
        for document in prepared.texts(part)
    )  # fmt: skip
    end = prepared.starts("train")[100 - held_out]
    return [prepared.vocabulary.entry(id) for id in prepared.ids("train")[:end]]


def test_weights_count_for_the_vocabulary(tmp_path):
    (tmp_path / "a.txt").write_text("rare rare")
    (tmp_path / "b.txt").write_text("common common common")
    for weight, chosen in ((1, "common"), (2, "rare")):
        corpus = open_corpus(f"{tmp_path}/a.txt:{weight} {tmp_path}/b.txt")
        assert prepare(corpus, 3, 1, tmp_path / "cache").vocabulary.entry(2) == chosen


# -- held-out parts ----------------------------------------------------------------------------


def test_a_large_text_holds_out_fewer_documents_and_trains_on_the_others(tmp_path):
    (tmp_path / "a.txt").write_text("\n\n".join(sentences(4_000)))
    whole = prepared_at(tmp_path / "a.txt", tmp_path / "cache")
    limit = whole.tokens("valid") // 2
    reading = Reading(held_out_tokens=limit)
    limited = prepared_at(tmp_path / "a.txt", tmp_path / "cache", reading)
    assert limited.folder != whole.folder
    assert "by the MD5" in limited.corpus["split"]
    documents = [sum(part.documents for part in each.counts.values()) for each in (whole, limited)]
    assert documents[0] == documents[1] == 4_000 and limited.left_out == {}
    for part in ("valid", "test"):
        assert 0 < limited.tokens(part) < limit + 13
        keys = {document.key for document in limited.texts(part)}
        assert keys < {document.key for document in whole.texts(part)}


def test_the_words_of_a_list_come_into_the_tail(tmp_path):
    (tmp_path / "a.txt").write_text("\n\n".join(sentences(100)))
    (tmp_path / "words.txt").write_text("smial 3\nhobbit 2\n")
    plain = prepared_at(tmp_path / "a.txt", tmp_path / "cache")
    reading = Reading(word_list=str(tmp_path / "words.txt"))
    listed = prepared_at(tmp_path / "a.txt", tmp_path / "cache", reading)
    assert plain.tail is not None and listed.tail is not None
    assert {"smial", "hobbit"} <= {word for word, _ in listed.tail.words}
    assert listed.folder != plain.folder
    assert listed.vocabulary.entries == plain.vocabulary.entries


def test_held_out_documents_are_spread_over_the_text():
    keys = [f"a.txt#{number}" for number in range(100_000)]
    held_out = [number for number, key in enumerate(keys) if part_of(key, 10) == "test"]
    assert 350 < len(held_out) < 650 and held_out[0] < 2_000 and held_out[-1] > 98_000
    assert all(part_of(keys[number]) == "test" for number in held_out)


def test_a_text_of_few_documents_holds_out_fewer_sentences(tmp_path):
    (tmp_path / "a.txt").write_text("\n".join(sentences(2_000)))
    limited = prepared_at(tmp_path / "a.txt", tmp_path / "cache", Reading(held_out_tokens=100))
    assert all(50 < limited.tokens(part) < 150 for part in ("valid", "test"))
    assert sum(counts.segments for counts in limited.counts.values()) == 2_000


def test_ready_made_splits_lose_the_documents_beyond_the_limit(tmp_path):
    for part in ("train", "valid", "test"):
        (tmp_path / f"{part}.txt").write_text("\n\n".join(["One two three."] * 10))
    reading = Reading(held_out_tokens=12)
    prepared = prepared_at(tmp_path, tmp_path / "cache", reading, "sentence")
    assert prepared.tokens("train") == 50 and prepared.left_out == {"valid": 7, "test": 7}
    for part in ("valid", "test"):
        assert prepared.tokens(part) == len(prepared.ids(part)) == 15
        assert len(list(prepared.texts(part))) == prepared.counts[part].documents == 3
        assert prepared.starts(part).tolist() == [0, 5, 10, 15]


# -- reading -----------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch):
    """The files that are opened for reading as text, with how often."""
    counts = {}
    original = plain_text.line_groups_of

    def line_groups_of(path, *arguments, **named):
        counts[path.name] = counts.get(path.name, 0) + 1
        return original(path, *arguments, **named)

    monkeypatch.setattr(plain_text, "line_groups_of", line_groups_of)
    return counts


def test_a_text_of_many_documents_is_split_into_tokens_in_one_reading(tmp_path, opened):
    (tmp_path / "a.txt").write_text("\n\n".join(sentences(300)))
    (tmp_path / "b.txt").write_text("\n\n".join(sentences(300)))
    prepared_at(tmp_path, tmp_path / "cache", segmentation="line")
    # Of the first one, the beginning is also read to count documents.
    assert opened == {"a.txt": 2, "b.txt": 1}


def test_what_is_known_is_neither_read_nor_hashed_again(tmp_path, monkeypatch, opened):
    monkeypatch.setattr(known_files, "SETTLED_SECONDS", -10.0)
    (tmp_path / "a.txt").write_text("\n\n".join(sentences(300)))

    def prepare_again():
        reading = Reading(known=KnownFiles(tmp_path / "known-files.json"))
        return prepared_at(tmp_path / "a.txt", tmp_path / "cache", reading, "line").folder

    def refuse(path, *_):
        raise AssertionError(f"{path} is read")

    first, second = prepare_again(), prepare_again()
    monkeypatch.setattr(prepare_module, "content_of", refuse)
    monkeypatch.setattr("training.corpora.checking.check_text", refuse)
    opened.clear()
    assert prepare_again() == first == second and opened == {}


def test_a_prepared_text_that_was_changed_is_noticed_although_it_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(known_files, "SETTLED_SECONDS", -10.0)
    (tmp_path / "a.txt").write_text("\n\n".join(sentences(300)))
    reading = Reading(known=KnownFiles(tmp_path / "known-files.json"))
    for _ in range(2):
        folder = prepared_at(tmp_path / "a.txt", tmp_path / "cache/prepared", reading).folder
    ids = np.fromfile(folder / "train.ids", np.uint16)
    ids[0] ^= 1
    ids.tofile(folder / "train.ids")
    with pytest.raises(UserError, match="train.ids was changed or damaged"):
        open_prepared(folder, KnownFiles(tmp_path / "known-files.json"))


def test_a_change_that_the_clock_does_not_show_is_found_by_the_digest(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("\n\n".join(sentences(300)))
    corpus = open_corpus(str(tmp_path / "a.txt"))
    (tmp_path / "a.txt").write_text("\n\n".join(sentences(300)).replace("e", "o", 1))
    monkeypatch.setattr(plain_text.PlainText, "sha256", lambda _: "0" * 64)
    with pytest.raises(UserError, match="changed while it was being read"):
        prepare(corpus, 500, 1, tmp_path / "cache")
