"""Finds what an exported TensorFlow.js graph model must not contain."""

from __future__ import annotations

import base64
import functools
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from export.copies.tfjs_files import GraphModel, read_tfjs
from export.proof.sizes import NetworkSizes

CONTROL_FLOW = {"If", "StatelessIf", "While", "StatelessWhile", "Switch", "Merge", "Enter", "Exit"}
CONTROL_FLOW |= {"NextIteration", "LoopCond", "PartitionedCall", "StatefulPartitionedCall"}
RESOURCES = {"VarHandleOp", "ReadVariableOp", "AssignVariableOp", "VariableV2", "HashTableV2"}
# The activations that the WebAssembly backend can fuse with a product and its bias.
FUSED_ACTIVATIONS = {"Relu", "Relu6", "Elu", "LeakyRelu", "Prelu", "Sigmoid"}


def lint_tfjs(folder: Path, sizes: NetworkSizes) -> Iterator[str]:
    """Describe each problem of a graph model."""
    model = read_tfjs(folder)
    yield from operation_problems(model)
    yield from fusion_problems(model)
    weights = sum(path.stat().st_size for path in folder.glob("*.bin"))
    if complaint := sizes.tfjs_weights().complaint(weights):
        yield f"its weights take {complaint}"


def operation_problems(model: GraphModel) -> Iterator[str]:
    """Find operations that TensorFlow.js does not have or that keep state between calls."""
    for name in sorted({node["op"] for node in model.nodes}):
        if name.startswith("Flex"):
            yield f"Flex operation {name}: TensorFlow.js does not have it"
        elif name in CONTROL_FLOW or name.startswith(("TensorArray", "TensorList")):
            yield f"control flow ({name}) is not allowed in a step"
        elif name in RESOURCES:
            yield f"resource variable ({name}): the state must be passed in and returned"
        elif name not in known_operations():
            yield f"custom operation {name}: TensorFlow.js does not have it"
    if model.description["modelTopology"].get("library", {}).get("function"):
        yield "functions are not allowed in a step"
    if model.description.get("modelInitializer"):
        yield "an initialiser for resources is not allowed in a step"


def fusion_problems(model: GraphModel) -> Iterator[str]:
    """Find fused products that the backends would reject at run time."""
    nodes = {node["name"]: node for node in model.nodes}
    for node in model.nodes:
        if node["op"] != "_FusedMatMul":
            continue
        bias, *activations = [*fused_operations(node), ""]
        for activation in filter(None, activations):
            if activation not in FUSED_ACTIVATIONS:
                yield f"{node['name']}: no backend supports _FusedMatMul with {activation}"
        rank = len(_shape(nodes.get(node["input"][2], {}), model)) if bias == "BiasAdd" else 1
        if bias not in ("BiasAdd", "") or rank != 1:
            yield f"{node['name']}: no backend supports _FusedMatMul with a bias of rank {rank}"


def fused_operations(node: dict[str, Any]) -> list[str]:
    """The operations that a node applies after the product; the graph stores them in base64."""
    encoded = node.get("attr", {}).get("fused_ops", {}).get("list", {}).get("s", [])
    return [base64.b64decode(text).decode() for text in encoded]


@functools.cache
def known_operations() -> frozenset[str]:
    """The operations that TensorFlow.js can run, from the lists in its converter."""
    package = importlib.util.find_spec("tensorflowjs")
    if package is None or package.origin is None:
        raise RuntimeError("tensorflowjs is not installed; run `make setup`")
    lists = (Path(package.origin).parent / "op_list").glob("*.json")
    return frozenset(
        entry["tfOpName"] for path in lists for entry in json.loads(path.read_text("utf-8"))
    )


def _shape(node: dict[str, Any], model: GraphModel) -> list[int]:
    """The shape of a constant; for a computed tensor, a shape that no bias may have."""
    array = model.weights.get(node.get("name", ""))
    return [0, 0] if array is None else list(array.shape)
