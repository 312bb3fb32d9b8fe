"""The comparison of the built-in network with LiteRT."""

from benchmarks.runtimes import RUNTIMES, TEXT, library_bytes, measured, table


def test_both_networks_are_timed_call_by_call(exported, tmp_path):
    times = measured(tmp_path, exported / "model.tflite", rounds=2, steps=20)
    assert list(times) == list(RUNTIMES)
    for each in times.values():
        assert (len(each.step), len(each.state), len(each.key)) == (40, 40, 2 * len(TEXT))
        assert min(each.step + each.state + each.key) > 0
    assert times["built in"].resident < times["LiteRT"].resident
    rows = table("tiny", times).rows
    assert [row[0].value for row in rows][-1] == "resident memory, MB"
    assert all(len(row) == 3 for row in rows)


def test_the_library_without_litert_is_small(tmp_path):
    assert 50_000 < library_bytes(tmp_path) < 400_000
