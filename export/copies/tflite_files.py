"""Reads and edits `.tflite` files without TensorFlow.

The format is a flatbuffer; its classes are generated from the schema and come with LiteRT.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from training.common.errors import UserError

BuiltinOperator: Any = schema.BuiltinOperator
TensorType: Any = schema.TensorType
IDENTIFIER = b"TFL3"
OPERATOR_NAMES = {value: name for name, value in vars(BuiltinOperator).items() if name.isupper()}
TYPE_NAMES = {value: name.lower() for name, value in vars(TensorType).items() if name.isupper()}


class _AligningBuilder(flatbuffers.Builder):
    """Aligns byte vectors, among them the weights, to 16 bytes, as the schema requires."""

    def StartVector(self, elemSize: int, numElems: int, alignment: int) -> int:  # noqa: N802, N803
        return super().StartVector(elemSize, numElems, 16 if elemSize == 1 else alignment)


@dataclasses.dataclass(frozen=True)
class TensorFacts:
    """An input or output of the model: its name in the signature, its type and its shape."""

    name: str
    dtype: str
    shape: list[int]


class Tflite:
    """The only subgraph of a model, its tensors, operators and signature."""

    def __init__(self, model: Any):
        self.model = model
        self.graph = model.subgraphs[0]

    @classmethod
    def of(cls, data: bytes | bytearray) -> Tflite:
        """Parse the bytes of a file; `ValueError` if they are not a TensorFlow Lite model."""
        if bytes(data[4:8]) != IDENTIFIER:
            raise ValueError("not a TensorFlow Lite file")
        return cls(schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0)))

    @classmethod
    def read(cls, path: Path) -> Tflite:
        """Parse a file; `UserError` if it is missing or broken."""
        try:
            return cls.of(path.read_bytes())
        except OSError as error:
            raise UserError(f"cannot read {path}: {error.strerror}") from error
        except Exception as error:
            # The generated classes raise many kinds of exceptions on damaged offsets.
            raise UserError(f"{path} is not a TensorFlow Lite model ({error})") from error

    @property
    def tensors(self) -> list[Any]:
        """All tensors; operators refer to them by index."""
        return self.graph.tensors

    @property
    def operators(self) -> list[Any]:
        """The operators in the order in which they run."""
        return self.graph.operators

    def code_of(self, operator: Any) -> int:
        """The builtin code of an operator."""
        return _builtin(self.model.operatorCodes[operator.opcodeIndex])

    def operators_of(self, builtin: int) -> list[Any]:
        """The operators with this builtin code."""
        return [operator for operator in self.operators if self.code_of(operator) == builtin]

    def operator_names(self) -> list[str]:
        """The name of each operator; for a custom one, `CUSTOM` and its own name."""
        return [_name(self.model.operatorCodes[each.opcodeIndex]) for each in self.operators]

    def operations(self) -> list[tuple[str, int]]:
        """The name and version of each operation that a runtime needs to load the model."""
        return [(_name(code), code.version) for code in self.model.operatorCodes]

    def data(self, tensor: int) -> np.ndarray | None:
        """The bytes of a constant, uint8, or None for a tensor that is computed."""
        data = self.model.buffers[self.tensors[tensor].buffer].data
        return None if data is None or len(data) == 0 else np.asarray(data, np.uint8)

    def float_data(self, tensor: int) -> np.ndarray:
        """The values of a float32 constant; `ValueError` for any other tensor."""
        data, facts = self.data(tensor), self.tensors[tensor]
        if data is None or facts.type != TensorType.FLOAT32:
            raise ValueError(f"tensor {tensor} is not a float32 constant")
        return data.view("<f4").reshape([int(size) for size in facts.shape])

    def constant_bytes(self) -> int:
        """The size of all constants in bytes, each buffer counted once, without metadata."""
        whole = sum(0 if b.data is None else len(b.data) for b in self.model.buffers)
        return whole - self.metadata_bytes()

    def metadata(self, name: str) -> bytes | None:
        """The bytes of a metadata buffer, or None."""
        for entry in self.model.metadata or []:
            if entry.name.decode() == name:
                data = self.model.buffers[entry.buffer].data
                return b"" if data is None else bytes(bytearray(data))
        return None

    def metadata_bytes(self) -> int:
        """The size of all metadata buffers in bytes."""
        names = [entry.name.decode() for entry in self.model.metadata or []]
        return sum(len(self.metadata(name) or b"") for name in names)

    def inputs(self) -> list[TensorFacts]:
        """The inputs in the order in which a runtime numbers them."""
        return [self._facts(int(tensor), "inputs") for tensor in self.graph.inputs]

    def outputs(self) -> list[TensorFacts]:
        """The outputs in the order in which a runtime numbers them."""
        return [self._facts(int(tensor), "outputs") for tensor in self.graph.outputs]

    def _facts(self, index: int, side: str) -> TensorFacts:
        tensor = self.tensors[index]
        names = {
            entry.tensorIndex: entry.name.decode()
            for signature in self.model.signatureDefs or []
            for entry in getattr(signature, side)
        }
        name = names.get(index, tensor.name.decode())
        return TensorFacts(name, TYPE_NAMES[tensor.type], [int(size) for size in tensor.shape])

    def output_index(self, name: str) -> int:
        """The index of the output tensor that the signature calls `name`."""
        (found,) = [
            entry.tensorIndex
            for entry in self.model.signatureDefs[0].outputs
            if entry.name.decode() == name
        ]
        return found

    # -- editing -----------------------------------------------------------------------------------

    def operation(
        self, builtin: int, inputs: list[int], outputs: list[int], version: int, options: Any = None
    ) -> Any:
        """Create an operator; the caller inserts it.

        `options` is an instance of a generated class, such as `schema.MulOptionsT`.
        """
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code_index(builtin, version)
        operator.inputs, operator.outputs = inputs, outputs
        if options is not None:
            name = type(options).__name__.removesuffix("T")
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
            operator.builtinOptions = options
        return operator

    def set_version(self, operator: Any, version: int) -> None:
        """Declare the version of its operation that `operator` needs."""
        operator.opcodeIndex = self._code_index(self.code_of(operator), version)

    def _code_index(self, builtin: int, version: int) -> int:
        codes = self.model.operatorCodes
        for index, code in enumerate(codes):
            if (code.builtinCode, code.version, code.customCode) == (builtin, version, None):
                return index
        added = schema.OperatorCodeT()
        added.builtinCode, added.version = builtin, version
        added.deprecatedBuiltinCode = min(builtin, BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES)
        codes.append(added)
        return len(codes) - 1

    def add_tensor(self, name: str, shape: Sequence[int]) -> int:
        """Add a float32 tensor that an operator computes; returns its index."""
        self.model.buffers.append(schema.BufferT())
        return self._added(name, shape, len(self.model.buffers) - 1)

    def add_constant(self, name: str, values: np.ndarray) -> int:
        """Add a float32 constant; returns its index."""
        index = self.add_tensor(name, values.shape)
        data = np.ascontiguousarray(values, "<f4").view(np.uint8).ravel()
        self.model.buffers[self.tensors[index].buffer].data = data
        return index

    def add_view(self, name: str, tensor: int, shape: Sequence[int]) -> int:
        """Add a float32 constant that shares the bytes of another; returns its index."""
        return self._added(name, shape, self.tensors[tensor].buffer)

    def _added(self, name: str, shape: Sequence[int], buffer: int) -> int:
        tensor: Any = schema.TensorT()
        tensor.name, tensor.type = name.encode(), TensorType.FLOAT32
        tensor.shape, tensor.buffer = [int(size) for size in shape], buffer
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def remove_unused(self) -> None:
        """Remove the tensors and operator codes that no operator uses."""
        holders = [self.graph, *self.operators]
        used = {int(i) for holder in holders for i in [*holder.inputs, *holder.outputs]}
        kept = [index for index in range(len(self.tensors)) if index in used]
        self._keep_tensors(kept, holders)
        codes = sorted({operator.opcodeIndex for operator in self.operators})
        for operator in self.operators:
            operator.opcodeIndex = codes.index(operator.opcodeIndex)
        self.model.operatorCodes = [self.model.operatorCodes[index] for index in codes]

    def _keep_tensors(self, kept: list[int], holders: list[Any]) -> None:
        # -1 stands for an optional tensor that is absent.
        places = {-1: -1, **{index: place for place, index in enumerate(kept)}}
        for holder in holders:
            holder.inputs = [places[int(index)] for index in holder.inputs]
            holder.outputs = [places[int(index)] for index in holder.outputs]
        for signature in self.model.signatureDefs:
            for entry in [*signature.inputs, *signature.outputs]:
                entry.tensorIndex = places[entry.tensorIndex]
        left = [self.tensors[index] for index in kept]
        for buffer in {tensor.buffer for tensor in self.tensors} - {t.buffer for t in left}:
            self.model.buffers[buffer].data = None
        self.graph.tensors = left

    def set_metadata(self, name: str, data: bytes) -> None:
        """Set the metadata buffer `name` to `data`, creating it if needed."""
        found = [e for e in self.model.metadata or [] if e.name.decode() == name]
        # The generated classes declare narrower types than they pack.
        buffer: Any = self.model.buffers[found[0].buffer] if found else schema.BufferT()
        if not found:
            entry: Any = schema.MetadataT()
            self.model.buffers.append(buffer)
            entry.name, entry.buffer = name.encode(), len(self.model.buffers) - 1
            self.model.metadata = [*(self.model.metadata or []), entry]
        buffer.data = np.frombuffer(data, np.uint8)

    def remove_metadata(self, name: str) -> None:
        """Remove the metadata buffer `name` if it exists. Its place among the buffers stays."""
        for entry in self.model.metadata or []:
            if entry.name.decode() == name:
                self.model.buffers[entry.buffer].data = None
        left = [e for e in self.model.metadata or [] if e.name.decode() != name]
        self.model.metadata = left

    def packed(self) -> bytes:
        """The bytes of the file."""
        builder = _AligningBuilder(self.constant_bytes() + self.metadata_bytes() + (1 << 20))
        builder.Finish(self.model.Pack(builder), file_identifier=IDENTIFIER)
        return bytes(builder.Output())


def _builtin(code: Any) -> int:
    # Older files store the code in the deprecated 8-bit field.
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def _name(code: Any) -> str:
    if _builtin(code) == BuiltinOperator.CUSTOM and code.customCode:
        return f"CUSTOM {code.customCode.decode()}"
    return OPERATOR_NAMES.get(_builtin(code), f"number {_builtin(code)}")
