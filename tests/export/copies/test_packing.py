"""The packed file for a keyboard: its contents, and the errors for damaged files."""

import hashlib

import numpy as np
import pytest

from export.build import self_test_of
from export.copies.manifest import read_manifest
from export.copies.packing import (
    FACTS,
    MAGIC,
    SELF_TEST,
    VOCABULARY,
    SelfTest,
    check_seal,
    packed,
    parsed_facts,
    read_packed,
    seal,
    unpacked,
)
from export.copies.tflite_files import Tflite
from export.proof.runtimes import open_tflite
from training.common.errors import UserError
from training.text.tail import Tail
from training.text.vocabulary import Vocabulary

FILES = ["model.tflite", "model-float32.tflite"]


@pytest.fixture(scope="module")
def content(exported):
    return read_packed(exported / "model.tflite")


def resealed(content, name, data):
    model = Tflite.of(content.data)
    model.set_metadata(name, data)
    return seal(model.packed())


@pytest.mark.parametrize("file", FILES)
def test_each_file_carries_the_vocabulary_beside_it(exported, vocabulary, file):
    assert read_packed(exported / file).vocabulary.entries == vocabulary.entries


@pytest.mark.parametrize("file", FILES)
def test_each_file_carries_the_tail_words_of_the_run(exported, trained, file):
    assert len(trained.tail.words) > 100
    assert read_packed(exported / file).tail == trained.tail
    assert (exported / "tail.bin").read_bytes() == trained.tail.to_bytes()
    assert read_manifest(exported)["tail_words"] == len(trained.tail.words)


@pytest.mark.parametrize("file", FILES)
def test_each_file_carries_what_the_manifest_says(exported, file):
    manifest, facts = read_manifest(exported), read_packed(exported / file).facts
    expected = {**manifest["network"], **manifest["text"], **manifest["special"]}
    assert {key: facts[key] for key in expected} == expected
    assert facts["licence"] == manifest["created_from"]["licence"]
    inputs = manifest["artifacts"][file]["inputs"]
    assert facts["inputs"].split() == [tensor["name"] for tensor in inputs]


@pytest.mark.parametrize("file", FILES)
def test_the_self_test_is_what_the_file_computes(exported, file):
    test = read_packed(exported / file).self_test
    again = self_test_of(open_tflite(exported / file), test.ids.tolist(), test.tolerance)
    np.testing.assert_array_equal(again.top_ids, test.top_ids)
    np.testing.assert_allclose(again.logits, test.logits, atol=1e-6)


def test_a_file_ends_in_the_magic_word_and_the_digest_of_what_is_before_it(content):
    before, magic, digest = content.data[:-40], content.data[-40:-32], content.data[-32:]
    assert magic == MAGIC and digest == hashlib.sha256(before).digest()


def test_packing_twice_gives_the_same_bytes(content):
    parts = (content.data, content.facts, content.vocabulary, content.self_test)
    assert packed(*parts, content.tail.to_bytes()) == content.data
    without = packed(*parts)
    assert unpacked(without).tail == Tail()
    assert packed(without, *parts[1:]) == without


def test_tail_words_that_do_not_belong_to_the_vocabulary_are_refused(content):
    parts = (content.data, content.facts, content.vocabulary, content.self_test)
    known = Tail(((content.vocabulary.entry(100), 2),), 9).to_bytes()
    with pytest.raises(ValueError, match="is not a word or is in the vocabulary"):
        unpacked(packed(*parts, known))
    with pytest.raises(ValueError, match="tail words are damaged"):
        unpacked(packed(*parts, content.tail.to_bytes()[:-1]))


def test_a_self_test_survives_its_bytes(content):
    again = SelfTest.of(content.self_test.to_bytes())
    np.testing.assert_array_equal(again.logits, content.self_test.logits)
    assert again.tolerance == content.self_test.tolerance


def test_a_flipped_bit_anywhere_breaks_the_seal(content):
    random = np.random.default_rng(1)
    for place in random.integers(0, len(content.data), 50):
        damaged = bytearray(content.data)
        damaged[place] ^= 1 << int(random.integers(8))
        with pytest.raises(ValueError, match="damaged|truncated"):
            check_seal(bytes(damaged))


def test_a_file_without_its_end_is_refused_with_what_to_do(exported, tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes((exported / "model.tflite").read_bytes()[:-1])
    with pytest.raises(UserError, match="truncated.*export again"):
        open_tflite(path)


@pytest.mark.parametrize("name", [FACTS, VOCABULARY, SELF_TEST])
def test_a_file_that_lacks_a_part_is_refused(content, name):
    model = Tflite.of(content.data)
    model.model.metadata = [e for e in model.model.metadata if e.name.decode() != name]
    with pytest.raises(ValueError, match=name):
        unpacked(seal(model.packed()))


def test_the_vocabulary_of_another_model_is_refused(content):
    entries = [*content.vocabulary.entries[:-1], "\U0001f99c"]
    data = resealed(content, VOCABULARY, Vocabulary(entries, "message").text.encode())
    with pytest.raises(ValueError, match="vocabulary is not the one"):
        unpacked(data)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (b"format 2\n", b"format 3\n", "format is 3, but this version reads 2"),
        (
            b"rules_version 2\n",
            b"rules_version 7\n",
            "rules_version is 7, but this version reads 2",
        ),
        (b"\nend 0\n", b"\nend 1\n", "end is 1, but this version reads 0"),
        (b"unknown 1\n", b"unknown 0\n", "unknown is 0, but this version reads 1"),
        (b"unknown 1\n", b"", "unknown is None"),
        (b"units ", b"unity ", "its facts lack units"),
        (b"segmentation message", b"segmentation novel", "'novel'"),
        (b"layers ", b"layers 1", "shape"),
    ],
)
def test_facts_that_are_not_right_are_refused_in_words(content, old, new, complaint):
    facts = Tflite.of(content.data).metadata(FACTS) or b""
    assert old in facts
    with pytest.raises(ValueError, match=complaint):
        unpacked(resealed(content, FACTS, facts.replace(old, new)))


def test_a_self_test_of_another_size_than_it_says_is_refused(content):
    with pytest.raises(ValueError, match="self-test is truncated"):
        unpacked(resealed(content, SELF_TEST, content.self_test.to_bytes()[:-4]))


def test_a_fact_with_a_line_end_in_it_stays_one_line(content):
    facts = {**content.facts, "name": "two\nlines"}
    data = packed(content.data, facts, content.vocabulary, content.self_test)
    assert parsed_facts(Tflite.of(data).metadata(FACTS) or b"")["name"] == "two lines"
