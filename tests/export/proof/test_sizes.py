"""The sizes that the lint expects are those of the arrays."""

import pytest

from export.copies.manifest import network_of
from export.proof.sizes import NetworkSizes
from tests.export.networks import random_network

SHAPES = [{}, {"layers": 1}, {"layers": 3, "units": 12}, {"embedding": 8}, {"vocabulary": 16}]


@pytest.mark.parametrize("shape", SHAPES)
def test_matrices_and_vectors_are_those_of_the_network(shape):
    weights = random_network(**shape)
    sizes = NetworkSizes(network_of(weights))
    # LiteRT stores a matrix with a row for each output; of the shared table each word is a row.
    turned = [array.shape[::-1] for layer in weights.layers for array in layer.named().values()]
    turned += [] if weights.projection is None else [weights.projection.shape[::-1]]
    matrices = [shape for shape in turned if len(shape) == 2]
    assert sorted(sizes.matrices()) == sorted([weights.words.shape, *matrices])
    assert sizes.parameters() == weights.parameters()
