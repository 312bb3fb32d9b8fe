"""Finds what an exported SavedModel must not contain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from export.proof.sizes import NetworkSizes
from training.common.errors import UserError

ENDPOINT = "step"
CONTROL_FLOW = {"If", "StatelessIf", "While", "StatelessWhile", "Switch", "Merge", "Enter", "Exit"}
CALLS = {"PartitionedCall", "StatefulPartitionedCall"}
# A step may read variables, the weights, but not write them.
WRITES = {"AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp", "HashTableV2"}


def lint_saved_model(folder: Path, sizes: NetworkSizes) -> Iterator[str]:
    """Describe each problem of a SavedModel."""
    graph = read_graph(folder)
    yield from operation_problems(graph)
    found = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if complaint := sizes.saved_model().complaint(found):
        yield f"it takes {complaint}"


def read_graph(folder: Path) -> Any:
    """Read the graph with its signatures; `UserError` if it cannot be read."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf import saved_model_pb2

    path = folder / "saved_model.pb"
    try:
        return saved_model_pb2.SavedModel.FromString(path.read_bytes()).meta_graphs[0]
    except (OSError, DecodeError, IndexError) as error:
        raise UserError(f"{path} cannot be read ({error}); export it again") from error


def operation_problems(graph: Any) -> Iterator[str]:
    """Find operations that are not part of TensorFlow or that keep state."""
    from tensorflow.python.framework import op_def_registry

    if ENDPOINT not in graph.signature_def:
        yield f"no signature {ENDPOINT!r}"
        return
    for name in sorted(step_operations(graph)):
        if op_def_registry.get(name) is None:
            yield f"custom operation {name}: it is not part of TensorFlow"
        elif name in CONTROL_FLOW:
            yield f"control flow ({name}) is not allowed in a step"
        elif name in WRITES:
            yield f"resource variable written by {name}: the state must be passed in and returned"


def step_operations(graph: Any) -> set[str]:
    """The operations of all functions that are reachable from the signature."""
    functions = {function.signature.name: function for function in graph.graph_def.library.function}
    outputs = graph.signature_def[ENDPOINT].outputs.values()
    wanted = {output.name.split(":")[0] for output in outputs}
    pending = [node for node in graph.graph_def.node if node.name in wanted]
    found: set[str] = set()
    seen: set[str] = set()
    while pending:
        node = pending.pop()
        found.add(node.op)
        called = node.attr["f"].func.name if node.op in CALLS else ""
        if called and called not in seen:
            seen.add(called)
            pending += functions[called].node_def
    return found - CALLS
