import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.comparison.contenders import networks, ngrams, step_time
from training.common.errors import UserError
from training.network.run import Run


@pytest.fixture
def ids(prepared):
    return prepared.ids("test")


def test_the_exported_copies_come_first_the_shipped_one_before_the_other(trained, exported, ids):
    found = networks(trained, exported, ids)
    assert [contender.name for contender in found] == ["RNN int8", "RNN float"]
    sizes = [contender.costs.bytes for contender in found]
    assert sizes == [
        (exported / name).stat().st_size for name in ("model.tflite", "model-float32.tflite")
    ]


def test_a_run_without_an_export_is_measured_in_keras(trained, tmp_path, ids):
    [found] = networks(trained, tmp_path / "nothing", ids)
    assert found.name == "RNN float"
    assert found.costs.microseconds is None
    assert found.costs.bytes == sum(array.nbytes for array in trained.weights().values())


def test_an_export_of_earlier_weights_with_the_same_words_is_refused(
    trained, exported, tmp_path, ids
):
    again = Run(Path(shutil.copytree(trained.folder, tmp_path / "again")))
    again.save_weights({name: array + 1 for name, array in again.weights().items()})
    with pytest.raises(UserError, match="other weights than .*again has; run `make export`"):
        networks(again, exported, ids)


def test_without_a_trained_run_there_is_nothing_to_compare(tmp_path, ids):
    with pytest.raises(UserError, match="make train"):
        networks(Run(tmp_path / "none"), tmp_path, ids)


def test_ngrams_come_with_what_they_cost(prepared, programs, ids):
    five, three, one = ngrams(prepared, programs, ids)
    assert [model.name for model in (five, three, one)] == ["5-gram KN", "3-gram KN", "unigram"]
    assert five.costs.bytes > three.costs.bytes > 0
    assert five.costs.microseconds > 0
    assert (one.costs.bytes, one.costs.microseconds) == (None, None)


def test_a_step_is_timed_by_the_token():
    class Slow:
        vocabulary_size = 3

        def zero_state(self):
            return 0

        def run(self, ids, state):
            import time

            time.sleep(0.0002 * len(ids))
            return np.zeros((len(ids), 3), np.float32), state

    assert 200 <= step_time(Slow(), np.zeros(120, np.uint16)) < 2_000
