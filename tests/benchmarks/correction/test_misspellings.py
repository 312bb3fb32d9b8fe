"""Lists made of codespell's dictionary."""

import pytest

from benchmarks.correction import misspellings
from tests.commands import one_line, run_command

DICTIONARY = """\
teh->the
alot->a lot
wich->which, witch,
dont->don't
ist->is, it, its, it's, sit, list, disabled because it is a word
recieve->receive
Febuary->February
C-x->which
seperate->separate
"""
KNOWN = {"the", "receive", "february", "don't", "which"}


def test_entries_have_one_correction():
    pairs = dict(misspellings.entries(DICTIONARY))
    assert pairs["teh"] == "the" and pairs["alot"] == "a lot"
    assert "wich" not in pairs and "ist" not in pairs


def test_usable_entries_are_known_words_and_in_one_half():
    halves = [misspellings.usable(DICTIONARY, KNOWN, half) for half in misspellings.HALVES]
    expected = {("teh", "the"), ("dont", "don't"), ("recieve", "receive"), ("Febuary", "February")}
    assert set(halves[0]) | set(halves[1]) == expected
    assert not set(halves[0]) & set(halves[1])
    assert misspellings.usable(DICTIONARY, KNOWN | {"teh"}, misspellings.half_of("teh")) == [
        pair
        for pair in misspellings.usable(DICTIONARY, KNOWN, misspellings.half_of("teh"))
        if pair[0] != "teh"
    ]


def test_missing_apostrophes_are_not_misspellings(monkeypatch):
    monkeypatch.setattr(misspellings, "dictionary", lambda: DICTIONARY)
    meant = misspellings.intended()
    assert meant["febuary"] == "February"
    assert "dont" not in meant


def test_writers_mean_the_first_of_several_corrections(monkeypatch):
    text = "teh->the\nalot->a lot, allot,\nclas->class, disabled because of name clash in c++\n"
    monkeypatch.setattr(misspellings, "dictionary", lambda: text)
    assert misspellings.intended() == {"teh": "the", "alot": "a lot", "clas": "class"}
    assert list(misspellings.entries(text)) == [("teh", "the")]


@pytest.fixture
def made(monkeypatch, tmp_path, trained):
    """Runs the command and returns the lines of the list."""
    entry = next(word for word in trained.vocabulary.entries if len(word) > 4 and word.isalpha())
    text = "".join(f"{entry}{tail}->{entry}\n" for tail in ("xq", "xw", "xe", "xr", "xt", "xz"))
    monkeypatch.setattr(misspellings, "dictionary", lambda: text)

    def run(*arguments: str) -> list[str]:
        where = ["--run", trained.name, "--runs", str(trained.folder.parent)]
        misspellings.main([str(tmp_path / "list.txt"), *where, *arguments])
        return (tmp_path / "list.txt").read_text().splitlines()

    return run


def test_the_command_writes_a_list(made):
    test, fitting = made(), made("--half", "fitting")
    assert len(test) + len(fitting) == 6
    assert all(len(line.split("\t")) == 2 for line in test + fitting)
    if test:
        assert made("--misspellings", "1", "--seed", "5")[0] in test


def test_no_entries_are_refused(tmp_path):
    module = "benchmarks.correction.misspellings"
    finished = run_command(module, "list.txt", "--misspellings", 0, cwd=tmp_path)
    assert "--misspellings must be at least 1" in one_line(finished)
