"""The weights of a trained network as plain arrays, from which every copy is made."""

import dataclasses

import numpy as np

from training.network.cell import ARRAYS, CellArrays


@dataclasses.dataclass(frozen=True, kw_only=True)
class LayerWeights(CellArrays):
    """One recurrent layer: the arrays of its cell, and `norm_scale` [input size]."""

    norm_scale: np.ndarray

    def named(self) -> dict[str, np.ndarray]:
        """Every array by its name."""
        return {name: getattr(self, name) for name in ("norm_scale", *ARRAYS)}


@dataclasses.dataclass(frozen=True)
class NetworkWeights:
    """A whole network in float32.

    `words` [vocabulary, embedding size] is both the first and the last matrix; `final_scale`
    [units], `projection` [units, embedding size] or None, `output_bias` [vocabulary].
    """

    words: np.ndarray
    layers: tuple[LayerWeights, ...]
    final_scale: np.ndarray
    projection: np.ndarray | None
    output_bias: np.ndarray
    activation: str

    @property
    def vocabulary_size(self) -> int:
        """The number of entries in the vocabulary."""
        return self.words.shape[0]

    @property
    def units(self) -> int:
        """The size of a layer's state."""
        return self.layers[0].recurrent_kernel.shape[0]

    def folded(self) -> "NetworkWeights":
        """The same function with the norms' scales multiplied into the next matrices.

        Without a projection, the final scale is kept: the next matrix is the shared table.
        """
        layers = tuple(map(_folded, self.layers))
        if self.projection is None:
            return dataclasses.replace(self, layers=layers)
        return dataclasses.replace(
            self,
            layers=layers,
            final_scale=np.ones_like(self.final_scale),
            projection=self.final_scale[:, None] * self.projection,
        )

    def arrays(self) -> list[np.ndarray]:
        """Every array once."""
        layers = [array for layer in self.layers for array in layer.named().values()]
        rest = [self.words, self.final_scale, self.output_bias]
        return rest + layers + ([] if self.projection is None else [self.projection])

    def parameters(self) -> int:
        """The number of parameters, the shared table counted once."""
        return sum(array.size for array in self.arrays())


def _folded(layer: LayerWeights) -> LayerWeights:
    return dataclasses.replace(
        layer,
        norm_scale=np.ones_like(layer.norm_scale),
        kernel=layer.norm_scale[:, None] * layer.kernel,
    )
