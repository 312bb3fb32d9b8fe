from pathlib import Path

import pytest

from benchmarks.training_speed import Training
from benchmarks.workers import ONE, TWO, seconds_to, started, summary


def test_ratios_are_to_one_process():
    trainings = {
        ONE: [Training(100, 80.0, 70.0), Training(120, 90.0, 71.0), Training(110, 85.0, 70.5)],
        TWO: [Training(200, 51.0, 70.5), Training(220, 40.0, 71.0), Training(198, 60.0, 70.6)],
    }
    rows = [[cell.value for cell in row] for row in summary(trainings, 72.8).rows]
    assert rows[0] == [ONE, "110", "1.00x", "70.50", "+0.0%", "85", "1.00"]
    assert rows[1] == [TWO, "200", "1.82x", "70.60", "+0.1%", "51", "0.60"]


def test_the_goal_is_reached_between_two_validations():
    found = [
        {"seconds": seconds, "perplexity": perplexity}
        for seconds, perplexity in [(10.0, 100.0), (20.0, 81.0), (40.0, 64.0)]
    ]
    assert seconds_to(90.0, found) == pytest.approx(15)
    assert seconds_to(72.0, found) == pytest.approx(30)
    assert seconds_to(200.0, found) == 10
    assert seconds_to(60.0, found) is None


def test_background_workers_end_with_the_block():
    with pytest.raises(RuntimeError), started([["sleep", "1234.5"]]):
        raise RuntimeError
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
    assert not any(b"1234.5" in words for words in running)
