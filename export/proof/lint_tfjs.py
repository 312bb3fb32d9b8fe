"""What must not be in a TensorFlow.js graph model."""

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
# What the WebAssembly backend can do in one go with a product, after the bias.
FUSED_ACTIVATIONS = {"Relu", "Relu6", "Elu", "LeakyRelu", "Prelu", "Sigmoid"}


def lint_tfjs(folder: Path, sizes: NetworkSizes) -> Iterator[str]:
    """Each problem of a graph model, in words."""
    model = read_tfjs(folder)
    yield from operation_problems(model)
    yield from fusion_problems(model)
    weights = sum(path.stat().st_size for path in folder.glob("*.bin"))
    if complaint := sizes.tfjs_weights().complaint(weights):
        yield f"its weights take {complaint}"


def operation_problems(model: GraphModel) -> Iterator[str]:
    """Operations that TensorFlow.js lacks, or that keep something between calls."""
    for name in sorted({node["op"] for node in model.nodes}):
        if name.startswith("Flex"):
            yield f"Flex operation {name}: TensorFlow.js does not have it"
        elif name in CONTROL_FLOW or name.startswith(("TensorArray", "TensorList")):
            yield f"control flow ({name}): a step has none"
        elif name in RESOURCES:
            yield f"resource variable ({name}): the state must be passed in and returned"
        elif name not in known_operations():
            yield f"custom operation {name}: TensorFlow.js does not have it"
    if model.description["modelTopology"].get("library", {}).get("function"):
        yield "functions beside the graph: a step has none"
    if model.description.get("modelInitializer"):
        yield "an initialiser for resources: a step has none"


def fusion_problems(model: GraphModel) -> Iterator[str]:
    """Fused products that the backends refuse when the page runs."""
    nodes = {node["name"]: node for node in model.nodes}
    for node in model.nodes:
        if node["op"] != "_FusedMatMul":
            continue
        bias, *activations = [*fused_operations(node), ""]
        for activation in filter(None, activations):
            if activation not in FUSED_ACTIVATIONS:
                yield f"{node['name']}: _FusedMatMul with {activation}, which no backend has"
        rank = len(_shape(nodes.get(node["input"][2], {}), model)) if bias == "BiasAdd" else 1
        if bias not in ("BiasAdd", "") or rank != 1:
            yield f"{node['name']}: _FusedMatMul with a bias of rank {rank}, which no backend has"


def fused_operations(node: dict[str, Any]) -> list[str]:
    """What a fused node does after the product; the graph keeps the names in base 64."""
    encoded = node.get("attr", {}).get("fused_ops", {}).get("list", {}).get("s", [])
    return [base64.b64decode(text).decode() for text in encoded]


@functools.cache
def known_operations() -> frozenset[str]:
    """The operations that TensorFlow.js can run, from the lists of its converter."""
    package = importlib.util.find_spec("tensorflowjs")
    if package is None or package.origin is None:
        raise RuntimeError("tensorflowjs is not installed; run `make setup`")
    lists = (Path(package.origin).parent / "op_list").glob("*.json")
    return frozenset(
        entry["tfOpName"] for path in lists for entry in json.loads(path.read_text("utf-8"))
    )


def _shape(node: dict[str, Any], model: GraphModel) -> list[int]:
    """The shape of a constant; of anything computed, one that no bias may have."""
    array = model.weights.get(node.get("name", ""))
    return [0, 0] if array is None else list(array.shape)
