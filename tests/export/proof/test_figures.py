import dataclasses
import math
import shutil

import numpy as np
import pytest

from export.copies.keras_weights import keras_model
from export.copies.manifest import read_manifest
from export.copies.tfjs_files import network_weights, read_tfjs
from export.proof import figures as figures_module
from export.proof.figures import documents_of, finished_figures, measured, tfjs_figures
from training.network.run import Run


@pytest.fixture(scope="module")
def page_weights_in_keras(exported):
    network = read_manifest(exported)["network"]
    shape = network["layers"], network["units"], network["activation"]
    return keras_model(network_weights(read_tfjs(exported / "tfjs"), *shape))


def test_documents_are_cut_off_at_the_wanted_number_of_tokens(prepared):
    first = int(prepared.starts("test")[1])
    documents = documents_of(prepared, tokens=first + 3)
    assert [len(document) for document in documents] == [first, 3]
    np.testing.assert_array_equal(np.concatenate(documents), prepared.ids("test")[: first + 3])


def test_documents_of_a_short_part_are_all_of_it(prepared):
    documents = documents_of(prepared, tokens=10**9)
    assert sum(map(len, documents)) == prepared.tokens("test")


def test_the_page_is_measured_as_keras_measures_its_weights(
    exported, prepared, page_weights_in_keras
):
    figures = tfjs_figures(page_weights_in_keras, exported, documents_of(prepared, tokens=500))
    assert figures["tokens"] == 500
    assert 0 < figures["top1"] < figures["top3"] < 1
    assert math.isclose(figures["perplexity"], figures["float32_perplexity"], rel_tol=1e-5)


def without(prepared, *parts):
    """The same text with only some of its parts."""
    left = {part: counts for part, counts in prepared.counts.items() if part not in parts}
    return dataclasses.replace(prepared, counts=left)


def test_a_text_without_a_test_part_is_measured_on_its_validation_part(
    trained, exported, prepared, monkeypatch
):
    monkeypatch.setattr(figures_module, "tfjs_figures", lambda *_: {"perplexity": 2.0})
    found = measured(trained, trained.model(), exported, without(prepared, "test"))
    assert found.keys() == {"float32", "model.tflite", "tfjs"}
    assert {figures["part"] for figures in found.values()} == {"valid"}
    assert found["float32"]["tokens"] == prepared.tokens("valid")


def test_figures_of_other_weights_are_not_taken_for_the_run_s(trained, tmp_path):
    run = Run(shutil.copytree(trained.folder, tmp_path / "tiny"))
    known = finished_figures(run, "test")
    assert known and known["perplexity"] == (run.metrics or {})["perplexity"]
    assert "weights_sha256" not in known and finished_figures(run, "valid") is None
    run.save_weights({name: 2 * array for name, array in run.weights().items()})
    assert finished_figures(run, "test") is None


def test_a_text_without_a_held_out_part_has_no_figures(trained, exported, prepared):
    assert measured(trained, None, exported, without(prepared, "test", "valid")) == {}
