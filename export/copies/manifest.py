"""The manifest of an exported folder, written from the files in the folder.

Its digest is the SHA-256 of its canonical form without the field `digest`: JSON with sorted keys,
no white space, only ASCII characters, and numbers formatted as in JavaScript.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

from export.copies.tfjs_files import GraphModel, read_tfjs
from export.copies.tflite_files import TensorFacts, Tflite
from export.copies.version import released_version
from export.copies.weights import NetworkWeights
from training.common.errors import UserError
from training.common.files import json_of, read_bytes, sha256_of
from training.measure.metrics import FIGURES
from training.network import cell
from training.text.rules import RULES_VERSION
from training.text.vocabulary import END, UNKNOWN

FORMAT = 2
ELMAN_VERSION = released_version()
NAME = "manifest.json"
# The model card is written from the manifest, so the manifest cannot list it.
UNLISTED = (NAME, "model_card.md")
PACKAGES = ("tensorflow", "keras", "tensorflowjs", "ai-edge-litert")
ROLES = {"token": "token", "state": "state", "logits": "logits", "next_state": "state"}
SPECIAL_IDS = {"end": END, "unknown": UNKNOWN}
TAIL_FILE = "tail.bin"
TFLITE_FILES = ("model.tflite", "model-float32.tflite")
TFJS_TYPES = {"DT_FLOAT": "float32", "DT_INT32": "int32"}
OUTPUT_FORMULA = "o_t = softmax(V s_t + c)"
DECIMALS = 4
LARGEST_EXACT = 2**53
# Outside this range, JavaScript writes a number with an exponent.
LEAST_PLAIN, MOST_PLAIN = 1e-6, 1e21

Tensors = dict[str, list[dict[str, Any]]]


@dataclasses.dataclass(frozen=True)
class Described:
    """The parts of a manifest that cannot be read from the exported files."""

    name: str
    created_from: dict[str, Any]
    configuration: dict[str, Any]
    """Every setting of the run."""
    network: dict[str, Any]
    segmentation: str
    tail_words: int = 0


def network_of(weights: NetworkWeights) -> dict[str, Any]:
    """The shape of the network."""
    return {
        "layers": len(weights.layers),
        "units": weights.units,
        "embedding_size": weights.words.shape[1],
        "activation": weights.activation,
        "vocabulary_size": weights.vocabulary_size,
        "parameters": weights.parameters(),
    }


def manifest_of(
    folder: Path, model: Described, metrics: dict[str, dict[str, float]]
) -> dict[str, Any]:
    """The manifest of the files in `folder`.

    `metrics` maps "float32" and the name of each measured artifact to its metrics.
    """
    artifacts: dict[str, Any] = tensors_in(folder)
    for artifact, entry in artifacts.items():
        if artifact in metrics:
            entry["metrics"] = figures(metrics[artifact])
    manifest = {
        "format": FORMAT,
        "name": model.name,
        "elman_version": ELMAN_VERSION,
        "created_from": model.created_from,
        "configuration": model.configuration,
        "network": model.network,
        "formula": f"{cell.formula(model.network['activation'])}, {OUTPUT_FORMULA}",
        "text": {"rules_version": RULES_VERSION, "segmentation": model.segmentation},
        "special": SPECIAL_IDS,
        "tail_words": model.tail_words,
        "files": listed_files(folder),
        "artifacts": artifacts,
        "metrics": {"float32": figures(metrics["float32"])} if "float32" in metrics else {},
        "figures": shown_figures(),
        "versions": versions(),
    }
    return {**manifest, "digest": digest_of(manifest)}


def shown_figures() -> list[dict[str, Any]]:
    """How the page shows the metrics, in order."""
    return [
        {"key": shown.key, "title": shown.title, "kind": shown.kind, "digits": shown.digits}
        for shown in FIGURES
    ]


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that write the copies."""
    python = {"python": platform.python_version()}
    return {**python, **{package: version(package) for package in PACKAGES}}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of an exported folder.

    Raises:
        UserError: If it is missing or was changed, or if this version does not support its format,
            text rules or special ids.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} does not exist; run `make train` or `make export` first")
    data = read_bytes(folder / NAME)
    manifest = json_of(data, folder / NAME)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise UserError(
            f"{folder / NAME} has format {found!r}, but this version reads {FORMAT}; export again"
        )
    # The digest covers the values only, so it does not detect a missing final newline.
    if not data.endswith(b"\n") or manifest.get("digest") != digest_of(manifest):
        raise UserError(f"{folder / NAME} was changed after the export; export again")
    rules, special = manifest["text"]["rules_version"], manifest["special"]
    if rules != RULES_VERSION or special != SPECIAL_IDS:
        raise UserError(
            f"{folder / NAME} has text rules {rules} and special ids {special}, but this version "
            f"reads {RULES_VERSION} and {SPECIAL_IDS}; export again"
        )
    return manifest


