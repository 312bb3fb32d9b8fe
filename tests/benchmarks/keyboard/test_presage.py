"""Tests with the real Presage, trained on a small text."""

import os
import shutil
import sqlite3

import pytest

from benchmarks.keyboard import presage
from training.common.errors import UserError
from training.corpora import open_corpus


@pytest.fixture(scope="module")
def presage_ngrams(tmp_path_factory):
    presage.require()
    folder = tmp_path_factory.mktemp("presage")
    (folder / "text.txt").write_text("I don't like rain. I don't like snow.\n" * 5)
    return presage.database(open_corpus(str(folder / "text.txt")), folder / "cache", helped=True)


@pytest.fixture(scope="module")
def suggester(presage_ngrams, tmp_path_factory):
    folder = tmp_path_factory.mktemp("program")
    with presage.suggester(presage_ngrams, folder, helped=True) as running:
        yield running


def test_ngrams_of_all_orders_are_counted(presage_ngrams):
    with sqlite3.connect(presage_ngrams) as connection:
        for order in range(1, presage.LONGEST + 1):
            ((rows,),) = connection.execute(f"select count(*) from _{order}_gram")
            assert rows
    connection.close()


def test_the_counts_are_made_once(presage_ngrams, monkeypatch):
    monkeypatch.setattr(presage, "count", pytest.fail)
    corpus = open_corpus(str(presage_ngrams.parents[2] / "text.txt"))
    assert presage.database(corpus, presage_ngrams.parents[1], helped=True) == presage_ngrams


def test_another_segmentation_is_counted_for_itself(presage_ngrams, monkeypatch):
    """The same corpus with a different held-out part."""
    monkeypatch.setattr(presage, "count", lambda text, path, order: path.touch())
    corpus = open_corpus(str(presage_ngrams.parents[2] / "text.txt"), segmentation="message")
    assert presage.database(corpus, presage_ngrams.parents[1], helped=True) != presage_ngrams


def test_presage_suggests_what_followed_in_the_text(suggester):
    assert suggester.ask("I don't ", "").words[0] == "like"
    assert suggester.ask("I don't like ", "r").words == ["rain"]


def test_a_word_with_an_apostrophe_is_one_word_to_a_helped_presage(suggester):
    assert suggester.ask("I ", "do").words[0] == "don't"


def test_without_help_it_is_cut(presage_ngrams, tmp_path):
    corpus = open_corpus(str(presage_ngrams.parents[2] / "text.txt"))
    counted = presage.database(corpus, tmp_path, helped=False)
    with presage.suggester(counted, tmp_path, helped=False) as plain:
        assert plain.ask("I ", "do").words == ["don"]


def test_the_same_question_has_the_same_answer(suggester):
    first = suggester.ask("I ", "").words
    assert first and suggester.ask("I ", "").words == first


@pytest.mark.rivals
def test_the_profile_has_our_counts_our_predictors_and_learns_nothing(tmp_path):
    installed = presage.PROFILE.read_text()
    text = presage.profile(tmp_path / "a&b.db", installed)
    assert f"<PREDICTORS>{presage.NGRAMS}</PREDICTORS>" in text
    assert f"{tmp_path}/a&amp;b.db</DBFILENAME>" in text
    assert "<ONLINE_LEARNING>no" in text and "<REPEAT_SUGGESTIONS>yes" in text
    # The database of the user's own n-grams is unchanged: that predictor is not used.
    assert "${HOME}/.presage/lm.db" in text


def test_a_profile_of_another_kind_is_refused(tmp_path):
    with pytest.raises(UserError, match="0 PREDICTORS entries"):
        presage.profile(tmp_path, "<Presage/>")


def test_where_nothing_may_be_installed_the_command_is_told(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UserError, match="apt-get install presage libpresage-dev"):
        presage.require()


@pytest.mark.rivals
def test_with_a_file_to_learn_in_the_user_s_ngrams_are_used(tmp_path):
    text = presage.profile(tmp_path / "a.db", presage.PROFILE.read_text(), tmp_path / "b.db")
    assert f"<PREDICTORS>{presage.LEARNING}</PREDICTORS>" in text
    assert f"{tmp_path}/b.db</DBFILENAME>" in text and "${HOME}/.presage/lm.db" not in text
    assert "<REPEAT_SUGGESTIONS>no" in text and "<SUGGESTIONS>3</SUGGESTIONS>" in text


def test_a_learning_presage_does_not_repeat_what_was_not_taken(presage_ngrams, tmp_path):
    learned = tmp_path / "learned.db"
    with presage.suggester(presage_ngrams, tmp_path, helped=True, learned=learned) as running:
        first = running.ask("I ", "").words
        assert first and not set(first) & set(running.ask("I ", first[0][0]).words)
        assert running.ask("see ", "").words


def test_presage_learns_what_it_is_told(presage_ngrams, tmp_path):
    learned = tmp_path / "learned.db"
    with presage.suggester(presage_ngrams, tmp_path, helped=True, learned=learned) as running:
        assert "rajesh" not in running.ask("see ", "").words
        running.teach("I see Rajesh")
        assert running.ask("see ", "").words[0] == "rajesh"
