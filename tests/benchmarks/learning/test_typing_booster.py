"""Tests with the real database of ibus-typing-booster."""

import contextlib

import pytest

from benchmarks.common.environments import CACHE
from benchmarks.learning import typing_booster
from benchmarks.learning.contenders import BoosterContender


@pytest.fixture(scope="module")
def booster_packages():
    return typing_booster.require(CACHE)


@pytest.fixture
def booster(booster_packages, tmp_path):
    with typing_booster.suggester(booster_packages, tmp_path) as running:
        yield running


def test_a_dictionary_completes_words_that_were_never_typed(booster):
    words = booster.ask("", "monda").words
    assert words and all(word.lower().startswith("monda") for word in words)


def test_a_typed_word_is_suggested_before_those_of_the_dictionary(booster):
    assert booster.ask("", "ra").words[0] != "Rajesh"
    booster.teach("see Rajesh")
    assert booster.ask("", "ra").words[0] == "Rajesh"


def test_the_two_words_before_decide(booster):
    booster.teach("how are you")
    booster.teach("we are yours yours yours")
    assert booster.ask("how are ", "y").words[0] == "you"
    assert booster.ask("we are ", "y").words[0] == "yours"
    assert booster.ask("how are ", "").words == ["you"]


def test_the_letters_that_were_typed_are_not_suggested(booster):
    booster.teach("you your your")
    assert booster.ask("", "you").words[0] == "your"
    assert "you" not in booster.ask("", "you").words


def test_every_user_starts_with_an_empty_database(booster_packages, tmp_path):
    contender = BoosterContender(lambda: typing_booster.suggester(booster_packages, tmp_path))
    with contextlib.closing(contender):
        for _ in ("one", "two"):
            contender.begin()
            assert contender.suggest("go and ", "") == []
            contender.learn("go and see Rajesh")
            assert contender.suggest("go and ", "") == ["see"]
            assert contender.suggest("", "monda")
