"""Reads and edits `.tflite` files without TensorFlow.

The format is a flatbuffer; its classes are generated from the schema and come with LiteRT.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
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
        code = self.model.operatorCodes[operator.opcodeIndex]
        # Older files store the code in the deprecated 8-bit field.
        return max(code.builtinCode, code.deprecatedBuiltinCode)

    def operator_names(self) -> list[str]:
        """The name of each operator; for a custom one, `CUSTOM` and its own name."""
        return [self._name(operator) for operator in self.operators]

    def _name(self, operator: Any) -> str:
        custom = self.model.operatorCodes[operator.opcodeIndex].customCode
        if self.code_of(operator) == BuiltinOperator.CUSTOM and custom:
            return f"CUSTOM {custom.decode()}"
        return OPERATOR_NAMES.get(self.code_of(operator), f"number {self.code_of(operator)}")

    def data(self, tensor: int) -> np.ndarray | None:
        """The bytes of a constant, uint8, or None for a tensor that is computed."""
        data = self.model.buffers[self.tensors[tensor].buffer].data
        return None if data is None or len(data) == 0 else np.asarray(data, np.uint8)

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

    def operation(self, builtin: int, inputs: list[int], outputs: list[int], version: int) -> Any:
        """Create an operator; the caller inserts it."""
        code = schema.OperatorCodeT()
        code.builtinCode, code.version = builtin, version
        code.deprecatedBuiltinCode = min(builtin, BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES)
        self.model.operatorCodes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.model.operatorCodes) - 1
        operator.inputs, operator.outputs = inputs, outputs
        return operator

    def remove_tensors(self, removed: Iterable[int]) -> None:
        """Remove tensors that no operator uses, with the bytes of their constants."""
        removed = sorted(set(removed), reverse=True)
        for index in removed:
            self.model.buffers[self.tensors.pop(index).buffer].data = None

        def moved(index: int) -> int:
            return int(index) - sum(1 for gone in removed if gone < index)

        for holder in [self.graph, *self.operators]:
            holder.inputs = [moved(index) for index in holder.inputs]
            holder.outputs = [moved(index) for index in holder.outputs]
        for signature in self.model.signatureDefs:
            for entry in [*signature.inputs, *signature.outputs]:
                entry.tensorIndex = moved(entry.tensorIndex)

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

    def packed(self) -> bytes:
        """The bytes of the file."""
        builder = _AligningBuilder(self.constant_bytes() + self.metadata_bytes() + (1 << 20))
        builder.Finish(self.model.Pack(builder), file_identifier=IDENTIFIER)
        return bytes(builder.Output())
