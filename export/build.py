"""Builds a complete export in a temporary folder, then renames it into place."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from export.copies.errors import ExportError
from export.copies.manifest import (
    ELMAN_VERSION,
    NAME,
    SPECIAL_IDS,
    TAIL_FILE,
    TFLITE_FILES,
    Described,
    listed_files,
    manifest_of,
    network_of,
    read_manifest,
    versions,
)
from export.copies.model_card import model_card
from export.copies.packing import SelfTest, facts_of, packed, read_packed
from export.copies.tflite_files import Tflite
from export.copies.weights import NetworkWeights
from export.proof.figures import measured
from export.proof.golden import FORMAT as GOLDEN_FORMAT
from export.proof.golden import Material, golden_record, material_of, material_of_vocabulary
from export.proof.lint import lint
from export.proof.lint_tflite import runtime_problems
from export.proof.replay import trace
from export.proof.runtimes import step_model
from training.common.display import say
from training.common.errors import UserError
from training.common.files import (
    abandoned,
    json_text,
    read_json,
    remove_abandoned,
    temporary_beside,
    write_json,
    write_text,
    writing,
)
from training.common.stopping import stop_if_told
from training.data.prepare import Prepared, open_prepared
from training.measure.evaluation import Model
from training.measure.sampling import SamplingOptions, generate
from training.network.run import Run
from training.text.context import written
from training.text.rules import RULES_VERSION
from training.text.tail import Tail
from training.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from training.network.model import ElmanModel

SAMPLES, SAMPLE_TOKENS = 3, 40
SELF_TEST_STEPS = 24
SELF_TEST_TOP = 8
# LiteRT's built-in kernels and XNNPACK round activations to 8 bits at different points. With the
# weights of `keyboard`, their logits differ by up to 0.12; those of another model by whole units.
SELF_TEST_TOLERANCES = {"model.tflite": 0.25, "model-float32.tflite": 0.01}


def export_run(run: Run, output: Path, metrics: bool = True) -> None:
    """Export the best weights of `run` to `output`, which is replaced only on success.

    Args:
        run: A trained run.
        output: The folder to write, usually `exported/<run>`.
        metrics: Whether to measure each shipped copy on the held-out text, if there is any.

    Raises:
        UserError: If the run cannot be read or the disk cannot be written.
        ExportError: If a copy cannot be made or does not pass lint.
    """
    run.required()
    with replacing(output) as folder, run.same_weights():
        model = run.model()
        from export.copies.keras_weights import weights_of

        weights, vocabulary, prepared = weights_of(model), run.vocabulary, _prepared(run)
        say(f"exporting {run.folder}: {weights.parameters():,} parameters")
        vocabulary.save(folder / "vocabulary.txt")
        write_tail(run.tail, folder)
        golden = golden_record(model, vocabulary, _material(prepared, vocabulary))
        write_json_compactly(folder / "golden.json", golden)
        write_copies(weights, folder)
        pack_copies(run, folder, network_of(weights), golden["trace"]["ids"])
        _describe(run, folder, weights, {})
        if metrics and prepared is not None:
            figures, samples = measured(run, model, folder, prepared), samples_of(model, vocabulary)
            _describe(run, folder, weights, figures, samples)
        findings = lint(folder)
        if findings:
            problems = "\n".join(map(str, findings))
            raise ExportError(f"the export does not pass lint:\n{problems}")
    say(f"exported to {output}")


def write_tail(tail: Tail, folder: Path) -> None:
    """Write the tail words for readers of copies that have no vocabulary inside, if any."""
    if data := tail.to_bytes():
        with writing(folder / TAIL_FILE, "wb") as stream:
            stream.write(data)


def write_copies(weights: NetworkWeights, folder: Path) -> None:
    """Write every copy of the network from the same float weights."""
    from export.copies.saved_model import write_saved_model
    from export.copies.tfjs import write_graph_model
    from export.copies.tflite import write_float32, write_int8

    say("  SavedModel")
    write_saved_model(weights, folder / "saved_model")
    say("  LiteRT: model-float32.tflite, model.tflite")
    write_float32(folder / "saved_model", folder / "model-float32.tflite")
    write_int8(folder / "saved_model", folder / "model.tflite")
    say("  TensorFlow.js")
    write_graph_model(weights, folder / "tfjs")


def pack_copies(run: Run, folder: Path, network: dict[str, Any], ids: list[int]) -> None:
    """Add the words, facts and a self-test on the first of `ids` to both LiteRT files."""
    origin = {
        "name": run.name,
        "licence": run.information["corpus"]["licence"],
        "elman_version": ELMAN_VERSION,
    }
    text = {
        "rules_version": RULES_VERSION,
        "segmentation": run.information["segmentation"],
        **SPECIAL_IDS,
    }
    for name in TFLITE_FILES:
        path, tolerance = folder / name, SELF_TEST_TOLERANCES[name]
        data = path.read_bytes()
        facts = facts_of(Tflite.of(data), network, text, run.vocabulary, origin)
        test = self_test_of(step_model(data), ids[:SELF_TEST_STEPS], tolerance)
        with writing(path, "wb") as stream:
            stream.write(packed(data, facts, run.vocabulary, test, run.tail.to_bytes()))


def self_test_of(model: Model, ids: list[int], tolerance: float) -> SelfTest:
    """Record the most likely words of `model` and their logits after each of `ids`."""
    record = trace(model, ids, count=min(SELF_TEST_TOP, model.vocabulary_size))
    top_ids, logits = np.array(record["top_ids"]), np.array(record["top_logits"])
    return SelfTest(tolerance, np.array(ids), top_ids, logits)


def is_current(run: Run, output: Path, metrics: bool = True) -> bool:
    """Whether `output` is a complete export of the run's current weights by this version."""
    try:
        manifest = read_manifest(output)
        wanted = (ELMAN_VERSION, versions(), created_from(run))
        found = (manifest["elman_version"], manifest["versions"], manifest["created_from"])
        measured_already = bool(manifest["metrics"]) or not metrics or not _can_be_measured(run)
        whole = manifest["files"] == listed_files(output) and (output / "model_card.md").exists()
        whole = whole and read_json(output / "golden.json")["format"] == GOLDEN_FORMAT
        for name in TFLITE_FILES:
            file = read_packed(output / name)
            whole = whole and file.tail.to_bytes() == run.tail.to_bytes()
            whole = whole and not list(runtime_problems(Tflite.of(file.data)))
    except (UserError, OSError, KeyError):
        return False
    return wanted == found and measured_already and whole


