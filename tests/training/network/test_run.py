import contextlib
import shutil

import numpy as np
import pytest

from training.common.errors import UserError
from training.common.files import write_json
from training.network.run import Run, assign_weights


def copy_of(run: Run, folder) -> Run:
    shutil.copytree(run.folder, folder / run.name)
    return Run(folder / run.name)


def test_a_folder_without_a_run_is_not_trained(tmp_path):
    run = Run(tmp_path / "none")
    assert not run.exists and not run.trained
    with pytest.raises(UserError, match="make train"):
        run.required()


def test_the_model_of_a_run_has_its_weights(trained):
    model = trained.model()
    for variable in model.trainable_variables:
        np.testing.assert_array_equal(variable.numpy(), trained.weights()[variable.path])


def test_training_made_the_model_better_than_unigrams(trained, prepared):
    counts = np.bincount(prepared.ids("train"), minlength=len(prepared.vocabulary)) + 1
    share = counts / counts.sum()
    test = np.asarray(prepared.ids("test"))
    assert trained.metrics["perplexity"] < 0.7 * np.exp(-np.log(share[test]).mean())


def test_no_bit_of_what_names_the_arrays_of_weights_leads_to_another_error(trained, tmp_path):
    run = copy_of(trained, tmp_path)
    path = run.folder / "weights.npz"
    content = path.read_bytes()
    directory = content.rindex(b"PK\x01\x02")
    for place in range(8 * directory, 8 * len(content), 3):
        damaged = bytearray(content)
        damaged[place // 8] ^= 1 << place % 8
        path.write_bytes(damaged)
        with contextlib.suppress(UserError):
            run.weights()


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_damaged_weights_are_refused(trained, tmp_path, damage):
    run = copy_of(trained, tmp_path)
    path = run.folder / "weights.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content[: len(content) // 2] if damage == "cut" else content)
    with pytest.raises(UserError, match="weights.npz is damaged"):
        run.weights()


def test_weights_of_another_shape_are_refused(trained, tmp_path):
    model, arrays = trained.model(), trained.weights()
    name = next(iter(arrays))
    arrays[name] = arrays[name][..., :-1]
    with pytest.raises(UserError, match="does not match"):
        assign_weights(model, arrays, tmp_path)


def test_history_ends_with_the_best_perplexity_or_later(trained):
    history = trained.history()
    assert history[-1]["validation_perplexity"] < history[0]["validation_perplexity"] * 1.1


@pytest.mark.parametrize("change", [{"format": 1}, {"format": None}])
def test_a_run_of_another_format_is_refused_with_what_to_do(tmp_path, change):
    run = Run(tmp_path / "old")
    run.update_information(segmentation="message")
    write_json(run.folder / "run.json", {**run.information, **change})
    with pytest.raises(UserError, match=r"run\.json has an unsupported format; to start over"):
        _ = run.information


@pytest.mark.parametrize("change", [{}, {"prepared": 5}, {"prepared": None}, {"prepared": ["a"]}])
def test_a_run_whose_information_lacks_an_entry_is_refused_with_what_to_do(tmp_path, change):
    run = Run(tmp_path / "mine")
    write_json(run.folder / "run.json", {"format": 2, **change})
    with pytest.raises(UserError, match=r"run\.json is damaged; to start over"):
        _ = run.information["prepared"]
