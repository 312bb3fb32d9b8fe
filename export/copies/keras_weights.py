"""Converts between the Keras network and plain arrays."""

from export.copies.weights import LayerWeights, NetworkWeights
from training.network.cell import ARRAYS
from training.network.configuration import Configuration
from training.network.model import ElmanModel


def weights_of(model: ElmanModel) -> NetworkWeights:
    """Copy the model's weights into arrays."""
    layers = tuple(
        LayerWeights(
            norm_scale=norm.scale.numpy(),
            **{name: getattr(layer.cell, name).numpy() for name in ARRAYS},
        )
        for norm, layer in zip(model.norms, model.recurrent_layers, strict=True)
    )
    return NetworkWeights(
        words=model.embedding.embeddings.numpy(),
        layers=layers,
        final_scale=model.final_norm.scale.numpy(),
        projection=None if model.projection is None else model.projection.kernel.numpy(),
        output_bias=model.output_bias.numpy(),
        activation=model.configuration.activation,
    )


def keras_model(weights: NetworkWeights) -> ElmanModel:
    """Build a Keras network with these weights, the reference for a copy with rounded weights."""
    configuration = Configuration(
        embedding_size=weights.words.shape[1],
        units=weights.units,
        layers=len(weights.layers),
        activation=weights.activation,
        lanes=1,
        truncated_bptt_length=1,
    )
    model = ElmanModel(configuration, weights.vocabulary_size)
    model.embedding.embeddings.assign(weights.words)
    for norm, layer, arrays in zip(
        model.norms, model.recurrent_layers, weights.layers, strict=True
    ):
        norm.scale.assign(arrays.norm_scale)
        for name in ARRAYS:
            getattr(layer.cell, name).assign(getattr(arrays, name))
    model.final_norm.scale.assign(weights.final_scale)
    if model.projection is not None:
        model.projection.kernel.assign(weights.projection)
    model.output_bias.assign(weights.output_bias)
    return model
