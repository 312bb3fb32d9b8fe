"""Finds what an exported `.tflite` file must not contain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from export.copies.manifest import TAIL_FILE
from export.copies.packing import read_packed
from export.copies.tflite_files import Tflite
from export.copies.tflite_scales import OLDEST_RUNTIME
from export.proof.sizes import NetworkSizes
from training.common.files import sha256_of

CONTROL_FLOW = {"IF", "WHILE", "CALL", "CALL_ONCE", "STABLEHLO_WHILE", "STABLEHLO_CASE"}
RESOURCES = {"VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "HASHTABLE", "HASHTABLE_FIND"}
RESOURCES |= {"HASHTABLE_IMPORT", "HASHTABLE_SIZE"}

# Operations that were tested in the oldest runtime, with their versions: those of the shipped
# networks, and others that a cell or an activation may need.
_FIRST_VERSIONS = (
    "ABS ADD CONCATENATION DIV ELU EMBEDDING_LOOKUP EXP GATHER GELU LEAKY_RELU LOG LOGISTIC "
    "MAXIMUM MEAN MINIMUM MUL NEG PACK RELU RELU6 RESHAPE RSQRT SLICE SOFTMAX SPLIT SQRT SQUARE "
    "SQUARED_DIFFERENCE STRIDED_SLICE SUB SUM TANH UNPACK"
)
OPERATIONS = {**dict.fromkeys(_FIRST_VERSIONS.split(), 1), "FULLY_CONNECTED": 9}


def lint_tflite(path: Path, sizes: NetworkSizes, quantised: bool) -> Iterator[str]:
    """Describe each problem of a file."""
    model = Tflite.read(path)
    yield from operation_problems(model)
    yield from runtime_problems(model)
    yield from state_problems(model)
    yield from size_problems(model, path.stat().st_size, sizes, quantised)


def packing_problems(path: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Find differences between a file's metadata, the manifest and the lists of words beside it."""
    file = read_packed(path)
    facts, tail = file.facts, path.parent / TAIL_FILE
    special, text = manifest["special"], manifest["text"]
    expected = {**manifest["network"], **special, **text, "name": manifest["name"]}
    for key, value in expected.items():
        if facts[key] != value:
            yield f"its {key} is {facts[key]!r}, but the manifest says {value!r}"
    if facts["vocabulary_sha256"] != sha256_of(path.parent / "vocabulary.txt"):
        yield "its vocabulary differs from vocabulary.txt"
    if file.tail.to_bytes() != (tail.read_bytes() if tail.exists() else b""):
        yield f"its tail words differ from {TAIL_FILE}"
    if len(file.tail.words) != manifest.get("tail_words", 0):
        yield "it does not have as many tail words as the manifest says"


def operation_problems(model: Tflite) -> Iterator[str]:
    """Find operations that the runtime on a phone does not have or that keep state."""
    for name in sorted(set(model.operator_names())):
        if name.startswith("CUSTOM Flex"):
            yield f"Flex operation {name.removeprefix('CUSTOM ')}: LiteRT does not have it"
        elif name.startswith(("CUSTOM", "number")):
            yield f"custom operation {name.removeprefix('CUSTOM ')}: LiteRT does not have it"
        elif name in CONTROL_FLOW:
            yield f"control flow ({name}) is not allowed in a step"
        elif name in RESOURCES:
            yield f"resource variable ({name}): the state must be passed in and returned"
    if len(model.model.subgraphs) != 1:
        yield f"{len(model.model.subgraphs)} subgraphs, but a step must have exactly one"


def runtime_problems(model: Tflite) -> Iterator[str]:
    """Operations and quantisation that older runtimes do not support."""
    for name, version in model.operations():
        if version > OPERATIONS.get(name, 0) and name not in CONTROL_FLOW | RESOURCES:
            yield f"{name} version {version}: not tested in TensorFlow Lite {OLDEST_RUNTIME}"
    for tensor in model.tensors:
        scales = tensor.quantization.scale if tensor.quantization else None
        if scales is not None and len(scales) > 1:
            yield (
                f"{len(scales)} scales in tensor {tensor.name.decode()!r}: TensorFlow Lite "
                f"{OLDEST_RUNTIME} reads only the first"
            )


def state_problems(model: Tflite) -> Iterator[str]:
    """Find state that is kept inside the graph, or returned in the memory of the input."""
    for tensor in model.tensors:
        if tensor.isVariable:
            yield f"variable tensor {tensor.name.decode()!r}: the state must be passed in"
    for index in set(map(int, model.graph.inputs)) & set(map(int, model.graph.outputs)):
        yield f"tensor {model.tensors[index].name.decode()!r} is both an input and an output"


def size_problems(
    model: Tflite, file_bytes: int, sizes: NetworkSizes, quantised: bool
) -> Iterator[str]:
    """Find a size that does not match the parameters."""
    constants = sizes.tflite_constants(quantised).complaint(model.constant_bytes())
    # The vocabulary and the self-test are not weights.
    whole = sizes.tflite_file(quantised).complaint(file_bytes - model.metadata_bytes())
    if constants:
        yield f"its constants take {constants}"
    elif whole:
        yield f"it takes {whole}"
