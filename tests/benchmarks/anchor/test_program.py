"""Contexts and words as the model gets them, with a model that knows letters only."""

import shutil

import numpy as np
import pytest

from benchmarks.anchor import smollm
from benchmarks.anchor.__main__ import sample, table
from benchmarks.anchor.program import Suggester
from benchmarks.anchor.smollm import FOLDER, SmolLM, installed
from benchmarks.keyboard.typing import Typed
from tests.commands import one_line, run_command
from training.common.errors import UserError
from training.corpora.base import Document


class Letters:
    """Each byte is a piece. After a text, some pieces have a probability, all others have none."""

    def __init__(self, **after: float):
        self._after, self.texts = after, []

    def pieces_of(self, text: str) -> list[int]:
        return list(text.encode())

    def bytes_of(self, piece: int) -> bytes:
        return bytes([piece])

    def read(self, text: str) -> np.ndarray:
        self.texts.append(text)
        return self._probabilities()

    def ask(self, beginnings) -> list[np.ndarray]:
        return [self._probabilities() for _ in beginnings]

    def _probabilities(self) -> np.ndarray:
        found = np.full(256, 1e-6)
        for letter, probability in self._after.items():
            found[ord(" " if letter == "space" else letter)] = probability
        return found


def test_a_space_before_a_word_belongs_to_its_first_piece():
    model = Letters(space=0.5, b=0.4)
    suggester = Suggester(model, ["a", "b"], 2)
    assert suggester.suggest("so ", "", 1) == ["b"]
    assert suggester.suggest("so", "", 1) == ["b"]
    assert model.texts == ["so", "so"]


def test_the_same_context_is_read_once():
    model = Letters(a=0.5)
    suggester = Suggester(model, ["ab", "ac"], 2)
    suggester.suggest("so ", "", 1)
    suggester.suggest("so ", "a", 1)
    assert model.texts == ["so"]


def test_a_word_is_found_by_its_capital_and_by_typed_letters_in_any_case():
    suggester = Suggester(Letters(H=0.5, i=0.5, a=0.1), ["hi", "a"], 2)
    assert suggester.suggest("", "", 1) == ["hi"]
    assert suggester.suggest("", "H", 2) == suggester.suggest("", "h", 2) == ["hi"]


def test_letters_of_several_bytes_match():
    suggester = Suggester(Letters(), ["éa", "e"], 2)
    assert suggester.suggest("", "É", 2) == ["éa"]


def test_the_beginnings_of_some_documents_are_typed(monkeypatch):
    monkeypatch.setattr("benchmarks.anchor.__main__.MOST_OF_DOCUMENT", 3)
    documents = [Document(str(at), ["one two!", "three", "four five"]) for at in range(9)]
    taken = sample(documents, 8, "message")
    assert [document.texts for document in taken] == [["one two!", "three"]] * 2 + [["one two!"]]
    assert len({document.key for document in taken}) == 3
    assert taken == sample(documents, 8, "message")
    assert len(sample(documents, 1_000, "message")) == 9


def test_the_table_has_quality_and_costs():
    typed = Typed(
        keys=[(6, 5, 5)],
        characters=[10],
        words=4,
        at_once=[1, 2, 3],
        wall=[2e6],
        resident=[3_000_000],
    )
    (row,) = table("text", {"SmolLM": typed}, {"SmolLM": 98_000_000}).rows
    shown = ["SmolLM", "25.0%", "50.0%", "50.0%", "2.00", "2.00", "98.0"]
    assert [cell.value for cell in row] == shown


def test_a_number_of_words_below_one_is_refused(tmp_path):
    result = run_command("benchmarks.anchor", "--words", "0", cwd=tmp_path)
    assert "--words and --threads must be at least 1" in one_line(result)


def test_an_environment_without_weights_is_refused(tmp_path, monkeypatch):
    shutil.copy(smollm.HERE / "requirements.txt", tmp_path / ".complete")
    monkeypatch.setattr(smollm, "FOLDER", tmp_path)
    with pytest.raises(UserError, match="has no weights; delete it"):
        installed()


@pytest.mark.skipif(
    not (FOLDER / ".complete").exists(), reason="run `python -m benchmarks.anchor` first"
)
def test_smollm_continues_english(tmp_path):
    words = ["York", "day", "cold", "new", "I", "I'm"]
    with SmolLM(installed(), words, ["Yorkshire"], tmp_path) as running:
        assert running.ask("I live in New ", "").words[0] == "York"
        assert running.ask("I live in New ", "").words.count("Yorkshire") == 0
        assert running.ask("I live in New ", "yorks").words == ["Yorkshire"]
        assert running.ask("Have a nice ", "d").words == ["day"]
        first = running.ask("It is winter. It is very ", "")
        assert first.words[0] == "cold" and first.wall > 0
        # A shorter text after a longer one, and the first one again.
        assert running.ask("I live in New ", "").words[0] == "York"
