"""How many bytes the parameters of a network explain in each copy.

A copy that is much larger has something twice (the shared table, most likely) or carries dead
weight; a smaller one has lost weights on the way.
"""

from __future__ import annotations

import dataclasses
from typing import Any

FLOAT_BYTES = 4
# Axes, shapes and the small constants of the graph.
SMALL_CONSTANTS = 4096
# The structure around the weights.
TFLITE_STRUCTURE = 64_000
SAVED_MODEL_STRUCTURE = 256_000
# LiteRT keeps a float32 scale and an int64 zero point a row.
TFLITE_ROW_BYTES = 12
# The converter leaves smaller matrices in float32.
LEAST_QUANTISED = 1024


@dataclasses.dataclass(frozen=True)
class Bounds:
    """The least and the most bytes that a file may have."""

    least: int
    most: int

    def complaint(self, found: int) -> str | None:
        """What is wrong with `found` bytes, or None."""
        if found < self.least:
            return f"{found:,} bytes, but the parameters need {self.least:,}: weights are missing"
        if found > self.most:
            return (
                f"{found:,} bytes, but the parameters explain {self.most:,}: something is in it "
                "twice, most likely the table of words"
            )
        return None


@dataclasses.dataclass(frozen=True)
class NetworkSizes:
    """Bounds that follow from `network`, the entry of the manifest."""

    network: dict[str, Any]

    def matrices(self) -> list[tuple[int, int]]:
        """Rows and columns of every weight matrix, the table of words first."""
        units, embedding = self.network["units"], self.network["embedding_size"]
        inputs = [embedding] + [units] * (self.network["layers"] - 1)
        kernels = [(units, size) for size in inputs] + [(units, units)] * len(inputs)
        projection = [] if units == embedding else [(embedding, units)]
        return [(self.network["vocabulary_size"], embedding), *kernels, *projection]

    def vectors(self) -> int:
        """Numbers in biases and in the scales of the norms."""
        units, layers = self.network["units"], self.network["layers"]
        norms = self.network["embedding_size"] + units * layers
        return units * layers + norms + self.network["vocabulary_size"]

    def parameters(self) -> int:
        """All numbers of the network, the shared table counted once."""
        return sum(rows * columns for rows, columns in self.matrices()) + self.vectors()

    def saved_model(self) -> Bounds:
        """The whole folder of the SavedModel."""
        floats = FLOAT_BYTES * self.parameters()
        return Bounds(floats, floats + SAVED_MODEL_STRUCTURE)

    def tflite_constants(self, quantised: bool) -> Bounds:
        """The constants in a `.tflite` file."""
        sizes = [rows * columns for rows, columns in self.matrices()]
        matrices = sum(
            size if quantised and size >= LEAST_QUANTISED else FLOAT_BYTES * size for size in sizes
        )
        expected = matrices + FLOAT_BYTES * self.vectors()
        return Bounds(expected, expected + SMALL_CONSTANTS)

    def tflite_file(self, quantised: bool) -> Bounds:
        """A whole `.tflite` file."""
        constants = self.tflite_constants(quantised)
        rows = sum(rows for rows, _ in self.matrices()) if quantised else 0
        most = constants.most + TFLITE_ROW_BYTES * rows + TFLITE_STRUCTURE
        return Bounds(constants.least, most)

    def tfjs_weights(self) -> Bounds:
        """The weights of the TensorFlow.js copy: 8 bits, and a float32 scale for each column."""
        matrices = sum(rows * columns for rows, columns in self.matrices())
        scales = sum(rows for rows, _ in self.matrices())
        floats = FLOAT_BYTES * (self.vectors() + scales)
        # Biases of zeros and scales of ones are taken out by the optimiser.
        return Bounds(matrices, matrices + floats + SMALL_CONSTANTS)
