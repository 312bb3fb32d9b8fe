"""The recurrent cell: its arrays, what a step computes, and its formula.

    z_t = x_t U + s_(t-1) W + b        the sums
    s_t = f(z_t)                       the next state

Training, the exported copies, the file sizes that the lint expects and the formula on the page are
all derived from this module. Each of them computes the sums in its own layout (training projects
the inputs of all steps in one product; TensorFlow.js multiplies once by `U` and `W` stacked), and
calls `next_state` for the rest.

To change the cell, change the shapes (each gate adds `units` columns to `U`, `W` and `b`), declare
the arrays that `next_state` needs besides the sums, and change `next_state` and `FORMULA`.

This module is imported where TensorFlow is not. If operators are not enough for `next_state`,
import TensorFlow inside it.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

NAME = "an Elman network (Keras `SimpleRNN`)"
FORMULA = "s_t = {activation}(U x_t + W s_(t-1) + b)"
"""Single letters are variables and `_` starts a subscript; the page typesets it."""
SUMMED = ("kernel", "recurrent_kernel", "bias")
"""The arrays of the sums: `U`, `W` and `b`."""


def _array(shape: Callable[[int, int], tuple[int, ...]], neutral: float | None = None) -> Any:
    """Declare a field of `CellArrays`.

    Args:
      shape: Returns the shape for an input size and a number of units.
      neutral: The value that has no effect. A graph optimiser may remove an array that holds
        nothing else.
    """
    return dataclasses.field(metadata={"shape": shape, "neutral": neutral})


@dataclasses.dataclass(frozen=True, kw_only=True)
class CellArrays:
    """The arrays of one layer's cell, float32, under the names that they have in the Keras cell."""

    kernel: Any = _array(lambda inputs, units: (inputs, units))
    recurrent_kernel: Any = _array(lambda _, units: (units, units))
    bias: Any = _array(lambda _, units: (units,), neutral=0)


_FIELDS = {field.name: field for field in dataclasses.fields(CellArrays)}
ARRAYS = tuple(_FIELDS)
FURTHER = tuple(name for name in ARRAYS if name not in SUMMED)
"""The arrays that `next_state` needs besides the sums. Each has one dimension."""


def next_state(
    sums: Any, state: Any, further: Mapping[str, Any], activation: Callable[[Any], Any]
) -> Any:
    """Compute the state after a step.

    Args:
      sums: `x_t U + s_(t-1) W + b`, [batch, columns of U].
      state: State before the step, [batch, units].
      further: The arrays named in `FURTHER`.
      activation: The function `f`.

    Returns:
      The next state, [batch, units].
    """
    return activation(sums)


def shapes(inputs: int, units: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of a layer that reads vectors of size `inputs`."""
    return {name: field.metadata["shape"](inputs, units) for name, field in _FIELDS.items()}


def neutral(name: str) -> float | None:
    """Return the value at which an array has no effect, or None if there is none."""
    return _FIELDS[name].metadata["neutral"]


def input_sizes(embedding_size: int, units: int, layers: int) -> list[int]:
    """Return the input size of each layer: word vectors, then the states of the layer below."""
    return [embedding_size] + [units] * (layers - 1)


def formula(activation: str) -> str:
    """Return the formula of the next state, such as `s_t = tanh(U x_t + W s_(t-1) + b)`."""
    return FORMULA.format(activation=activation)