def digest_of(manifest: dict[str, Any]) -> str:
    """The SHA-256 of the canonical form, 64 hexadecimal digits."""
    content = {key: value for key, value in manifest.items() if key != "digest"}
    return hashlib.sha256(canonical(content).encode("ascii")).hexdigest()


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no white space, only ASCII characters."""
    if isinstance(value, dict):
        return (
            f"{{{','.join(f'{json.dumps(key)}:{canonical(value[key])}' for key in sorted(value))}}}"
        )
    if isinstance(value, list | tuple):
        return f"[{','.join(map(canonical, value))}]"
    return _number(value) if isinstance(value, float) else json.dumps(value)


def _number(value: float) -> str:
    """Format a number as JavaScript does: 1 for 1.0, 0.00001 for 1e-05, 1e-7 for 1e-07."""
    if value == 0:
        return "0"
    if LEAST_PLAIN <= abs(value) < MOST_PLAIN:
        plain = f"{Decimal(repr(value)):f}"
        return plain.removesuffix(".0")
    digits, exponent, power = json.dumps(value).partition("e")
    return f"{digits.removesuffix('.0')}e{int(power):+d}" if exponent else digits


def figures(metrics: dict[str, Any]) -> dict[str, Any]:
    """Round metrics for the manifest.

    Whole numbers become integers. Numbers that JSON or JavaScript cannot represent exactly are
    left out. Text, the name of the held-out part, is unchanged.
    """
    texts = {name: value for name, value in metrics.items() if isinstance(value, str)}
    numbers = {name: value for name, value in metrics.items() if name not in texts}
    written = {name: value for name, value in numbers.items() if abs(value) < LARGEST_EXACT}
    rounded = {name: round(value, DECIMALS) for name, value in written.items()}
    whole = {name: int(value) for name, value in rounded.items() if value == int(value)}
    return {**texts, **rounded, **whole}


def listed_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Size in bytes and SHA-256 of every file, by its relative path with slashes."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path: path.relative_to(folder).as_posix() for path in paths}
    return {
        name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path, name in names.items()
        if name not in UNLISTED
    }


def tensors_in(folder: Path) -> dict[str, Tensors]:
    """The inputs and outputs of each artifact, in the artifact's own order."""
    from export.copies.saved_model import saved_model_tensors

    inputs, outputs = saved_model_tensors(folder / "saved_model")
    tensors = {"saved_model": {"inputs": _entries(inputs), "outputs": _entries(outputs)}}
    for name in TFLITE_FILES:
        model = Tflite.read(folder / name)
        tensors[name] = {
            "inputs": _entries(model.inputs()),
            "outputs": _entries(model.outputs()),
        }
    return {**tensors, "tfjs": tfjs_tensors(read_tfjs(folder / "tfjs"))}


def tfjs_tensors(model: GraphModel) -> Tensors:
    """The inputs and outputs of a graph model, in the order of its signature."""
    signature = model.description["signature"]
    return {
        side: [_tfjs_entry(key, tensor) for key, tensor in signature[side].items()]
        for side in ("inputs", "outputs")
    }


def _tfjs_entry(key: str, tensor: dict[str, Any]) -> dict[str, Any]:
    shape = [int(dimension["size"]) for dimension in tensor["tensorShape"]["dim"]]
    return _entry(TensorFacts(tensor["name"], TFJS_TYPES[tensor["dtype"]], shape), key)


def _entries(tensors: list[TensorFacts]) -> list[dict[str, Any]]:
    return [_entry(tensor, tensor.name) for tensor in tensors]


def _entry(tensor: TensorFacts, key: str) -> dict[str, Any]:
    role = ROLES.get(key, key)
    return {"name": tensor.name, "role": role, "dtype": tensor.dtype, "shape": tensor.shape}
