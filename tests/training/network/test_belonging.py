"""What a run folder belongs to."""

from pathlib import Path

import pytest

from training.common.errors import UserError
from training.corpora import Reading, open_corpus
from training.data.prepare import Prepared, prepare
from training.network.belonging import begin_or_check
from training.network.configuration import preset
from training.network.run import Run


@pytest.fixture
def prepared_with(own_text: Path, tmp_path: Path):
    """Prepares the same text with other words for the tail."""

    def prepared(words: str, vocabulary_size: int = 400) -> Prepared:
        path = tmp_path / f"{words}.txt"
        path.write_text(f"{words}\n")
        corpus = open_corpus(str(own_text))
        reading = Reading(word_list=str(path))
        return prepare(corpus, vocabulary_size, 1, tmp_path / "cache", reading=reading)

    return prepared


def test_a_run_goes_on_with_another_list_of_words(prepared_with, tmp_path: Path):
    run, configuration = Run(tmp_path / "run"), preset("tiny")
    begin_or_check(run, configuration, prepared_with("smial"))
    before = run.information
    begin_or_check(run, configuration, prepared_with("hobbit"))
    assert "hobbit" in dict(run.tail.words) and "smial" not in dict(run.tail.words)
    assert run.information["corpus"]["words"] == "hobbit.txt"
    assert run.information["prepared"] == str(prepared_with("hobbit").folder) != before["prepared"]


def test_another_vocabulary_is_another_run(prepared_with, tmp_path: Path):
    run, configuration = Run(tmp_path / "run"), preset("tiny")
    begin_or_check(run, configuration, prepared_with("smial"))
    with pytest.raises(UserError, match="a different vocabulary"):
        begin_or_check(run, configuration, prepared_with("smial", 300))
