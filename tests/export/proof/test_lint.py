"""Each lint rule, tested with an artifact that breaks it."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from export.copies.manifest import TAIL_FILE
from export.copies.tfjs_files import GraphModel, read_tfjs, write_tfjs
from export.copies.tflite_files import BuiltinOperator, Tflite, schema
from export.proof.lint import lint, main
from export.proof.lint_saved_model import read_graph
from export.proof.lint_tfjs import fusion_problems, operation_problems
from tests.exports import change_manifest
from training.common.errors import UserError
from training.common.files import write_json


def problems(folder: Path, file: str) -> list[str]:
    return [finding.problem for finding in lint(folder) if finding.file == file]


def rewrite_tflite(path: Path, change) -> None:
    model = Tflite.read(path)
    change(model)
    path.write_bytes(model.packed())


def replace_operator(model: Tflite, builtin: int, custom: bytes | None = None) -> None:
    """Replace the first reciprocal square root with another operator."""
    codes = [model.code_of(operator) for operator in model.operators]
    place = codes.index(BuiltinOperator.RSQRT)
    old = model.operators[place]
    new = model.operation(builtin, list(old.inputs), list(old.outputs), 1)
    model.model.operatorCodes[-1].customCode = custom
    model.operators[place] = new


def add_constant(model: Tflite, data: np.ndarray) -> None:
    buffer = schema.BufferT()
    buffer.data = data.view(np.uint8).ravel()
    model.model.buffers.append(buffer)


def test_a_fresh_export_has_no_problems(exported):
    assert lint(exported) == []


# -- LiteRT ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("builtin", "custom", "complaint"),
    [
        (BuiltinOperator.CUSTOM, b"FlexRsqrt", "Flex operation FlexRsqrt"),
        (BuiltinOperator.CUSTOM, b"MyRsqrt", "custom operation MyRsqrt"),
        (BuiltinOperator.WHILE, None, "control flow (WHILE)"),
        (BuiltinOperator.ASSIGN_VARIABLE, None, "resource variable (ASSIGN_VARIABLE)"),
    ],
)
@pytest.mark.parametrize("file", ["model.tflite", "model-float32.tflite"])
def test_operations_that_a_phone_lacks_are_found(breakable, file, builtin, custom, complaint):
    rewrite_tflite(breakable / file, lambda model: replace_operator(model, builtin, custom))
    assert any(problem.startswith(complaint) for problem in problems(breakable, file))


@pytest.mark.parametrize("file", ["model.tflite", "model-float32.tflite"])
def test_a_version_that_older_runtimes_lack_is_found(breakable, file):
    def change(model: Tflite) -> None:
        (layer, *_) = model.operators_of(BuiltinOperator.FULLY_CONNECTED)
        model.set_version(layer, 12)

    rewrite_tflite(breakable / file, change)
    found = problems(breakable, file)
    assert "FULLY_CONNECTED version 12: not tested in TensorFlow Lite 2.12.0" in found


def test_a_version_that_older_runtimes_lack_is_found_even_if_unused(breakable):
    # A runtime resolves every operation that a file lists.
    def change(model: Tflite) -> None:
        model.operation(BuiltinOperator.EMBEDDING_LOOKUP, [], [], 4)

    rewrite_tflite(breakable / "model.tflite", change)
    found = problems(breakable, "model.tflite")
    assert "EMBEDDING_LOOKUP version 4: not tested in TensorFlow Lite 2.12.0" in found


def test_a_matrix_with_a_scale_for_each_row_is_found(breakable):
    def change(model: Tflite) -> None:
        matrix = int(model.operators_of(BuiltinOperator.FULLY_CONNECTED)[0].inputs[1])
        tensor = model.tensors[matrix]
        tensor.quantization.scale = [1.0] * int(tensor.shape[0])
        tensor.quantization.zeroPoint = [0] * int(tensor.shape[0])

    rewrite_tflite(breakable / "model.tflite", change)
    assert any("reads only the first" in found for found in problems(breakable, "model.tflite"))


def test_a_variable_tensor_is_found(breakable):
    def change(model: Tflite) -> None:
        model.tensors[-1].isVariable = True

    rewrite_tflite(breakable / "model.tflite", change)
    assert any("variable tensor" in problem for problem in problems(breakable, "model.tflite"))


def test_a_state_that_is_handed_back_in_its_own_memory_is_found(breakable):
    def change(model: Tflite) -> None:
        model.graph.outputs = [model.graph.outputs[0], model.graph.inputs[0]]

    rewrite_tflite(breakable / "model.tflite", change)
    assert any("both an input and" in problem for problem in problems(breakable, "model.tflite"))


@pytest.mark.parametrize("file", ["model.tflite", "model-float32.tflite"])
def test_a_second_table_in_a_tflite_file_is_found(breakable, file):
    def change(model: Tflite) -> None:
        constants = [model.data(index) for index in range(len(model.tensors))]
        largest = max((data for data in constants if data is not None), key=len)
        add_constant(model, largest)

    rewrite_tflite(breakable / file, change)
    assert any("twice" in problem for problem in problems(breakable, file))


def test_a_tflite_file_without_its_table_is_found(breakable):
    def change(model: Tflite) -> None:
        buffers = model.model.buffers
        max(buffers, key=lambda b: 0 if b.data is None else len(b.data)).data = None

    rewrite_tflite(breakable / "model-float32.tflite", change)
    found = problems(breakable, "model-float32.tflite")
    assert any("weights are missing" in problem for problem in found)


def test_a_damaged_tflite_file_is_a_finding_and_no_crash(breakable):
    (breakable / "model.tflite").write_bytes(b"nothing")
    assert any(
        "not a TensorFlow Lite" in problem for problem in problems(breakable, "model.tflite")
    )


@pytest.mark.parametrize("file", ["model.tflite", "model-float32.tflite"])
def test_a_tflite_file_without_its_digest_is_found(breakable, file):
    rewrite_tflite(breakable / file, lambda _model: None)
    assert any("it has no digest" in problem for problem in problems(breakable, file))


def test_facts_in_a_tflite_file_that_the_manifest_denies_are_found(breakable):
    change_manifest(breakable, lambda manifest: manifest.update(name="another"))
    for file in ("model.tflite", "model-float32.tflite"):
        (problem,) = problems(breakable, file)
        assert problem == "its name is 'tiny', but the manifest says 'another'"


def test_another_vocabulary_beside_a_tflite_file_is_found(breakable):
    path = breakable / "vocabulary.txt"
    path.write_text(path.read_text() + "zzz\n")
    found = problems(breakable, "model.tflite")
    assert "its vocabulary differs from vocabulary.txt" in found


def test_other_tail_words_beside_a_tflite_file_are_found(breakable):
    path = breakable / TAIL_FILE
    path.write_bytes(path.read_bytes()[:-1])
    assert "its tail words differ from tail.bin" in problems(breakable, "model.tflite")
    path.unlink()
    assert "its tail words differ from tail.bin" in problems(breakable, "model.tflite")


def test_a_manifest_with_another_number_of_tail_words_is_found(breakable):
    change_manifest(breakable, lambda manifest: manifest.update(tail_words=1))
    found = problems(breakable, "model.tflite")
    assert found == ["it does not have as many tail words as the manifest says"]


# -- TensorFlow.js ---------------------------------------------------------------------------------


def graph_model(*nodes: dict[str, Any], **weights: np.ndarray) -> GraphModel:
    return GraphModel({"modelTopology": {"node": list(nodes)}}, weights)


def fused(*operations: str, bias: str = "bias") -> dict[str, Any]:
    encoded = [base64.b64encode(name.encode()).decode() for name in operations]
    return {
        "op": "_FusedMatMul",
        "name": "product",
        "input": ["a", "b", bias],
        "attr": {"fused_ops": {"list": {"s": encoded}}},
    }


BIAS = {"op": "Const", "name": "bias"}


@pytest.mark.parametrize(
    ("operation", "complaint"),
    [
        ("FlexTanh", "Flex operation"),
        ("MyTanh", "custom operation"),
        ("StatelessWhile", "control flow"),
        ("TensorListReserve", "control flow"),
        ("ReadVariableOp", "resource variable"),
    ],
)
def test_operations_that_a_page_lacks_are_found(operation, complaint):
    model = graph_model({"op": "MatMul", "name": "a"}, {"op": operation, "name": "b"})
    (problem,) = operation_problems(model)
    assert problem.startswith(complaint)


def test_a_fused_tanh_is_found():
    model = graph_model(BIAS, fused("BiasAdd", "Tanh"), bias=np.zeros(4, np.float32))
    (problem,) = fusion_problems(model)
    assert "Tanh" in problem


def test_a_fused_bias_of_rank_three_is_found():
    model = graph_model(BIAS, fused("BiasAdd"), bias=np.zeros((1, 1, 4), np.float32))
    (problem,) = fusion_problems(model)
    assert "rank 3" in problem


def test_a_fused_bias_that_is_computed_is_found():
    model = graph_model({"op": "Add", "name": "sum"}, fused("BiasAdd", bias="sum"))
    assert list(fusion_problems(model))


def test_a_fused_bias_of_rank_one_with_relu_is_fine():
    model = graph_model(BIAS, fused("BiasAdd", "Relu"), bias=np.zeros(4, np.float32))
    assert list(fusion_problems(model)) == []


def test_a_page_operation_is_found_in_the_file(breakable):
    path = breakable / "tfjs" / "model.json"
    path.write_text(path.read_text().replace('"op": "Rsqrt"', '"op": "MyRsqrt"'))
    assert any("MyRsqrt" in problem for problem in problems(breakable, "tfjs"))


def test_a_second_table_in_the_page_model_is_found(breakable):
    model = read_tfjs(breakable / "tfjs")
    words = model.constant("words")
    assert words is not None
    twice = GraphModel(model.description, {**model.weights, "again": words})
    write_tfjs(twice, breakable / "tfjs", lambda _name, shape: len(shape) == 2)
    assert any("twice" in problem for problem in problems(breakable, "tfjs"))


def test_a_page_model_that_is_not_quantised_is_found(breakable):
    model = read_tfjs(breakable / "tfjs")
    write_tfjs(model, breakable / "tfjs", lambda _name, _shape: False)
    assert any("the parameters need" in problem for problem in problems(breakable, "tfjs"))


def test_missing_page_weights_are_a_finding_and_no_crash(breakable):
    (breakable / "tfjs" / "group1-shard1of1.bin").unlink()
    assert any("cannot be read" in problem for problem in problems(breakable, "tfjs"))


# -- SavedModel ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "complaint"),
    [
        ("MyRsqrt", "custom operation MyRsqrt"),
        ("StatelessWhile", "control flow (StatelessWhile)"),
        ("AssignVariableOp", "resource variable written by AssignVariableOp"),
    ],
)
def test_operations_that_a_server_lacks_are_found(breakable, operation, complaint):
    path = breakable / "saved_model" / "saved_model.pb"
    graph = read_graph(path.parent)
    for function in graph.graph_def.library.function:
        for node in function.node_def:
            node.op = operation if node.op == "Rsqrt" else node.op
    from tensorflow.core.protobuf import saved_model_pb2

    model = saved_model_pb2.SavedModel(saved_model_schema_version=1, meta_graphs=[graph])
    from export.proof.lint_saved_model import operation_problems as saved_model_problems

    assert any(p.startswith(complaint) for p in saved_model_problems(model.meta_graphs[0]))


def test_a_second_table_in_the_saved_model_is_found(breakable):
    (path,) = (breakable / "saved_model" / "variables").glob("*.data-*")
    path.write_bytes(path.read_bytes() * 2)
    assert any("twice" in problem for problem in problems(breakable, "saved_model"))


# -- the manifest ----------------------------------------------------------------------------------


@pytest.mark.parametrize("artifact", ["saved_model", "model.tflite", "tfjs"])
@pytest.mark.parametrize("side", ["inputs", "outputs"])
def test_another_order_of_tensors_than_the_manifest_has_is_found(breakable, artifact, side):
    change_manifest(breakable, lambda manifest: manifest["artifacts"][artifact][side].reverse())
    (problem,) = problems(breakable, "manifest.json")
    assert problem.startswith(f"the {side} of {artifact} differ")


def test_tensors_that_change_places_in_the_file_are_found(breakable):
    def change(model: Tflite) -> None:
        model.graph.inputs = list(model.graph.inputs)[::-1]

    rewrite_tflite(breakable / "model.tflite", change)
    found = problems(breakable, "manifest.json")
    assert any(problem.startswith("the inputs of model.tflite differ") for problem in found)


def test_changed_missing_and_unlisted_files_are_found(breakable):
    (breakable / "vocabulary.txt").write_text("other\n")
    (breakable / "golden.json").unlink()
    (breakable / "notes.txt").write_text("mine\n")
    found = problems(breakable, "manifest.json")
    assert "vocabulary.txt was changed after the export" in found
    assert "golden.json is missing" in found
    assert "notes.txt is not listed" in found


def test_a_wrong_number_of_parameters_is_found(breakable):
    change_manifest(breakable, lambda manifest: manifest["network"].update(parameters=7))
    assert any(
        problem.startswith("7 parameters") for problem in problems(breakable, "manifest.json")
    )


def test_an_edited_manifest_is_refused(breakable):
    manifest = json.loads((breakable / "manifest.json").read_text())
    manifest["network"]["units"] += 1
    write_json(breakable / "manifest.json", manifest)
    with pytest.raises(UserError, match="changed after the export"):
        lint(breakable)


def test_the_command_says_what_is_wrong_and_fails(breakable, capsys):
    (breakable / "notes.txt").write_text("mine\n")
    assert main(["--exported", str(breakable)]) == 1
    assert "notes.txt is not listed" in capsys.readouterr().out
