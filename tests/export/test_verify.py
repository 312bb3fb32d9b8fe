import dataclasses
import io
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from export import verify
from export.build import export_run, pack_copies
from export.copies.keras_weights import weights_of
from export.copies.manifest import digest_of, listed_files, network_of
from export.copies.saved_model import write_saved_model
from export.copies.tfjs_files import read_tfjs, write_tfjs
from export.copies.tflite import write_float32, write_int8
from export.proof import runtimes
from export.proof.comparison import Check, compare_rounded
from export.proof.golden import HELD_OUT_TOKENS
from export.proof.lint import lint
from export.proof.runtimes import UnavailableError
from export.verify import Result, Verification, main, show
from tests.exports import change_manifest
from training.common import display
from training.common.errors import UserError
from training.common.files import write_json
from training.network.run import Run

COPIES = [
    "SavedModel",
    "LiteRT float32",
    "LiteRT int8",
    "C library",
    "C library, LiteRT",
    "TensorFlow.js weights",
    "TensorFlow.js, Node",
    "TensorFlow.js, Chromium",
]
SPECIAL = 3
EQUAL, ALL_BUT_EQUAL = slice(-40, -20), slice(-20, None)
HOLDS = Check("1e-6", "at most 0.0001", True)
FAILS = Check("0.5", "at most 0.0001", False)


@pytest.fixture(scope="module")
def results(exported):
    return {result.copy: result for result in verify.verify(exported)}


@pytest.fixture(scope="module")
def broken_results(exported, trained, tmp_path_factory):
    """An export in which one weight matrix of each copy and the page's activation are changed."""
    folder = Path(shutil.copytree(exported, tmp_path_factory.mktemp("broken") / "exported"))
    weights = weights_of(trained.model())
    first = weights.layers[0]
    changed = dataclasses.replace(first, recurrent_kernel=first.recurrent_kernel * 0.5)
    weights = dataclasses.replace(weights, layers=(changed, *weights.layers[1:]))
    shutil.rmtree(folder / "saved_model")
    write_saved_model(weights, folder / "saved_model")
    write_float32(folder / "saved_model", folder / "model-float32.tflite")
    write_int8(folder / "saved_model", folder / "model.tflite")
    pack_copies(trained, folder, network_of(weights), [0, 1, 2])
    break_tfjs(folder / "tfjs")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = listed_files(folder)
    write_json(folder / "manifest.json", {**manifest, "digest": digest_of(manifest)})
    return {result.copy: result for result in verify.verify(folder)}


@pytest.fixture(scope="module")
def tied(trained, exported, tmp_path_factory) -> Path:
    """An export of a model in which rare words are as likely as the two most likely words.

    Twenty words have the rows of the first, and twenty others almost those of the second.
    """
    folder = tmp_path_factory.mktemp("tied")
    run = Run(Path(shutil.copytree(trained.folder, folder / "tiny")))
    arrays = run.weights()
    words = next(array for array in arrays.values() if array.shape == (2000, 64))
    bias = next(array for array in arrays.values() if array.shape == (2000,))
    golden = json.loads((exported / "golden.json").read_text())
    likeliest = Counter(ids[0] for places in golden["held_out"]["likeliest"] for ids in places)
    first, second = [index for index, _ in likeliest.most_common() if index >= SPECIAL][:2]
    nearly_one = 1 + 1e-3 * np.random.default_rng(1).normal(size=(20, 64))
    words[EQUAL], bias[EQUAL] = words[first], bias[first]
    words[ALL_BUT_EQUAL], bias[ALL_BUT_EQUAL] = words[second] * nearly_one, bias[second]
    run.save_weights(arrays)
    export_run(run, folder / "exported", metrics=False)
    return folder / "exported"


def break_tfjs(folder: Path) -> None:
    model = read_tfjs(folder)
    for name, array in model.weights.items():
        if name.endswith("layer_0_kernel_scales"):
            model.weights[name] = array * np.float32(0.5)
    write_tfjs(model, folder, lambda _name, shape: len(shape) == 2)
    path = folder / "model.json"
    graph = path.read_text()
    assert '"op": "Relu6"' in graph
    path.write_text(graph.replace('"op": "Relu6"', '"op": "Sigmoid"', 1))


def failed_checks(result: Result) -> set[str]:
    return {name for name, check in result.checks.items() if not check.holds}


@pytest.mark.parametrize("copy", COPIES)
def test_every_copy_of_a_trained_model_passes(results, copy):
    assert results[copy].passed, results[copy]


