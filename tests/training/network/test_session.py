"""Training sessions that are stopped at a given step."""

import numpy as np
import pytest

from training.common.display import ProgressDisplay
from training.corpora import open_corpus
from training.data.prepare import Prepared, prepare
from training.network.belonging import begin_or_check
from training.network.configuration import preset
from training.network.run import Run
from training.network.session import StopRequested, TrainingSession
from training.network.trainer import StepResult

SETTINGS = {"epochs": 2, "minimum_steps": 0, "candidates": 0, "validation_tokens": 500}


class Stopped(TrainingSession):
    """A session that receives Ctrl-C during step `at` (0: never)."""

    at = 0

    def _after_step(self, result: StepResult, display: ProgressDisplay) -> None:
        self._stop = result.step == self.at
        super()._after_step(result, display)


@pytest.fixture(scope="module")
def small(own_text, tmp_path_factory) -> Prepared:
    return prepare(open_corpus(str(own_text)), 400, 1, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def session_of(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sessions")
    configuration = preset("tiny").changed(SETTINGS).adapted_to(small.tokens("train"))

    def make(name: str) -> Stopped:
        run = Run(folder / name)
        begin_or_check(run, configuration, small)
        session = Stopped(run, configuration, small)
        session.resume()
        return session

    return make


@pytest.fixture(scope="module")
def whole(session_of) -> Run:
    """An uninterrupted training."""
    session = session_of("whole")
    session.train()
    return session.run


def stopped_and_resumed(session_of, name: str, at: int) -> Run:
    first = session_of(name)
    first.at = at
    with pytest.raises(StopRequested):
        first.train()
    second = session_of(name)
    assert second.trainer.step == at
    second.train()
    return second.run


@pytest.mark.parametrize("place", ["end of an epoch", "last step", "middle of an epoch"])
def test_a_stop_loses_neither_a_validation_nor_its_weights(session_of, whole, place):
    steps = [record["step"] for record in whole.history()]
    at = {"end of an epoch": steps[0], "last step": steps[-1], "middle of an epoch": steps[0] // 2}
    run = stopped_and_resumed(session_of, place.replace(" ", "-"), at[place])
    assert [record["step"] for record in run.history()] == steps
    weights = whole.weights()
    for name, array in run.weights().items():
        np.testing.assert_array_equal(array, weights[name], err_msg=name)


def test_every_so_many_steps_there_is_a_validation_besides_those_of_the_epochs(
    small, tmp_path, whole
):
    steps = [record["step"] for record in whole.history()]
    every = steps[0] // 2 - 1
    settings = {**SETTINGS, "validation_steps": every}
    configuration = preset("tiny").changed(settings).adapted_to(small.tokens("train"))
    run = Run(tmp_path / "often")
    begin_or_check(run, configuration, small)
    session = TrainingSession(run, configuration, small)
    session.train()
    due = sorted({*steps, *range(every, steps[-1], every)})
    assert [record["step"] for record in run.history()] == due
    # Validating changes nothing about the training.
    for name, array in session.trainer.averaged_weights().items():
        np.testing.assert_array_equal(array, whole.weights()[name], err_msg=name)
