"""The tagger learns what a word's own tags cannot tell, and refuses files that are not tagged."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from examples.tagging import (
    BOUNDARY,
    Encoded,
    Words,
    endings_of,
    read_sentences,
    read_tag_names,
    renamed,
)
from tests.commands import ROOT, one_line, run_command
from training.common.errors import UserError

SENTENCE = (["I", "eat", "apple"], ["nn", "v", "nn"])


def tagged_lines() -> list[str]:
    """Return sentences in which `can` depends on the word before, and `that` on the one after."""
    names, verbs, things = ("Anna", "Ben", "Clara"), ("see", "open", "hold"), ("box", "lamp", "can")
    combined = itertools.product(names, verbs, things, names)
    return [
        f"{name}/np can/md {verb}/vb that/dt {thing}/nn ./. "
        f"{other}/np says/vbz that/cs {name}/np can/md {verb}/vb {number}-ing/vbg ./."
        for number, (name, verb, thing, other) in enumerate(combined)
    ]


def accuracies(output: str, group: str) -> list[float]:
    """Return the accuracies of the baseline and the network in a row of the table."""
    row = next(line for line in output.splitlines() if group in line)
    return [float(figure) for figure in re.findall(r"([\d.]+)%", row)]


def test_the_network_uses_the_words_on_both_sides(tmp_path: Path):
    (tmp_path / "text.txt").write_text("\n\n".join(tagged_lines() * 3))
    arguments = ["text.txt", "--set", "units=32", "--set", "embedding_size=32"]
    arguments += ["--tag", "Ben can hold that can ."]
    result = run_command("examples.tagging", *arguments, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    baseline, network = accuracies(result.stdout, "all words")
    assert baseline < 95 and network > 99
    assert "Ben/np can/md hold/vb that/dt can/nn ./." in result.stdout


def test_a_tag_is_predicted_one_word_later():
    words = Words([SENTENCE], minimum_count=1)
    encoded = Encoded.of([SENTENCE, SENTENCE], words, {BOUNDARY: 0, "nn": 1, "v": 2})
    eaten = [words.id_of(word) for word in SENTENCE[0]]
    np.testing.assert_array_equal(encoded.words, [0, *eaten, 0, *eaten, 0])
    np.testing.assert_array_equal(encoded.targets, [0, 0, 1, 2, 1, 0, 1, 2, 1])
    np.testing.assert_array_equal(encoded.stream.starts, [0, 4, 8])


def test_an_unknown_word_has_the_id_of_its_longest_known_ending():
    rare = [[f"{word}ing", "the"] for word in ("eat", "see", "go")]
    words = Words([(pair, ["v", "dt"]) for pair in rare], minimum_count=3)
    assert words.id_of("the") == words.id_of("The") != words.id_of("thus")
    assert words.id_of("swimming") == words.id_of("going") == words.ids[("other", "ing")]
    assert words.id_of("Q") == words.ids[None]


def test_a_word_that_is_written_like_the_boundary_shares_its_id():
    words = Words([(["</s>", "the"], ["x", "dt"])] * 3, minimum_count=3)
    assert words.id_of("</s>") == 0
    assert sorted(words.ids.values()) == list(range(len(words)))


def test_endings_start_with_the_longest():
    assert endings_of("Swimming") == [
        ("capital", "ing"), ("capital", "ng"), ("capital", "g"), ("capital", "")
    ]  # fmt: skip
    assert endings_of("1st")[0] == ("digits", "1st")


def test_tags_get_the_name_of_their_longest_beginning():
    names = read_tag_names(ROOT / "examples" / "brown_tags.txt")
    tags = {"nn-tl": "NOUN", "pp$": "DET", "pp$$": "PRON", "ppss+md": "PRON", "do*": "VERB"}
    tags |= {"abn": "PRT", "abx": "DET", "``": "PUNCT", "fw-in": "X", "unheard": "unheard"}
    assert {tag: renamed(tag, names) for tag in tags} == tags


def test_a_slash_in_a_word_is_kept(tmp_path: Path):
    path = tmp_path / "text.txt"
    path.write_text("\t1/2/cd cup/nn\n\n" * 20)
    assert read_sentences(path, {}) == [(["1/2", "cup"], ["cd", "nn"])] * 20


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"I/nn eat/v\n" * 19, "has 19 sentences"),
        (b"I/nn\n" * 30 + b"I/nn eat apple/nn", "line 31: 'eat' is not word/tag"),
        (b"I/nn\n" * 30 + b"/nn", "line 31: '/nn' is not word/tag"),
        (b"I/nn\n" * 30 + b"I/", "line 31: 'I/' is not word/tag"),
        (b"I/nn\xff", "is not UTF-8"),
    ],
)
def test_a_file_that_is_not_tagged_is_refused(tmp_path: Path, data: bytes, message: str):
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    with pytest.raises(UserError, match=re.escape(message)):
        read_sentences(path, {})


def test_a_training_that_diverges_is_reported_in_one_line(tmp_path: Path):
    (tmp_path / "text.txt").write_text("\n".join(tagged_lines()))
    arguments = ["text.txt", "--set", "learning_rate=10", "--set", "activation=relu"]
    arguments += ["--set", "gradient_clip=1e6"]
    message = one_line(run_command("examples.tagging", *arguments, cwd=tmp_path))
    assert "learning_rate" in message


def test_a_missing_file_is_reported_in_one_line(tmp_path: Path):
    assert "cannot read missing.txt" in one_line(
        run_command("examples.tagging", "missing.txt", cwd=tmp_path)
    )
