"""What the keyboard library adds to an app."""

import pytest

from benchmarks.footprint import STAGES, main, resident, table
from benchmarks.runtimes import library_bytes
from training.common.errors import UserError


def test_each_stage_takes_more_memory_than_the_one_before(exported, tmp_path):
    size = library_bytes(tmp_path)
    memory = resident(tmp_path, exported)
    assert list(memory) == list(STAGES)
    model = (exported / "model.tflite").stat().st_size
    assert model < memory["model"] <= memory["suggestions"] <= memory["corrections"]
    assert memory["corrections"] < memory["profile"] < 50_000_000
    rows = table("tiny", size, model, memory).rows
    assert rows[0][1].value == f"{size / 1e6:.2f}" and len(rows) == 2 + len(STAGES)


def test_a_missing_export_is_named(tmp_path):
    with pytest.raises(UserError, match="keyboard.*make export"):
        main(["--run", "keyboard", "--exports", str(tmp_path)])


def test_a_program_that_cannot_be_compiled_is_reported(tmp_path, monkeypatch):
    with pytest.raises(UserError, match="footprint.c cannot be built: .*libelman.a"):
        resident(tmp_path, tmp_path)
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(UserError, match="no-such-compiler is not installed"):
        resident(tmp_path, tmp_path)
