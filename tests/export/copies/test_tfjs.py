import json

import numpy as np
import pytest

from export.copies.errors import ExportError
from export.copies.tfjs import write_graph_model
from export.copies.tfjs_files import GraphModel, network_weights, read_tfjs, write_tfjs
from export.proof.lint_tfjs import fusion_problems, operation_problems
from tests.export.networks import random_network, untrained
from training.common.errors import UserError

# The minimum for a graph model.
GRAPH = {"modelTopology": {"node": [{"name": "x"}]}, "signature": {"inputs": {}}}


def always(_name, _shape):
    return True


def test_eight_bits_keep_a_weight_within_half_a_step(tmp_path):
    array = np.random.default_rng(1).uniform(-3, 2, (40, 30)).astype(np.float32)
    write_tfjs(GraphModel(GRAPH, {"a": array}), tmp_path, always)
    again = read_tfjs(tmp_path).weights["a"]
    assert (tmp_path / "group1-shard1of1.bin").stat().st_size == array.size
    assert np.abs(again - array).max() <= np.abs(array).max() / 127 / 2 + 1e-6


def test_zero_stays_zero_in_eight_bits(tmp_path):
    array = np.array([[0, 1, -0.3], [0.2, 0, 0]], np.float32)
    write_tfjs(GraphModel(GRAPH, {"a": array}), tmp_path, always)
    assert (read_tfjs(tmp_path).weights["a"][array == 0] == 0).all()


def test_weights_that_are_not_quantised_keep_every_bit(tmp_path):
    weights = {
        "float": np.array([1.1, 2.2], np.float32),
        "axis": np.array(-1, np.int32),
        "matrix": np.array([[0.1, 0.7]], np.float32),
    }
    write_tfjs(GraphModel({**GRAPH, "format": "x"}, weights), tmp_path, lambda _name, _shape: False)
    again = read_tfjs(tmp_path)
    assert again.description["format"] == "x"
    for name, array in weights.items():
        np.testing.assert_array_equal(again.weights[name], array)
        assert again.weights[name].dtype == array.dtype


def test_a_weight_file_of_another_length_is_refused_in_words(tmp_path):
    write_tfjs(GraphModel(GRAPH, {"a": np.zeros((2, 2), np.float32)}), tmp_path, always)
    with (tmp_path / "group1-shard1of1.bin").open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(UserError, match="bytes"):
        read_tfjs(tmp_path)


def test_a_folder_without_a_graph_is_refused_in_words(tmp_path):
    write_tfjs(GraphModel({}, {"a": np.zeros((2, 2), np.float32)}), tmp_path, always)
    with pytest.raises(UserError, match="modelTopology"):
        read_tfjs(tmp_path)


def test_weights_without_a_table_are_refused_in_words():
    with pytest.raises(UserError, match="words"):
        network_weights(GraphModel({}, {}), 2, 16, "tanh")


@pytest.mark.parametrize(
    "weights",
    [
        untrained(random_network(vocabulary=40, activation="tanh")),
        random_network(vocabulary=40, embedding=8, layers=1, activation="relu6"),
    ],
    ids=["zero biases", "projection"],
)
def test_unusual_networks_convert_to_operations_that_tensorflow_js_has(weights, tmp_path):
    write_graph_model(weights, tmp_path / "tfjs")
    model = read_tfjs(tmp_path / "tfjs")
    assert [*operation_problems(model), *fusion_problems(model)] == []
    again = network_weights(model, len(weights.layers), weights.units, weights.activation)
    for before, after in zip(weights.folded().arrays(), again.arrays(), strict=True):
        largest = np.abs(before).max(axis=0)
        assert (np.abs(before - after) <= largest / 127).all() or before.ndim == 2
        assert np.abs(before - after).max() <= np.abs(before).max() / 127


def test_a_converter_that_fails_is_told_in_one_line(tmp_path, monkeypatch):
    reason = "OSError: [Errno 28] No space left on device"
    monkeypatch.setattr(
        "export.copies.tfjs.CONVERTER", "raise OSError(28, 'No space left on device')"
    )
    with pytest.raises(ExportError) as raised:
        write_graph_model(random_network(), tmp_path / "tfjs")
    assert str(raised.value) == f"the TensorFlow.js converter failed: {reason}"
    assert not (tmp_path / "tfjs").exists()


def test_biases_and_scales_are_float_and_matrices_are_not(exported):
    description = json.loads((exported / "tfjs" / "model.json").read_text())
    for group in description["weightsManifest"]:
        for weight in group["weights"]:
            assert ("quantization" in weight) == (len(weight["shape"]) == 2), weight["name"]


@pytest.mark.parametrize("embedding", [8, 16])
def test_only_a_norm_before_the_shared_table_has_a_scale_of_its_own(embedding, tmp_path):
    write_graph_model(random_network(embedding=embedding, units=16), tmp_path / "tfjs")
    model = read_tfjs(tmp_path / "tfjs")
    assert model.constant("words_scales") is not None
    assert model.constant("layer_1_norm_scale") is None
    assert (model.constant("final_scale") is None) == (embedding == 8)


def test_the_table_lies_with_words_as_columns(exported):
    model = read_tfjs(exported / "tfjs")
    words = model.constant("words")
    assert words is not None and words.shape[0] < words.shape[1]
    assert "transpose" not in {node["op"].lower() for node in model.nodes}
