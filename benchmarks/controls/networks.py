"""The networks that are compared, and their sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from training.data.prepare import Prepared
from training.network.configuration import Configuration

if TYPE_CHECKING:
    from training.network.model import ElmanModel

NAMES = {
    "simple-rnn": "SimpleRNN",
    "gru": "GRU",
    "lstm": "LSTM",
    "transformer": "transformer",
}
"""The names on the command line and in the tables."""
BLOCKS = 3
"""The number of blocks of the transformer."""
MULTIPLE = 8
"""The number of units is a multiple of this."""


def class_of(name: str) -> type[ElmanModel]:
    """Return the class of a network, one of `NAMES`. Imports TensorFlow."""
    from benchmarks.controls.gated import GRUModel, LSTMModel
    from benchmarks.controls.transformer import TransformerModel
    from training.network.model import ElmanModel

    return dict(zip(NAMES, (ElmanModel, GRUModel, LSTMModel, TransformerModel), strict=True))[name]


def configuration_of(name: str, base: Configuration, vocabulary_size: int) -> Configuration:
    """Return the settings of a network with about as many parameters as the SimpleRNN of `base`.

    Only the number of units differs, and in the transformer also the size of the word vectors, the
    number of layers and the shape of a step, which has about as many tokens.
    """
    if name == "simple-rnn":
        return base
    wanted = parameters("simple-rnn", base, vocabulary_size)
    best, least = base, wanted
    for units in range(MULTIPLE, base.units + base.embedding_size + 1, MULTIPLE):
        candidate = _sized(name, base, units)
        surplus = parameters(name, candidate, vocabulary_size) - wanted
        if abs(surplus) < least:
            best, least = candidate, abs(surplus)
        # The number does not always rise: a network as wide as its word vectors has no projection.
        if surplus > wanted / 2:
            break
    return best


def fitted(name: str, base: Configuration, prepared: Prepared) -> Configuration:
    """Return the settings of a network for a text, with lanes and chunks that the text can fill."""
    configuration = configuration_of(name, base, len(prepared.vocabulary))
    return configuration.adapted_to(prepared.tokens("train"))


def parameters(name: str, configuration: Configuration, vocabulary_size: int) -> int:
    """Return the number of trainable parameters of a network."""
    # Building the whole table of words would take most of the time.
    of_a_word = configuration.embedding_size + 1
    with_one_word = class_of(name)(replace(configuration, lanes=1), 1).parameters()
    return with_one_word + (vocabulary_size - 1) * of_a_word


def _sized(name: str, base: Configuration, units: int) -> Configuration:
    if name != "transformer":
        return replace(base, units=units)
    from benchmarks.controls.transformer import WINDOW

    tokens = base.lanes * base.truncated_bptt_length
    return replace(
        base,
        units=units,
        embedding_size=units,
        layers=BLOCKS,
        lanes=max(1, tokens // WINDOW),
        truncated_bptt_length=WINDOW,
    )