def test_every_copy_of_a_model_with_ties_passes(tied):
    golden = json.loads((tied / "golden.json").read_text())
    ties = [ids for places in golden["held_out"]["likeliest"] for ids in places if len(ids) > 1]
    for group in (EQUAL, ALL_BUT_EQUAL):
        members = set(range(2000)[group])
        assert sum(len(members.intersection(ids)) > 1 for ids in ties) > 0.02 * HELD_OUT_TOKENS
    assert [result for result in verify.verify(tied) if not result.passed] == []


def test_a_wrong_copy_of_a_model_with_ties_fails(tied, exported):
    golden = json.loads((tied / "golden.json").read_text())
    other = Verification(exported)._tflite("model.tflite")
    assert not compare_rounded(other, golden)["words"].holds


def test_the_copies_are_these_and_no_others(results):
    assert list(results) == COPIES


def test_copies_of_the_same_weights_are_compared_in_every_way(results):
    for copy in ("SavedModel", "LiteRT float32"):
        checks = {"logits", "state", "words", "greedy", "scores", "texts", "calls"}
        assert results[copy].checks.keys() == checks


@pytest.mark.parametrize("copy", ["SavedModel", "LiteRT float32"])
def test_a_changed_weight_fails_a_float_copy(broken_results, copy):
    assert {"logits", "state", "scores"} <= failed_checks(broken_results[copy])


@pytest.mark.parametrize("copy", ["LiteRT int8", "C library", "TensorFlow.js weights"])
def test_a_changed_weight_fails_a_rounded_copy(broken_results, copy):
    assert failed_checks(broken_results[copy])


@pytest.mark.parametrize("copy", ["TensorFlow.js, Node", "TensorFlow.js, Chromium"])
def test_another_activation_than_keras_has_fails_the_page(broken_results, copy):
    assert {"logits", "state"} <= failed_checks(broken_results[copy])


def without_a_signature(path: Path) -> None:
    description = json.loads(path.read_text())
    del description["signature"]
    path.write_text(json.dumps(description))


@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda path: path.write_bytes(b"nothing")], ids=["missing", "damaged"]
)
@pytest.mark.parametrize(
    ("file", "broken"),
    [
        ("saved_model/saved_model.pb", COPIES[:1]),
        ("saved_model/variables/variables.index", COPIES[:1]),
        ("saved_model/variables/variables.data-00000-of-00001", COPIES[:1]),
        ("model-float32.tflite", COPIES[1:2]),
        ("model.tflite", COPIES[2:5]),
        ("tfjs/model.json", COPIES[5:]),
        ("tfjs/group1-shard1of1.bin", COPIES[5:]),
    ],
)
def test_a_broken_copy_fails_and_is_found_and_hides_no_other(
    breakable, monkeypatch, file, broken, damage
):
    monkeypatch.setattr(verify, "replay_in_node", unavailable)
    monkeypatch.setattr(verify, "replay_in_browser", unavailable)
    damage(breakable / file)
    results = verify.verify(breakable)
    assert [result.copy for result in results] == COPIES
    assert [result.copy for result in results if result.failure] == broken
    assert all(r.passed or r.unavailable for r in results if r.copy not in broken)
    assert any(str(finding).startswith(f"manifest.json: {file} ") for finding in lint(breakable))


def unavailable(*_arguments):
    raise UnavailableError("not in this test")


def test_a_graph_without_a_signature_fails_its_copies_and_is_found(breakable):
    without_a_signature(breakable / "tfjs" / "model.json")
    change_manifest(breakable, lambda manifest: manifest.update(files=listed_files(breakable)))
    failures = [result.failure for result in Verification(breakable)._tfjs()]
    assert len(failures) == 3 and all("signature" in failure for failure in failures)
    assert "tfjs" in {finding.file for finding in lint(breakable)}


class OwnError(Exception):
    """An exception that is in no list of expected errors."""


@pytest.mark.parametrize("name", ["replay_in_node", "replay_in_browser", "recorded_by"])
def test_whatever_a_runtime_raises_is_a_failure_of_its_copy(exported, monkeypatch, name):
    def fail(*_arguments):
        raise OwnError("in two\nlines")

    monkeypatch.setattr(verify, "replay_in_node", unavailable)
    monkeypatch.setattr(verify, "replay_in_browser", unavailable)
    monkeypatch.setattr(verify, name, fail)
    results = Verification(exported)._tfjs()
    assert len(results) == 3
    assert "OwnError: in two lines" in {result.failure for result in results}


