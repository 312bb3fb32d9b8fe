import random

import pytest

from benchmarks import preparation
from benchmarks.preparation import PreparationCost, cells, changed, measure, more_memory, write_text
from training.common.errors import UserError
from training.common.files import is_running


def test_one_word_of_a_conversation_changes():
    chance = random.Random(3)
    before = ["these", "words", "are", "longer", "than", "three", "letters", "each"]
    after = changed(" ".join(before), chance).split()
    different = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert len(different) == 1
    one, other = different[0]
    assert sorted(one) == sorted(other)


def test_several_processes_are_measured_with_the_same_digest(tmp_path, monkeypatch):
    # The preparation of so short a text could end between two of the usual looks at its memory.
    monkeypatch.setattr(preparation, "SECONDS_BETWEEN_LOOKS", 0.01)
    write_text(tmp_path / "text.txt", ["hello you\nhow are you", "fine thanks\nbye"], 20_000)
    one, two = (measure(tmp_path / "text.txt", processes) for processes in (1, 2))
    assert one.digest == two.digest and one.tokens == two.tokens > 4_000
    assert one.seconds > 0 and one.processor_seconds > 0 and one.memory > 10_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]


def test_a_preparation_ends_with_the_program_that_measures_it(tmp_path, monkeypatch):
    def stopped(process):
        seen.append(process)
        raise KeyboardInterrupt

    seen = []
    monkeypatch.setattr(preparation, "memory_of", stopped)
    write_text(tmp_path / "text.txt", ["hello you\nhow are you"], 20_000)
    with pytest.raises(KeyboardInterrupt):
        measure(tmp_path / "text.txt", 1)
    assert not is_running(seen[0])


def test_the_speed_up_is_relative_to_one_process(tmp_path):
    one = PreparationCost(10.0, 9.0, 50_000_000, 100, "a")
    two = PreparationCost(5.0, 10.0, 60_000_000, 100, "a")
    row = [cell.value for cell in cells(tmp_path / "whole.txt", 2, 20_000_000, two, one)]
    assert row == ["one file (whole)", "2", "20", "5.0", "4.00", "2.00", "10.0", "60"]


def test_the_memory_of_the_large_text_is_compared_with_that_of_its_tenth():
    tenth, whole = (
        PreparationCost(1.0, 1.0, memory, 1, "a") for memory in (50_000_000, 62_000_000)
    )
    assert more_memory(50, 2, whole, tenth) == "memory of 50 MB against 5 MB, 2 processes: +12 MB"


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(UserError, match="missing does not exist"):
        preparation.main(["--folder", str(tmp_path / "missing")])


def test_many_files_have_the_size_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(preparation, "SMALL_FILES", 3)
    preparation.write_files(tmp_path / "files", ["hello you. " * 200])
    sizes = [path.stat().st_size for path in (tmp_path / "files").iterdir()]
    assert sizes == [preparation.SMALL_FILE_BYTES] * 3
