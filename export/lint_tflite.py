"""What must not be in a `.tflite` file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from export.sizes import NetworkSizes
from export.tflite_files import Tflite

CONTROL_FLOW = {"IF", "WHILE", "CALL", "CALL_ONCE", "STABLEHLO_WHILE", "STABLEHLO_CASE"}
RESOURCES = {"VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "HASHTABLE", "HASHTABLE_FIND"}
RESOURCES |= {"HASHTABLE_IMPORT", "HASHTABLE_SIZE"}


def lint_tflite(path: Path, sizes: NetworkSizes, quantised: bool) -> Iterator[str]:
    """Each problem of a file, in words."""
    model = Tflite.read(path)
    yield from operation_problems(model)
    yield from state_problems(model)
    yield from size_problems(model, path.stat().st_size, sizes, quantised)


def operation_problems(model: Tflite) -> Iterator[str]:
    """Operations that a phone's runtime lacks, or that keep something between calls."""
    for name in sorted(set(model.operator_names())):
        if name.startswith("CUSTOM Flex"):
            yield f"Flex operation {name.removeprefix('CUSTOM ')}: LiteRT does not have it"
        elif name.startswith(("CUSTOM", "number")):
            yield f"custom operation {name.removeprefix('CUSTOM ')}: no runtime has it built in"
        elif name in CONTROL_FLOW:
            yield f"control flow ({name}): a step has none"
        elif name in RESOURCES:
            yield f"resource variable ({name}): the state must be passed in and returned"
    if len(model.model.subgraphs) != 1:
        yield f"{len(model.model.subgraphs)} subgraphs: a step has one"


def state_problems(model: Tflite) -> Iterator[str]:
    """State that is kept inside, or handed back in the memory it came in."""
    for tensor in model.tensors:
        if tensor.isVariable:
            yield f"variable tensor {tensor.name.decode()!r}: the state must be passed in"
    for index in set(map(int, model.graph.inputs)) & set(map(int, model.graph.outputs)):
        yield f"tensor {model.tensors[index].name.decode()!r} is both an input and an output"


def size_problems(
    model: Tflite, file_bytes: int, sizes: NetworkSizes, quantised: bool
) -> Iterator[str]:
    """More or fewer bytes than the parameters explain."""
    constants = sizes.tflite_constants(quantised).complaint(model.constant_bytes())
    whole = sizes.tflite_file(quantised).complaint(file_bytes)
    if constants:
        yield f"its constants take {constants}"
    elif whole:
        yield f"it takes {whole}"