def created_from(run: Run) -> dict[str, Any]:
    """The provenance of an export: its corpus, seed and weights."""
    corpus = run.information["corpus"]
    return {
        "corpus": corpus["name"],
        "licence": corpus["licence"],
        "corpus_sha256": corpus["sha256"],
        **{name: corpus[name] for name in ("words", "options") if name in corpus},
        "seed": run.configuration.seed,
        "weights_sha256": run.weights_sha256,
    }


@contextlib.contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """Yield an empty folder beside `output` that replaces it at the end, or is deleted on error.

    Raises:
        UserError: If `output` exists but is not an export, or the disk cannot be written.
    """
    output = output.resolve()
    fresh, older = temporary_beside(output), temporary_beside(output, "old")
    _refuse_foreign(output)
    try:
        remove_abandoned(output)
        _restore_abandoned(output)
        _make_empty(fresh)
        yield fresh
        stop_if_told()
        if output.exists():
            output.rename(older)
        fresh.rename(output)
    except OSError as error:
        raise UserError(
            f"cannot write {output}: {error.strerror or error}; "
            "free some disk space or choose another --output"
        ) from error
    finally:
        if older.exists() and not output.exists():
            older.rename(output)
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(older, ignore_errors=True)


def write_json_compactly(path: Path, value: Any) -> None:
    """Write JSON with one line per top-level key, so that long arrays stay on one line."""
    entries = [f"{json.dumps(key)}: {json_text(entry)}" for key, entry in value.items()]
    write_text(path, "{\n" + ",\n".join(entries) + "\n}\n")


def _refuse_foreign(output: Path) -> None:
    """Refuse to replace a folder that is not an export."""
    if output.exists() and not (output / NAME).is_file() and not _is_empty_folder(output):
        raise UserError(f"{output} exists and is not an exported model; choose another --output")


def _restore_abandoned(output: Path) -> None:
    """Restore the old export that a killed process had moved aside.

    If the new export is already in place, the old one is deleted.
    """
    for path in abandoned(output, "old"):
        if output.exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.rename(output)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _make_empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _describe(
    run: Run,
    folder: Path,
    weights: NetworkWeights,
    metrics: dict[str, dict[str, float]],
    samples: Sequence[str] = (),
) -> None:
    manifest = manifest_of(
        folder,
        Described(
            name=run.name,
            created_from=created_from(run),
            configuration=dataclasses.asdict(run.configuration),
            network=network_of(weights),
            segmentation=run.information["segmentation"],
            tail_words=len(run.tail.words),
        ),
        metrics,
    )
    write_json(folder / NAME, manifest)
    write_text(folder / "model_card.md", model_card(manifest, samples, reach_of(run)))


def reach_of(run: Run) -> dict[str, Any] | None:
    """How far back the memory of these weights reaches, or None if it was not measured."""
    path = run.folder / "memory.json"
    reach = read_json(path) if path.exists() else {}
    current = reach.get("weights_sha256") == run.weights_sha256
    return reach if current else None


def samples_of(model: ElmanModel, vocabulary: Vocabulary) -> list[str]:
    """Texts that the model generates with seeds 1, 2 and 3."""
    options = [SamplingOptions(seed=seed) for seed in range(1, SAMPLES + 1)]
    return [written(generate(model, [], SAMPLE_TOKENS, choice), vocabulary) for choice in options]


def _prepared(run: Run) -> Prepared | None:
    """The run's prepared text. Without it, print a notice and return None."""
    try:
        prepared = open_prepared(Path(run.information["prepared"]))
    except UserError as error:
        say(f"  the prepared text of this run is missing ({error}); the copies are not measured")
        return None
    if prepared.vocabulary.digest != run.vocabulary.digest:
        say("  the prepared text has a different vocabulary; the copies are not measured")
        return None
    return prepared


def _can_be_measured(run: Run) -> bool:
    try:
        return open_prepared(Path(run.information["prepared"])).judged is not None
    except UserError:
        return False


def _material(prepared: Prepared | None, vocabulary: Vocabulary) -> Material:
    return material_of_vocabulary(vocabulary) if prepared is None else material_of(prepared)