def test_a_page_on_the_slow_backend_fails(exported, monkeypatch):
    def replay(_folder, _golden):
        return {"backend": "cpu"}

    monkeypatch.setattr(verify, "replay_in_node", replay)
    monkeypatch.setattr(verify, "replay_in_browser", replay)
    failures = [result.failure for result in Verification(exported)._tfjs()[1:]]
    assert all("'cpu', not 'wasm'" in failure for failure in failures)


def run_main(exported, monkeypatch, results, *options):
    monkeypatch.setattr(verify, "verify", lambda _folder: results)
    return main(["--exported", str(exported), *options])


def test_the_command_succeeds_when_every_copy_passes(exported, monkeypatch, capsys):
    assert run_main(exported, monkeypatch, [Result("LiteRT", {"logits": HOLDS})]) == 0
    assert "LiteRT" in capsys.readouterr().out


def test_the_command_fails_when_a_copy_fails_and_says_the_bound(exported, monkeypatch, capsys):
    assert run_main(exported, monkeypatch, [Result("LiteRT", {"logits": FAILS})]) == 1
    assert "LiteRT: logits 0.5, should be at most 0.0001" in capsys.readouterr().out


def test_a_copy_that_cannot_run_here_is_named(exported, monkeypatch, capsys):
    missing = Result("TensorFlow.js, Chromium", {}, unavailable="no Chromium")
    assert run_main(exported, monkeypatch, [missing]) == 0
    assert "could not run on this machine: no Chromium" in capsys.readouterr().out


def test_a_copy_that_cannot_run_here_fails_where_all_are_required(exported, monkeypatch):
    missing = Result("TensorFlow.js, Chromium", {}, unavailable="no Chromium")
    assert run_main(exported, monkeypatch, [missing], "--require-all") == 1


def test_the_command_fails_on_what_lint_finds(breakable, monkeypatch):
    (breakable / "notes.txt").write_text("mine\n")
    assert run_main(breakable, monkeypatch, [Result("SavedModel", {"logits": HOLDS})]) == 1


def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        main(["--exported", str(tmp_path / "none")])


def test_the_table_of_all_copies_fits_a_terminal_of_80_characters(results, tmp_path, monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(display, "console", Console(file=stream, width=80, **display.STYLE))
    show(tmp_path, list(results.values()))
    shown = [check.shown for result in results.values() for check in result.checks.values()]
    words = stream.getvalue().split()
    assert not Counter(shown) - Counter(words)
    assert {"Chromium", "perplexity", "weights"} <= set(words)


def test_the_table_shows_the_figures(capsys, tmp_path):
    show(tmp_path, [Result("SavedModel", {"logits": HOLDS})])
    assert "1e-6" in capsys.readouterr().out


def test_without_a_browser_the_replay_is_unavailable(exported, monkeypatch):
    monkeypatch.setattr("export.proof.browser.chromium_path", lambda: None)
    with pytest.raises(UnavailableError, match="no Chromium"):
        runtimes.replay_in_browser(exported, {})


def test_without_a_compiler_the_c_library_is_named_as_not_run(exported, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _program: None)
    monkeypatch.setattr(Verification, "_tfjs", lambda _self: [])
    by_copy = {result.copy: result for result in verify.verify(exported)}
    assert "no C compiler" in by_copy["C library"].unavailable
    assert by_copy["LiteRT int8"].passed


@pytest.mark.parametrize("copy", ["C library", "C library, LiteRT"])
def test_the_c_library_is_compared_in_every_way_that_it_can_be(results, copy):
    expected = {"logits", "words", "perplexity", "texts", "calls", "like LiteRT"}
    assert results[copy].checks.keys() == expected
    perplexity = results["LiteRT int8"].checks["perplexity"].shown
    assert float(results[copy].checks["perplexity"].shown.rstrip("%")) == pytest.approx(
        float(perplexity.rstrip("%")), abs=0.05
    )


def test_a_replay_that_never_ends_is_a_failure(exported, monkeypatch):
    def run_node(*_arguments, **options):
        return subprocess.run(["sleep", "60"], **options)

    monkeypatch.setattr("web.node.run_node", run_node)
    monkeypatch.setattr(runtimes, "NODE_SECONDS", 0.1)
    with pytest.raises(UserError, match="did not finish within 0.1 seconds") as raised:
        runtimes.replay_in_node(exported, {})
    assert not isinstance(raised.value, UnavailableError)


def test_without_npm_packages_the_replay_is_unavailable(exported, monkeypatch):
    def run_node(*_arguments, **_options):
        raise UserError("the npm packages are missing; run `make setup`")

    monkeypatch.setattr("web.node.run_node", run_node)
    with pytest.raises(UnavailableError, match="make setup"):
        runtimes.replay_in_node(exported, {})
