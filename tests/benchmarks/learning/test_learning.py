"""The command, with the tiny network, and with everything in `make test-benchmarks`."""

import json

import pytest

from benchmarks.learning import __main__ as learning
from benchmarks.learning.opening import NAMES
from tests.commands import one_line, run_command
from training.common.errors import UserError

MESSAGES = ["see Zebedor at the station", "Zebedor is late again", "hello Zebedor how are you"] * 3


@pytest.fixture(scope="module")
def writers(tmp_path_factory):
    path = tmp_path_factory.mktemp("writers") / "friends.jsonl"
    rows = [{"writer": writer, "text": text} for writer in (1, 2) for text in MESSAGES]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def run_arguments(trained, exported):
    runs = ["--run", trained.name, "--runs", str(trained.folder.parent)]
    return [*runs, "--exports", str(exported.parent)]


@pytest.fixture(scope="module")
def kept(writers, run_arguments, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "RESULTS", folder)
        chosen = ["--contenders", "learning", "vocabulary", "network", "--keep"]
        assert learning.main([str(writers), *run_arguments, *chosen]) == 0
    return folder


def section(path, title):
    """The values in a table of a file, by the name of the contender."""
    (found,) = (part for part in path.read_text().split("\n## ") if part.startswith(title))
    lines = [line for line in found.splitlines() if line.startswith("| ") and "---" not in line]
    rows = [[cell.strip().split("<br>")[0] for cell in line.split("|")[1:-1]] for line in lines]
    return {row[0]: row[1:] for row in rows}


def test_contenders_stand_in_their_own_order(kept):
    (path,) = kept.glob("*.md")
    rows = section(path, "friends: 2 writers, 18 messages, 84 words")
    assert list(rows) == ["contender", "network", "network, vocabulary only", "network, learning"]


def test_learning_saves_keys_and_knows_the_name(kept):
    (path,) = kept.glob("*.md")
    rows = section(path, "friends")
    assert float(rows["network, learning"][1]) > 5
    assert rows["network"][1] == "+0.00"
    new = section(path, "words outside the vocabulary")
    assert new["network"][1] == "0.0%" and new["network, learning"][1] == "100.0%"


def test_without_a_letter_the_vocabulary_decides(kept):
    (path,) = kept.glob("*.md")
    rows = section(path, "friends")
    assert rows["network"][3:5] == rows["network, vocabulary only"][3:5]


def test_the_plot_and_the_command_are_kept(kept, writers):
    (table,), (plot,) = kept.glob("*.md"), kept.glob("*.png")
    assert table.name == "learning-tiny-friends.md" and plot.stem == table.stem
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert "`python -m benchmarks.learning friends.jsonl --run tiny" in table.read_text()
    assert str(writers.parent) not in table.read_text()


def test_the_conversations_of_a_part_are_typed(run_arguments, trained, prepared):
    chosen = ["--part", "valid", "--words", "20", "--contenders", "network", "learning"]
    assert learning.main([*run_arguments, *chosen]) == 0
    rows = section(trained.folder / "learning-tiny-chitchat-valid.md", "chitchat-valid: ")
    assert float(rows["network, learning"][0].strip("%")) > 0
    assert learning.main([*run_arguments, *chosen, "--together"]) == 0
    assert (trained.folder / "learning-tiny-chitchat-valid-together.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either a file of writers"),
        (["writers.jsonl", "--part", "test"], "give either a file of writers"),
        (["writers.jsonl", "--together"], "--together needs --part"),
        (["writers.jsonl", "--words", "0"], "--words must be at least 1"),
        (["writers.jsonl", "--overlooked", "1.5"], "--overlooked must be from 0 to 1"),
        (["writers.jsonl", "--overlooked", "nan"], "--overlooked must be from 0 to 1"),
        (["writers.jsonl", "--contenders", "gboard"], "invalid choice: 'gboard'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, message):
    with pytest.raises(UserError, match=message):
        learning.main(arguments)


def test_a_bad_line_is_one_line(run_arguments, tmp_path, prepared):
    (tmp_path / "bad.jsonl").write_text('{"writer": 1, "text": "hey"}\nhey\n')
    result = run_command("benchmarks.learning", "bad.jsonl", *run_arguments, cwd=tmp_path)
    assert "bad.jsonl, line 2 is not JSON" in one_line(result)


def test_the_ngram_learns_as_the_network_does(writers, run_arguments, trained, programs):
    chosen = ["--contenders", "network", "ngram", "ngram-learning"]
    assert learning.main([str(writers), *run_arguments, *chosen]) == 0
    rows = section(trained.folder / "learning-tiny-friends.md", "friends: ")
    alone, learns = (float(rows[NAMES[name]][1]) for name in chosen[2:])
    assert learns > alone + 5
