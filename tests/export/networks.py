"""Small networks with random weights, for tests that need no training."""

import dataclasses

import numpy as np

from export.copies.weights import LayerWeights, NetworkWeights
from training.network.cell import ARRAYS, input_sizes, neutral, shapes


def random_network(
    vocabulary: int = 50,
    embedding: int = 16,
    units: int = 16,
    layers: int = 2,
    activation: str = "tanh",
    seed: int = 0,
) -> NetworkWeights:
    """Weights that are never zero or one, so that every part of the network has an effect."""
    random = np.random.default_rng(seed)

    def draw(*shape: int, scale: float = 0.3, offset: float = 0.0) -> np.ndarray:
        return (random.normal(size=shape) * scale + offset).astype(np.float32)

    return NetworkWeights(
        words=draw(vocabulary, embedding),
        layers=tuple(
            LayerWeights(
                norm_scale=draw(size, offset=1.0),
                **{name: draw(*shape) for name, shape in shapes(size, units).items()},
            )
            for size in input_sizes(embedding, units, layers)
        ),
        final_scale=draw(units, offset=1.0),
        projection=None if embedding == units else draw(units, embedding),
        output_bias=draw(vocabulary),
        activation=activation,
    )


def untrained(weights: NetworkWeights) -> NetworkWeights:
    """The same with zero biases and norms of one, as before training."""
    layers = tuple(
        dataclasses.replace(
            layer,
            norm_scale=np.ones_like(layer.norm_scale),
            **{
                name: np.full_like(array, neutral(name))
                for name, array in layer.named().items()
                if name in ARRAYS and neutral(name) is not None
            },
        )
        for layer in weights.layers
    )
    return dataclasses.replace(
        weights,
        layers=layers,
        final_scale=np.ones_like(weights.final_scale),
        output_bias=np.zeros_like(weights.output_bias),
    )
