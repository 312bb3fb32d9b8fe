import dataclasses
import hashlib
import json

import pytest

from export.copies.manifest import (
    canonical,
    digest_of,
    figures,
    listed_files,
    read_manifest,
    tensors_in,
)
from export.copies.tflite_files import Tflite
from training.common.errors import UserError
from training.common.files import write_json
from training.measure.metrics import FIGURES


def test_every_file_is_listed_with_its_bytes(exported):
    manifest = read_manifest(exported)
    for name in ("vocabulary.txt", "golden.json", "model.tflite", "tfjs/model.json"):
        data = (exported / name).read_bytes()
        expected = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        assert manifest["files"][name] == expected
    assert manifest["files"] == listed_files(exported)


def test_the_order_of_tensors_is_read_back_from_each_artifact(exported):
    manifest = read_manifest(exported)
    for artifact, tensors in tensors_in(exported).items():
        assert manifest["artifacts"][artifact]["inputs"] == tensors["inputs"]
        assert manifest["artifacts"][artifact]["outputs"] == tensors["outputs"]


def test_the_order_is_the_one_that_the_runtime_counts_in(exported):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(exported / "model.tflite"))
    named = read_manifest(exported)["artifacts"]["model.tflite"]
    for entries, details in (
        (named["inputs"], interpreter.get_input_details()),
        (named["outputs"], interpreter.get_output_details()),
    ):
        assert [entry["shape"] for entry in entries] == [d["shape"].tolist() for d in details]


def test_every_artifact_has_one_token_one_state_and_one_row_of_logits(exported):
    manifest = read_manifest(exported)
    network = manifest["network"]
    state = [network["layers"], 1, network["units"]]
    expected = {
        "inputs": {"token": ("int32", [1]), "state": ("float32", state)},
        "outputs": {
            "logits": ("float32", [1, network["vocabulary_size"]]),
            "state": ("float32", state),
        },
    }
    for entry in manifest["artifacts"].values():
        for side, tensors in expected.items():
            found = {t["role"]: (t["dtype"], t["shape"]) for t in entry[side]}
            assert found == tensors


def test_every_copy_that_ships_is_measured(exported):
    manifest = read_manifest(exported)
    floats = manifest["metrics"]["float32"]
    int8 = manifest["artifacts"]["model.tflite"]["metrics"]
    tfjs = manifest["artifacts"]["tfjs"]["metrics"]
    assert int8.keys() == floats.keys()
    assert int8["tokens"] == floats["tokens"]
    assert int8["perplexity"] == pytest.approx(floats["perplexity"], rel=0.01)
    assert tfjs["perplexity"] == pytest.approx(tfjs["float32_perplexity"], rel=0.01)


def test_where_the_model_comes_from_is_written_down(exported, trained):
    source = read_manifest(exported)["created_from"]
    assert source["corpus"] == trained.information["corpus"]["name"]
    assert source["seed"] == trained.configuration.seed
    assert len(source["corpus_sha256"]) == len(source["weights_sha256"]) == 64


def test_the_digest_covers_everything_but_itself():
    manifest = {"b": 1, "a": [0.5, "\u00e9"]}
    canonical = b'{"a":[0.5,"\\u00e9"],"b":1}'
    assert digest_of(manifest) == hashlib.sha256(canonical).hexdigest()
    assert digest_of({**manifest, "digest": "x"}) == digest_of(manifest)
    assert digest_of({**manifest, "b": 2}) != digest_of(manifest)


def test_numbers_of_the_canonical_form_are_written_as_javascript_does():
    numbers = [0.0, 3.0, 2e-3, 1e-5, 1e-7, 1.5e-12, 1e20, 1e21]
    expected = "[0,3,0.002,0.00001,1e-7,1.5e-12,100000000000000000000,1e+21]"
    assert canonical(numbers) == expected


def test_every_setting_of_the_run_is_written_down(exported, trained):
    assert read_manifest(exported)["configuration"] == dataclasses.asdict(trained.configuration)


def test_how_figures_are_shown_is_written_down(exported):
    found = read_manifest(exported)["figures"]
    assert [figure["key"] for figure in found] == [figure.key for figure in FIGURES]
    assert found[0] == {"key": "perplexity", "title": "perplexity", "kind": "number", "digits": 2}


def test_figures_are_written_alike_in_every_language():
    assert figures({"a": 62.0, "b": 0.123456, "c": 7}) == {"a": 62, "b": 0.1235, "c": 7}
    assert json.dumps(figures({"a": 62.0, "b": 1e-4})) == '{"a": 62, "b": 0.0001}'
    assert figures({"a": float("inf"), "b": 1, "c": float("nan"), "d": 1e16}) == {"b": 1}


@pytest.mark.parametrize("number", [1, 99])
def test_another_format_is_refused_with_what_to_do(breakable, number):
    manifest = json.loads((breakable / "manifest.json").read_text())
    write_json(breakable / "manifest.json", {**manifest, "format": number})
    with pytest.raises(UserError, match=f"format {number}, .*export again"):
        read_manifest(breakable)


@pytest.mark.parametrize(
    "change", [{"text": {"rules_version": 7, "segmentation": "message"}}, {"special": {"end": 1}}]
)
def test_other_text_rules_or_special_ids_are_refused_with_what_to_do(breakable, change):
    manifest = {**json.loads((breakable / "manifest.json").read_text()), **change}
    write_json(breakable / "manifest.json", {**manifest, "digest": digest_of(manifest)})
    with pytest.raises(UserError, match="this version.*export again"):
        read_manifest(breakable)


def test_a_folder_that_is_not_there_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(UserError, match="make train"):
        read_manifest(tmp_path / "none")


def test_tensor_names_of_the_signature_are_kept_in_tflite(exported):
    model = Tflite.read(exported / "model.tflite")
    assert {tensor.name for tensor in model.inputs()} == {"token", "state"}
    assert {tensor.name for tensor in model.outputs()} == {"logits", "next_state"}
