import numpy as np
import pytest

from export.copies.keras_weights import keras_model
from export.copies.saved_model import write_saved_model
from export.copies.tflite import write_float32, write_int8
from export.copies.tflite_files import Tflite
from export.proof.runtimes import open_saved_model, step_model
from tests.export.networks import random_network, untrained
from training.common.errors import UserError

IDS = np.array([0, 5, 3, 3, 8, 2, 0, 7], np.int32)


@pytest.fixture(scope="module")
def network():
    return random_network(vocabulary=300, embedding=32, units=48, layers=2)


@pytest.fixture(scope="module")
def files(network, tmp_path_factory):
    return converted(network, tmp_path_factory.mktemp("tflite"))


def converted(weights, folder):
    write_saved_model(weights, folder / "saved_model")
    write_float32(folder / "saved_model", folder / "model-float32.tflite")
    write_int8(folder / "saved_model", folder / "model.tflite")
    return folder


def keras_logits(weights):
    model = keras_model(weights)
    return model.run(IDS, model.zero_state())[0]


def opened(path):
    return step_model(path.read_bytes())


def logits_of(model):
    return model.run(IDS, model.zero_state())[0]


def test_the_saved_model_computes_what_keras_computes(network, files):
    model = open_saved_model(files / "saved_model")
    np.testing.assert_allclose(logits_of(model), keras_logits(network), atol=5e-5)


def test_the_float_file_computes_what_keras_computes(network, files):
    model = opened(files / "model-float32.tflite")
    np.testing.assert_allclose(logits_of(model), keras_logits(network), atol=5e-5)


def test_the_int8_file_is_close_to_keras(network, files):
    expected = keras_logits(network)
    difference = np.abs(logits_of(opened(files / "model.tflite")) - expected).max()
    assert 0 < difference < 0.15 * expected.std()


@pytest.mark.parametrize(
    "weights",
    [
        untrained(random_network(vocabulary=300, embedding=32, units=32)),
        random_network(vocabulary=32, embedding=32, units=32),
        random_network(vocabulary=9, embedding=32, units=32, layers=1, activation="relu6"),
    ],
    ids=["zero biases", "as many words as units", "nine words"],
)
def test_unusual_networks_convert_too(weights, tmp_path):
    folder = converted(weights, tmp_path)
    expected = keras_logits(weights)
    exact = logits_of(opened(folder / "model-float32.tflite"))
    rounded = logits_of(opened(folder / "model.tflite"))
    np.testing.assert_allclose(exact, expected, atol=5e-5)
    assert np.abs(rounded - expected).max() < 0.15 * expected.std()


@pytest.mark.parametrize("file", ["model-float32.tflite", "model.tflite"])
def test_the_shared_table_is_stored_once(files, file):
    model = Tflite.read(files / file)
    shapes = [
        list(tensor.shape)
        for index, tensor in enumerate(model.tensors)
        if model.data(index) is not None
    ]
    assert shapes.count([300, 32]) == 1
    assert [32, 300] not in shapes


def test_the_int8_table_has_a_scale_for_each_word(files):
    model = Tflite.read(files / "model.tflite")
    (table,) = [tensor for tensor in model.tensors if list(tensor.shape) == [300, 32]]
    assert len(table.quantization.scale) == 300


def test_a_file_that_is_no_model_is_refused_in_words(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(b"\0" * 100)
    with pytest.raises(UserError, match="not a TensorFlow Lite"):
        Tflite.read(path)


def test_a_file_cut_short_is_refused_in_words(files, tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes((files / "model.tflite").read_bytes()[:3000])
    with pytest.raises(UserError, match="not a TensorFlow Lite"):
        Tflite.read(path)


def test_constants_stand_at_multiples_of_sixteen_bytes(files):
    data = (files / "model.tflite").read_bytes()
    model = Tflite.of(data)
    constants = [model.data(index) for index in range(len(model.tensors))]
    large = [constant.tobytes() for constant in constants if constant is not None]
    assert all(data.index(constant) % 16 == 0 for constant in large if len(constant) > 256)
