"""Other correctors, as they answer in the benchmark, and the C library."""

import math
import os
import shutil

import pytest

from benchmarks.correction import __main__ as benchmark
from benchmarks.correction.elman import Elman, place_of
from benchmarks.correction.rivals import spell_checkers
from benchmarks.correction.rivals.contenders import ELMAN, TOUCHES, Contenders
from benchmarks.correction.rivals.packages import NAMES, Package, environment
from benchmarks.correction.rivals.spell_checkers import PACKAGES, SpellChecker, suggestions_in
from benchmarks.correction.slips import Tap
from export.keyboard.results import Correction
from tests.commands import one_line, run_command
from training.common.errors import UserError


def taps(word: str) -> tuple[Tap, ...]:
    return tuple(map(Tap, word))


# -- spell checkers --------------------------------------------------------------------------------


def test_suggestions_are_read_in_the_way_of_ispell():
    assert suggestions_in("& teh 44 1: the, tech, Te") == ["the", "tech", "Te"]
    assert suggestions_in("& thankyou 2 1: thank you, thank-you") == ["thank you", "thank-you"]
    assert suggestions_in("*") == suggestions_in("# qwzx 1") == suggestions_in("+ RUN") == []


@pytest.fixture(scope="module", params=PACKAGES)
def spell_checker(request):
    spell_checkers.require()
    with SpellChecker(request.param) as running:
        yield running


def test_a_spell_checker_replaces_what_it_does_not_know(spell_checker):
    reply = spell_checker.correct("", taps("beleive"))
    assert reply.text == reply.candidates[0] == "believe"
    assert len(reply.candidates) <= 5 and reply.nanoseconds > 0
    assert spell_checker.correct("", taps("believe")).text == "believe"


@pytest.mark.parametrize("word", ["2021", "u2's", "naïve", "qwzxqwzxq", "don't", "x²"])
def test_a_spell_checker_answers_every_word(spell_checker, word):
    spell_checker.correct("", taps(word))
    assert spell_checker.correct("", taps("teh")).text == "the"


def test_numbers_are_left_alone(spell_checker):
    assert spell_checker.correct("", taps("20a1")).text == "20a1"


def test_where_nothing_may_be_installed_the_command_is_told(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UserError, match="apt-get install aspell aspell-en hunspell hunspell-en-us"):
        spell_checkers.require()


# -- packages --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=NAMES)
def package(request):
    with Package(environment(), request.param) as running:
        yield running


def test_a_package_corrects(package):
    reply = package.correct("", taps("speling"))
    assert reply.text == reply.candidates[0] == "spelling"
    assert 1 <= len(reply.candidates) <= 5 and reply.nanoseconds > 0
    assert package.correct("", taps("spelling")).text == "spelling"
    assert package.correct("", taps("20a1")).text == "20a1"


@pytest.mark.rivals
def test_a_package_that_is_missing_is_told():
    with pytest.raises(UserError, match=r"unknown ended with status 1: (?s:.*)KeyError"):
        Package(environment(), "unknown")


# -- the C library ---------------------------------------------------------------------------------


class Scripted:
    """A keyboard with fixed readings, which records its calls."""

    def __init__(self, *readings: Correction):
        self._readings, self.asked = list(readings), []

    def correct(self, text, touches, k):
        self.asked.append((text, touches))
        return self._readings


def reading(text: str, replaces: int, certain: bool = False, literal: bool = False) -> Correction:
    return Correction(text, replaces, -1.0, 0.5, literal, certain)


def test_only_a_certain_reading_replaces_the_word():
    doubtful = Scripted(reading("the", 3), reading("teh", 3, literal=True))
    reply = Elman(doubtful, touches=False).correct("see ", taps("teh"))
    assert (reply.text, reply.candidates) == ("teh", ["the"])
    certain = Scripted(reading("the", 3, certain=True), reading("teh", 3, literal=True))
    assert Elman(certain, touches=False).correct("see ", taps("teh")).text == "the"


def test_a_reading_may_replace_less_or_more_than_the_word():
    less = Elman(Scripted(reading("the", 3, certain=True)), touches=False)
    assert less.correct("", taps("2teh")).text == "2the"
    more = Elman(Scripted(reading("in the", 6, certain=True)), touches=False)
    reply = more.correct("see i ", taps("nthe"))
    assert (reply.text, reply.before) == ("in the", 2)


def test_coordinates_are_given_only_to_the_variant_with_them():
    word = (Tap("a", 1.0, 1.5), Tap("'"))
    for touches, expected in ((True, [(1.0, 1.5), None]), (False, [])):
        keyboard = Scripted()
        Elman(keyboard, touches).correct("see ", word)
        assert keyboard.asked == [("see a'", expected)]
    assert place_of(Tap("x", math.nan, math.nan)) is None


@pytest.fixture(scope="module")
def keyboard(exported, tmp_path_factory):
    model = (exported / "model.tflite").read_bytes()
    return Contenders(tmp_path_factory.mktemp("contenders"), model, ("nothing", "elman"))


def test_the_library_mends_a_slip_with_and_without_coordinates(keyboard):
    assert keyboard.names == [TOUCHES, ELMAN, "nothing"]
    assert keyboard.names_for_lists == [ELMAN, "nothing"]
    for name in (TOUCHES, ELMAN):
        with keyboard.start(name) as corrector:
            assert "you" in corrector.correct("how are ", taps("ypu")).candidates
            assert len(corrector.suggest("how are ", "y")) == 3
    with keyboard.start("nothing") as corrector:
        assert corrector.correct("how are ", taps("ypu")).text == "ypu"


# -- the command -----------------------------------------------------------------------------------


def test_the_command_writes_tables(trained, exported, monkeypatch, tmp_path):
    monkeypatch.setattr(benchmark, "intended", dict)
    monkeypatch.setattr(benchmark, "dictionary_words", frozenset)
    (tmp_path / "list.txt").write_text("yuo\tyou\n")
    arguments = ["--run", trained.name, "--runs", str(trained.folder.parent), "--documents", "2"]
    arguments += ["--exports", str(exported.parent), "--lists", str(tmp_path / "list.txt")]
    arguments += ["--contenders", "nothing", "elman"]
    assert benchmark.main([*arguments, "--mistakes", str(tmp_path / "mistakes.tsv")]) == 0
    written = (trained.folder / "correction.md").read_text()
    assert written.count(f"| {TOUCHES} | ") == 3 and written.count(f"| {ELMAN} | ") == 4
    assert "list.txt: 1 misspellings without context" in written
    assert "\tslips\tleft\t" in (tmp_path / "mistakes.tsv").read_text()


def test_a_wrong_number_of_documents_is_told(tmp_path):
    finished = run_command("benchmarks.correction", "--documents", 0, cwd=tmp_path)
    assert "--documents must be at least 1" in one_line(finished)
