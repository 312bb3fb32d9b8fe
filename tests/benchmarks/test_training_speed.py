import math
import sys

import numpy as np
import pytest

from benchmarks.speed.race import WARM_UP_STEPS, Task, race
from benchmarks.training_speed import (
    CANDIDATES,
    EXACT,
    OURS,
    Training,
    median_time,
    perplexity,
    reports,
    run_one,
    summary,
)
from training.common.errors import UserError
from training.data.lanes import Stream
from training.network.configuration import preset


class Improving:
    """A contestant whose perplexity falls from 20 by one every hundred steps."""

    def __init__(self):
        self.steps: list[tuple[int, int]] = []

    def train(self, first: int, last: int) -> None:
        self.steps.append((first, last))

    def validation_nats(self) -> float:
        return math.log(20 - self.steps[-1][1] // 100)


class Uniform:
    """A model of four equally likely words."""

    def zero_state(self):
        return 0

    def run(self, ids, state):
        return np.full((len(ids), 4), -math.log(4)), state + len(ids)


def stream_of(*lengths: int) -> Stream:
    starts = np.cumsum([0, *lengths]).astype(np.int64)
    return Stream(np.arange(starts[-1], dtype=np.uint16) % 4, starts)


@pytest.fixture
def task(tmp_path) -> Task:
    written = Task(
        preset("tiny"),
        stream_of(50, 30),
        stream_of(20),
        vocabulary_size=4,
        goal=17.5,
        pause=100,
    )
    written.save(tmp_path)
    return Task.load(tmp_path)


def test_a_task_is_read_as_it_was_written(task):
    assert task.configuration == preset("tiny")
    assert len(task.train) == 80
    assert task.valid.ids.tolist() == stream_of(20).ids.tolist()
    assert (task.vocabulary_size, task.goal, task.pause) == (4, 17.5, 100)


def test_a_race_takes_every_step_once_and_stops_at_the_goal(task):
    contestant = Improving()
    told = list(race(task, contestant, 1_000))
    assert contestant.steps[0] == (0, WARM_UP_STEPS)
    assert [begin for begin, _ in contestant.steps[1:]] == [end for _, end in contestant.steps[:-1]]
    assert [report["step"] for report in told] == [100, 200, 300]
    assert [report["perplexity"] for report in told] == pytest.approx([19, 18, 17])


def test_a_race_that_never_reaches_the_goal_ends_with_its_schedule(task):
    contestant = Improving()
    told = list(race(task, contestant, 150))
    assert contestant.steps[-1][1] == 150
    assert told[-1]["perplexity"] > task.goal


def test_the_goal_is_measured_on_the_tokens_that_a_trainer_validates_on():
    assert perplexity(Uniform(), stream_of(5, 9, 7), 11) == pytest.approx(4)


def test_a_trainer_s_lines_become_a_race():
    line = '{"step": 120, "seconds": 3.0, "rate": 5.0, "perplexity": 7.0}'
    done = run_one("name", [sys.executable, "-c", f"print('{line}')"], goal=8)
    assert done == Training(rate=5.0, seconds=3.0, perplexity=7.0)
    assert run_one("name", [sys.executable, "-c", f"print('{line}')"], goal=6).seconds is None


def test_a_trainer_that_fails_is_named_with_its_last_words():
    with pytest.raises(UserError, match="no such thing"):
        list(reports([sys.executable, "-c", "import sys; sys.exit('no such thing')"]))


def test_a_goal_missed_once_has_no_median_time():
    assert median_time([Training(1, 4.0, 9), Training(1, 2.0, 9), Training(1, 3.0, 9)]) == 3.0
    assert median_time([Training(1, 4.0, 9), Training(1, None, 11)]) is None


def test_ratios_are_taken_to_the_exact_softmax():
    races = {
        OURS: [Training(300, 20.0, 70.0)],
        EXACT: [Training(100, 80.0, 74.0)],
        CANDIDATES: [Training(150, None, 76.0)],
    }
    rows = [[cell.value for cell in row] for row in summary(races, 75.0).rows]
    assert rows[0] == [OURS, "300", "3.00x", "20", "0.25", "70.00"]
    assert rows[2] == [CANDIDATES, "150", "1.50x", "-", "-", "76.00"]
