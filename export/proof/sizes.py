"""The size in bytes of each copy, computed from the parameters of the network.

A copy that is much larger stores something twice, most likely the shared table. A smaller one has
lost weights.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from training.network.cell import input_sizes, shapes

FLOAT_BYTES = 4
# Axes, shapes and the small constants of the graph.
SMALL_CONSTANTS = 4096
# The structure around the weights.
TFLITE_STRUCTURE = 64_000
SAVED_MODEL_STRUCTURE = 256_000
# LiteRT stores a float32 scale and an int64 zero point per row.
TFLITE_ROW_BYTES = 12
# The converter leaves smaller matrices in float32.
LEAST_QUANTISED = 1024


@dataclasses.dataclass(frozen=True)
class Bounds:
    """The smallest and the largest allowed size of a file in bytes."""

    least: int
    most: int

    def complaint(self, found: int) -> str | None:
        """What is wrong with `found` bytes, or None."""
        if found < self.least:
            return f"{found:,} bytes, but the parameters need {self.least:,}: weights are missing"
        if found > self.most:
            return (
                f"{found:,} bytes, but the parameters need at most {self.most:,}: something is "
                "stored twice, most likely the table of word vectors"
            )
        return None


@dataclasses.dataclass(frozen=True)
class NetworkSizes:
    """Bounds computed from `network`, the entry in the manifest."""

    network: dict[str, Any]

    def matrices(self) -> list[tuple[int, int]]:
        """The rows and columns of every weight matrix, the table of word vectors first."""
        units, embedding = self.network["units"], self.network["embedding_size"]
        kernels = [(shape[1], shape[0]) for shape in self._cell_shapes() if len(shape) == 2]
        projection = [] if units == embedding else [(embedding, units)]
        return [(self.network["vocabulary_size"], embedding), *kernels, *projection]

    def vectors(self) -> int:
        """How many numbers the biases and the scales of the norms have."""
        cells = sum(shape[0] for shape in self._cell_shapes() if len(shape) == 1)
        norms = sum(self._input_sizes()) + self.network["units"]
        return cells + norms + self.network["vocabulary_size"]

    def _cell_shapes(self) -> Iterator[tuple[int, ...]]:
        for inputs in self._input_sizes():
            yield from shapes(inputs, self.network["units"]).values()

    def _input_sizes(self) -> list[int]:
        network = self.network
        return input_sizes(network["embedding_size"], network["units"], network["layers"])

    def parameters(self) -> int:
        """How many parameters the network has, the shared table counted once."""
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
        # The graph optimiser removes biases of zeros and scales of ones.
        return Bounds(matrices, matrices + floats + SMALL_CONSTANTS)
