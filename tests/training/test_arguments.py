import argparse
from pathlib import Path

import pytest

from training.arguments import (
    Parser,
    add_run_arguments,
    chosen_preset,
    chosen_run,
    chosen_segmentation,
    default_run_name,
)
from training.common.errors import UserError
from training.corpora import BUILT_IN, BuiltIn, require_corpus
from training.network.configuration import PRESETS
from training.network.run import Run


def arguments(**values) -> argparse.Namespace:
    given = {"run": "", "corpus": "chitchat", "preset": "", "segmentation": "", **values}
    return argparse.Namespace(**{"runs": Path("runs"), **given})


@pytest.mark.parametrize(
    ("corpus", "preset", "name"),
    [
        ("chitchat", "", "keyboard"),
        ("chitchat", "keyboard", "keyboard"),
        ("chitchat", "best", "best"),
        ("novel.txt", "best", "best-novel"),
        ("shakespeare", "", "shakespeare"),
        ("shakespeare", "keyboard", "keyboard-shakespeare"),
        ("texts/My Novel.txt.gz", "", "keyboard-my-novel"),
        ("data/ptb", "ptb", "ptb"),
        ("*.txt", "", "keyboard-text"),
        ("novel.v2.txt", "", "keyboard-novel-v2"),
        ("novel.txt", "ptb", "ptb-novel"),
        ("роман.txt", "", "keyboard-text-1873f1"),
        ("café.txt", "", "keyboard-caf-850f7d"),
    ],
)
def test_a_run_is_named_after_its_preset_and_a_foreign_corpus(corpus, preset, name):
    assert default_run_name(corpus, preset) == name


def test_a_given_name_is_taken():
    assert chosen_run(arguments(run="mine")).folder == Path("runs/mine")


def test_the_segmentation_of_a_run_is_kept_and_another_one_refused(tmp_path):
    run = Run(tmp_path / "mine")
    given = {"run": "mine", "runs": tmp_path, "corpus": "novel.txt"}
    assert chosen_segmentation(arguments(**given), run) == ""
    run.update_information(segmentation="message")
    assert chosen_segmentation(arguments(**given), run) == "message"
    assert chosen_segmentation(arguments(**{**given, "corpus": "chitchat"}), run) == ""
    assert chosen_run(arguments(**given, segmentation="message")).folder == run.folder
    with pytest.raises(UserError, match="trained with segmentation message, not line; to start"):
        chosen_run(arguments(**given, segmentation="line"))


def test_without_arguments_the_default_run_is_meant():
    parser = Parser("training.train", "", "")
    add_run_arguments(parser)
    given = parser.parse_args([])
    assert chosen_run(given).folder == Path("runs/keyboard")
    assert chosen_segmentation(given, chosen_run(given)) == ""


def test_an_unknown_segmentation_is_refused():
    parser = Parser("training.train", "", "")
    add_run_arguments(parser)
    with pytest.raises(UserError, match="segmentation.*message"):
        parser.parse_args(["--segmentation", "word"])


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "with space"])
def test_a_name_that_leaves_the_folder_of_the_runs_is_refused(name):
    with pytest.raises(UserError, match=r"RUN \(--run\) must be a name"):
        chosen_run(arguments(run=name))


@pytest.mark.parametrize("given", [{"run": "a" * 201}, {"corpus": f"{'a' * 250}.txt"}])
def test_a_name_that_is_too_long_for_a_folder_is_refused(tmp_path, given):
    with pytest.raises(UserError, match="must be a name of up to 200 letters"):
        chosen_run(arguments(**given))
    assert not Run(tmp_path / chosen_run(arguments(run="a" * 200)).name).exists


def test_a_corpus_brings_its_own_preset_unless_one_is_given():
    assert chosen_preset(arguments(corpus="shakespeare")) == "shakespeare"
    assert chosen_preset(arguments(corpus="shakespeare", preset="tiny")) == "tiny"
    assert chosen_preset(arguments(corpus="novel.txt")) == "keyboard"


def test_a_wrong_argument_is_a_line_that_names_the_help():
    with pytest.raises(UserError, match="--help"):
        Parser("training.train", "", "").parse_args(["--nonsense"])


def test_a_new_corpus_needs_no_more_than_its_entry(monkeypatch):
    monkeypatch.setitem(BUILT_IN, "mine", BuiltIn(lambda _: pytest.fail("it is not read")))
    assert chosen_preset(arguments(corpus="mine")) == "keyboard"
    assert chosen_run(arguments(corpus="mine")).name == "keyboard-mine"
    require_corpus("mine")
    with pytest.raises(UserError, match="does not exist; .*: chitchat, shakespeare, mine"):
        require_corpus("min")


def test_presets_of_corpora_exist_and_each_was_made_for_one():
    made = [preset for corpus in BUILT_IN.values() for preset in corpus.made_for_it]
    assert len(set(made)) == len(made)
    assert PRESETS.keys() >= {*made, *(corpus.preset for corpus in BUILT_IN.values())}
