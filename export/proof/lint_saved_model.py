"""What must not be in a SavedModel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from export.proof.sizes import NetworkSizes
from training.common.errors import UserError

ENDPOINT = "step"
CONTROL_FLOW = {"If", "StatelessIf", "While", "StatelessWhile", "Switch", "Merge", "Enter", "Exit"}
CALLS = {"PartitionedCall", "StatefulPartitionedCall"}
# Reading the weights is all that a step does with variables.
WRITES = {"AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp", "HashTableV2"}


def lint_saved_model(folder: Path, sizes: NetworkSizes) -> Iterator[str]:
    """Each problem of a SavedModel, in words."""
    graph = read_graph(folder)
    yield from operation_problems(graph)
    found = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if complaint := sizes.saved_model().complaint(found):
        yield f"it takes {complaint}"


def read_graph(folder: Path) -> Any:
    """The graph with its signatures; `UserError` if it cannot be read."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf import saved_model_pb2

    path = folder / "saved_model.pb"
    try:
        return saved_model_pb2.SavedModel.FromString(path.read_bytes()).meta_graphs[0]
    except (OSError, DecodeError, IndexError) as error:
        raise UserError(f"{path} cannot be read ({error}); export it again") from error


def operation_problems(graph: Any) -> Iterator[str]:
    """Operations of the step that TensorFlow alone does not have, or that keep a state."""
    from tensorflow.python.framework import op_def_registry

    if ENDPOINT not in graph.signature_def:
        yield f"no signature {ENDPOINT!r}"
        return
    for name in sorted(step_operations(graph)):
        if op_def_registry.get(name) is None:
            yield f"custom operation {name}: TensorFlow alone does not have it"
        elif name in CONTROL_FLOW:
            yield f"control flow ({name}): a step has none"
        elif name in WRITES:
            yield f"resource variable written by {name}: the state must be passed in and returned"


def step_operations(graph: Any) -> set[str]:
    """The operations of all functions that the signature reaches."""
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
