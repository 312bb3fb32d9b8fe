import dataclasses

import numpy as np
import pytest

from export.copies import tflite
from export.copies.keras_weights import keras_model
from export.copies.saved_model import write_saved_model
from export.copies.tflite import write_float32, write_int8
from export.copies.tflite_files import BuiltinOperator, TensorType, Tflite
from export.proof.lint_tflite import runtime_problems
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


def with_rows_of_zeros(weights):
    """`weights` with a unit and a word whose weights are zero, and a unit with tiny weights."""
    layer = weights.layers[0]
    kernel, recurrent_kernel = layer.kernel.copy(), layer.recurrent_kernel.copy()
    words = weights.words.copy()
    kernel[:, 3] = recurrent_kernel[:, 3] = words[7] = 0
    kernel[:, 4] *= np.float32(1e-44)
    layer = dataclasses.replace(layer, kernel=kernel, recurrent_kernel=recurrent_kernel)
    return dataclasses.replace(weights, words=words, layers=(layer, *weights.layers[1:]))


@pytest.mark.parametrize(
    "weights",
    [
        untrained(random_network(vocabulary=300, embedding=32, units=32)),
        random_network(vocabulary=32, embedding=32, units=32),
        random_network(vocabulary=9, embedding=32, units=32, layers=1, activation="relu6"),
        random_network(vocabulary=100, embedding=16, units=16),
        random_network(vocabulary=20, embedding=16, units=64, activation="sigmoid"),
        with_rows_of_zeros(random_network(vocabulary=300, embedding=32, units=32)),
    ],
    ids=[
        "zero biases",
        "as many words as units",
        "nine words",
        "only the table in int8",
        "all but the table in int8",
        "rows of zeros",
    ],
)
def test_unusual_networks_convert_too(weights, tmp_path):
    folder = converted(weights, tmp_path)
    for file in ("model-float32.tflite", "model.tflite"):
        assert list(runtime_problems(Tflite.read(folder / file))) == []
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


@pytest.fixture(scope="module")
def from_converter(files, tmp_path_factory):
    """The int8 model as the converter writes it."""
    path = tmp_path_factory.mktemp("converter") / "model.tflite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tflite, "adapt_to_older_runtimes", lambda _model: None)
        write_int8(files / "saved_model", path)
    return Tflite.read(path)


def test_matrices_scales_and_biases_are_those_of_the_converter(files, from_converter):
    adapted = Tflite.read(files / "model.tflite")
    layers = from_converter.operators_of(BuiltinOperator.FULLY_CONNECTED)
    assert len(layers) == 6
    for layer, other in zip(
        layers, adapted.operators_of(BuiltinOperator.FULLY_CONNECTED), strict=True
    ):
        (multiply,) = [each for each in adapted.operators if other.outputs[0] in each.inputs]
        matrix, found = int(layer.inputs[1]), int(other.inputs[1])
        scales = adapted.float_data(int(multiply.inputs[1]))[0]
        np.testing.assert_array_equal(adapted.data(found), from_converter.data(matrix))
        assert list(adapted.tensors[found].quantization.scale) == [1]
        assert list(scales) == list(from_converter.tensors[matrix].quantization.scale)
        if layer.inputs[2] >= 0:
            biases = adapted.float_data(int(other.inputs[2])) * scales
            expected = from_converter.float_data(int(layer.inputs[2]))
            np.testing.assert_allclose(biases, expected, rtol=3e-7)


def test_the_converter_uses_operations_that_older_runtimes_lack(from_converter):
    assert [problem.split(":")[0] for problem in runtime_problems(from_converter)][:1] == [
        "FULLY_CONNECTED version 12"
    ]


def test_scales_of_words_are_stored_once(files):
    model = Tflite.read(files / "model.tflite")
    buffers = [
        tensor.buffer
        for tensor in model.tensors
        if tensor.type == TensorType.FLOAT32 and list(tensor.shape) in ([300, 1], [1, 300])
    ]
    large = [buffer for buffer in buffers if model.model.buffers[buffer].data is not None]
    assert len(large) == 2 and len(set(large)) == 1


def test_the_size_of_a_keyboard_model_leaves_room_for_its_vocabulary(tmp_path):
    weights = random_network(vocabulary=10_000, embedding=192, units=384, activation="relu6")
    write_saved_model(weights, tmp_path / "saved_model")
    write_int8(tmp_path / "saved_model", tmp_path / "model.tflite")
    assert (tmp_path / "model.tflite").stat().st_size < 3_000_000 - 200_000


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
