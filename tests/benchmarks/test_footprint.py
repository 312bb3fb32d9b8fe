"""What the keyboard library adds to an app."""

from benchmarks.footprint import STAGES, resident, table
from benchmarks.runtimes import library_bytes


def test_each_stage_takes_more_memory_than_the_one_before(exported, tmp_path):
    size = library_bytes(tmp_path)
    memory = resident(tmp_path, exported)
    assert list(memory) == list(STAGES)
    model = (exported / "model.tflite").stat().st_size
    assert model < memory["model"] <= memory["suggestions"] <= memory["corrections"]
    assert memory["corrections"] < memory["profile"] < 50_000_000
    rows = table("tiny", size, model, memory).rows
    assert rows[0][1].value == f"{size / 1e6:.2f}" and len(rows) == 2 + len(STAGES)
