"""The command of the controls, with networks that are trained in seconds."""

import json

import numpy as np
import pytest

from benchmarks.controls.litert import Cost, Stepper, converted, costs
from benchmarks.controls.networks import NAMES
from benchmarks.controls.report import cost_table, quality_table
from benchmarks.controls.speeds import speeds
from benchmarks.controls.training import Budget, Task, results_of
from tests.commands import one_line, run_command
from training.common.errors import UserError
from training.corpora import open_corpus
from training.data.prepare import Prepared, prepare
from training.network.configuration import preset

BASE = preset("tiny").changed(
    {"units": 24, "embedding_size": 16, "lanes": 16, "validation_tokens": 500}
)
EPOCH = Budget(1, "epochs")
SPEED = 1_000.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("controls")


@pytest.fixture(scope="module")
def small(own_text, tmp_path_factory) -> Prepared:
    """Fifty chats, a few of them held out."""
    folder = tmp_path_factory.mktemp("small")
    return prepare(open_corpus(str(own_text), folder), 2_000, 2, folder)


@pytest.fixture(scope="module", params=NAMES)
def task(request, folder, small) -> Task:
    task = Task(request.param, EPOCH, BASE, folder, SPEED)
    results_of(task, small)
    return task


@pytest.mark.slow
def test_a_network_is_trained_measured_and_converted(task, small):
    results = task.results()
    assert results["epochs"] == 1
    assert 1 < results["validation_perplexity"] < len(small.vocabulary) / 2
    assert results["test"]["tokens"] == small.tokens("test")
    assert 0 < results["test"]["top1"] < results["test"]["top3"] < 1
    files = converted(task.name, task.run)
    assert files.keys() == {"float32", "int8"}
    assert len(files["int8"]) < 0.7 * len(files["float32"])
    _agrees(files["float32"], task, 1e-3)
    _agrees(files["int8"], task, 0.5)
    found = costs({task.name: files})[task.name]
    assert found["int8"].bytes == len(files["int8"]) and found["int8"].microseconds > 0


def _agrees(data: bytes, task: Task, tolerance: float) -> None:
    """The file gives the logits of the Keras model."""
    from dataclasses import replace

    from benchmarks.controls.networks import class_of
    from training.network.run import assign_weights

    size = len(task.run.vocabulary)
    model = class_of(task.name)(replace(task.run.configuration, lanes=1), size)
    assign_weights(model, task.run.weights(), task.run.folder)
    ids = np.arange(0, 20, dtype=np.int32)
    expected, _ = model.run(ids, model.zero_state())
    stepper = Stepper(data)
    for token, logits in zip(ids, expected, strict=True):
        stepper.step(int(token))
        np.testing.assert_allclose(stepper.logits(), logits, atol=tolerance)


@pytest.mark.slow
def test_what_was_measured_is_not_trained_again(task, small, monkeypatch):
    monkeypatch.setattr("benchmarks.controls.training._train", pytest.fail)
    assert results_of(task, small) == task.results()


@pytest.mark.slow
def test_other_settings_are_refused(folder, small):
    first = Task("simple-rnn", EPOCH, BASE, folder, SPEED)
    results_of(first, small)
    other = Task("simple-rnn", EPOCH, BASE.changed({"seed": 2}), folder, SPEED)
    with pytest.raises(UserError, match="trained with another preset; choose another --folder"):
        results_of(other, small)


def test_minutes_become_a_number_of_steps(tmp_path, small, monkeypatch):
    monkeypatch.setattr("benchmarks.controls.training._train", _stopped)
    tokens_of_a_step = BASE.lanes * BASE.truncated_bptt_length
    task = Task("gru", Budget(0.05, "minutes"), BASE, tmp_path, 100.0 * tokens_of_a_step)
    with pytest.raises(KeyboardInterrupt):
        results_of(task, small)
    assert task.run.configuration.minimum_steps == 300


def _stopped(*_):
    raise KeyboardInterrupt


@pytest.mark.slow
def test_speeds_are_measured_once(tmp_path, small, monkeypatch):
    found = speeds(["gru"], BASE, small, tmp_path)
    assert found.keys() == {"gru"} and found["gru"] > 0
    monkeypatch.setattr("benchmarks.controls.speeds._measured", _measured)
    assert speeds(["lstm", "gru"], BASE, small, tmp_path) == {**found, "lstm": 1.0}
    with pytest.raises(UserError, match="made with another preset; choose another --folder"):
        speeds(["gru"], BASE.changed({"seed": 2}), small, tmp_path)


def test_a_damaged_file_of_speeds_is_refused_by_name(tmp_path, small):
    for content in ("[]", "{}", '{"tokens_a_second": 1}', "{"):
        (tmp_path / "speeds.json").write_text(content)
        with pytest.raises(UserError, match="speeds.json"):
            speeds(["gru"], BASE, small, tmp_path)


def _measured(names, *_):
    assert names == ["lstm"]
    return {"lstm": 1.0}


@pytest.mark.slow
def test_the_command_trains_and_prints_all_tables(own_text, tmp_path):
    arguments = ["--corpus", own_text, "--preset", "tiny", "--minutes", "0", "--epochs", "1"]
    result = run_command("benchmarks.controls", *arguments, "--contenders", "gru", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "after 1 epoch of training" in result.stdout
    assert "time of a step in LiteRT" in result.stdout
    measured = tmp_path / "runs" / "controls" / "gru-1-epoch" / "measured.json"
    assert json.loads(measured.read_text())["epochs"] == 1


RECORD = {
    "units": 216,
    "parameters": 2_521_000,
    "epochs": 12.3456,
    "validation_perplexity": 51.234,
    "test": {"perplexity": 55.5, "top1": 0.215, "top3": 0.35, "keystroke_savings": 0.497},
}


def test_the_tables_have_a_row_for_each_network():
    quality = quality_table(Budget(30, "minutes"), {"gru": RECORD})
    assert quality.title == "after 30 minutes of training"
    shown = ["GRU", "12.3", "51.23", "55.50", "21.50%", "35.00%", "49.70%"]
    assert [cell.value for cell in quality.rows[0]] == shown
    assert len(quality.columns) == len(shown)
    costs = {"gru": {"float32": Cost(10_000_000, 91.2)}}
    (row,) = cost_table({"gru": RECORD}, {"gru": 12_345.6}, costs).rows
    shown = ["GRU", "216", "2,521,000", "12,346", "10.0", "91", "–", "–"]
    assert [cell.value for cell in row] == shown


def test_a_budget_is_named():
    assert [str(Budget(*each)) for each in ((1, "epochs"), (0.5, "minutes"), (10, "epochs"))] == [
        "1 epoch",
        "0.5 minutes",
        "10 epochs",
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--minutes", "0", "--epochs", "0"], "both 0; set at least one"),
        (["--minutes", "-1"], "must be between 0 and 100000"),
        (["--minutes", "nan"], "must be between 0 and 100000"),
        (["--preset", "keybord"], "did you mean 'keyboard'"),
        (["--contenders", "gur"], "invalid choice: 'gur'"),
        (["--corpus", "no-such-file.txt"], "no-such-file.txt"),
    ],
)
def test_unusable_arguments_are_refused(arguments, complaint, tmp_path):
    result = run_command("benchmarks.controls", *arguments, cwd=tmp_path)
    assert complaint in one_line(result)
    assert not (tmp_path / "runs").exists()
