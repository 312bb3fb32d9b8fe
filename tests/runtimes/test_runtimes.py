"""Both `.tflite` files in the older runtimes that apps still use, judged as in `make verify`."""

import numpy as np
import pytest

from export.build import SELF_TEST_TOLERANCES
from export.copies.manifest import read_manifest
from export.copies.packing import read_packed
from export.copies.tflite_files import BuiltinOperator, Tflite
from export.proof.comparison import (
    LEAST_AGREEMENT,
    compare_calls,
    compare_floats,
    compare_rounded,
)
from export.proof.replay import replay
from export.proof.runtimes import open_tflite
from tests.runtimes.older_runtime import NAMES, OlderRuntime, RefusedError

INT8, FLOAT32 = "model.tflite", "model-float32.tflite"
CALLED_WORDS = 64


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def int8(name, shipped):
    with OlderRuntime(name, shipped / INT8) as model:
        yield model


@pytest.fixture(scope="module")
def float32(name, shipped):
    with OlderRuntime(name, shipped / FLOAT32) as model:
        yield model


def failed(checks):
    return {key: check for key, check in checks.items() if not check.holds}


def test_the_float_file_computes_what_keras_computes(float32, golden, vocabulary):
    checks = compare_floats(replay(float32, vocabulary, golden), golden)
    assert failed(checks) == {}


def test_the_int8_file_predicts_held_out_text_as_well_as_keras(int8, golden):
    assert failed(compare_rounded(int8, golden)) == {}


def test_nothing_is_kept_between_calls(int8, float32, golden):
    ids = golden["trace"]["ids"][:CALLED_WORDS]
    assert compare_calls(int8, ids).holds
    assert compare_calls(float32, ids).holds


def test_the_int8_file_repeats_the_trace_of_the_present_runtime(int8, shipped, golden):
    ids = np.array(golden["trace"]["ids"], np.int32)
    present = open_tflite(shipped / INT8)
    found, expected = (model.run(ids, model.zero_state())[0] for model in (int8, present))
    assert np.abs(found - expected).max() <= SELF_TEST_TOLERANCES[INT8]
    assert (found.argmax(1) == expected.argmax(1)).mean() >= LEAST_AGREEMENT


def test_the_int8_file_prefers_the_words_of_the_golden_trace(int8, golden):
    trace = golden["trace"]
    logits, _ = int8.run(np.array(trace["ids"], np.int32), int8.zero_state())
    likeliest = [top[0] for top in trace["top_ids"]]
    assert (logits.argmax(1) == likeliest).mean() >= LEAST_AGREEMENT


def test_the_self_test_of_the_file_passes(int8, shipped):
    test = read_packed(shipped / INT8).self_test
    logits, _ = int8.run(test.ids, int8.zero_state())
    found = np.take_along_axis(logits, test.top_ids, axis=1)
    np.testing.assert_allclose(found, test.logits, atol=test.tolerance)


def test_inputs_and_outputs_have_the_order_of_the_manifest(int8, shipped):
    named = read_manifest(shipped)["artifacts"][INT8]
    assert [tensor["name"] for tensor in named["inputs"]] == ["state", "token"]
    assert int8.inputs == [tensor["shape"] for tensor in named["inputs"]]
    assert int8.outputs == [tensor["shape"] for tensor in named["outputs"]]


def test_the_runtime_is_the_one_that_its_environment_is_named_after(name, int8):
    modules = {"tflite": "tflite_runtime", "tensorflow": "tensorflow", "litert": "ai_edge_litert"}
    assert int8.module.split(".")[0] == modules[name.split("-")[0]]


def test_the_oldest_runtime_refuses_the_operations_of_the_converter(shipped, tmp_path):
    model = Tflite.read(shipped / INT8)
    for layer in model.operators_of(BuiltinOperator.FULLY_CONNECTED):
        model.set_version(layer, 12)
    path = tmp_path / INT8
    path.write_bytes(model.packed())
    with pytest.raises(RefusedError, match="FULLY_CONNECTED' version '12'"):
        OlderRuntime("tflite-runtime-2.14", path)
