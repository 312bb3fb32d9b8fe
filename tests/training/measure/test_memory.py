import math

import numpy as np
import pytest
import tensorflow as tf

from training.data.lanes import Stream
from training.measure.memory import memory_reach
from training.measure.metrics import negative_log_probabilities
from training.network.configuration import Configuration
from training.network.model import ElmanModel
from training.text.vocabulary import END

WORDS = 30


@pytest.fixture(scope="module")
def model() -> ElmanModel:
    model = ElmanModel(Configuration(units=8, embedding_size=6, lanes=1), WORDS)
    generator = np.random.default_rng(4)
    for variable in model.trainable_variables:
        variable.assign(generator.normal(scale=0.4, size=variable.shape))
    return model


@pytest.fixture(scope="module")
def stream() -> Stream:
    """Three documents, of which the middle one is too short to measure."""
    lengths = [200, 30, 150]
    ids = np.random.default_rng(1).integers(2, WORDS, sum(lengths)).astype(np.uint16)
    return Stream(ids, np.cumsum([0, *lengths]))


def charged(model: ElmanModel, words: np.ndarray, state: np.ndarray, answer: int) -> float:
    logits, _ = model.run(words.astype(np.int32), state)
    return float(negative_log_probabilities(logits[-1:], np.array([answer]))[0])


def measured_positions(stream: Stream, longest: int) -> list[int]:
    ends = zip(stream.starts[:-1], stream.starts[1:], strict=True)
    return [at for begin, end in ends for at in range(begin + 63 + longest, end, 64)]


def test_the_cut_state_has_seen_that_many_tokens_and_the_full_one_the_whole_document(model, stream):
    reach = memory_reach(model, stream, distances=(1, 4, 16))
    at = measured_positions(stream, 16)
    assert reach is not None and reach.positions == len(at) == 4
    for distance, perplexity in zip((1, 4, 16), reach.perplexities, strict=True):
        nats = [
            charged(model, stream.ids[t - distance : t], model.zero_state(), stream.ids[t])
            for t in at
        ]
        assert perplexity == pytest.approx(math.exp(np.mean(nats)), rel=1e-4)
    nats = []
    for t in at:
        begin = stream.starts[np.searchsorted(stream.starts, t, side="right") - 1]
        words = np.concatenate([[END], stream.ids[begin:t]])
        nats.append(charged(model, words, model.zero_state(), stream.ids[t]))
    assert reach.full == pytest.approx(math.exp(np.mean(nats)), rel=1e-4)


def test_the_gradient_is_the_derivative_of_the_loss_by_the_earlier_state(model, stream):
    reach = memory_reach(model, stream, distances=(2, 8), positions=1)
    assert reach is not None
    at = measured_positions(stream, 8)[0]
    before = np.concatenate([[END], stream.ids[: at - 2]]).astype(np.int32)
    _, state = model.run(before, model.zero_state())
    slopes = np.zeros(state.shape)
    for index in np.ndindex(*state.shape):
        moved = [state.copy(), state.copy()]
        moved[0][index] += 1e-2
        moved[1][index] -= 1e-2
        after = [charged(model, stream.ids[at - 2 : at], each, stream.ids[at]) for each in moved]
        slopes[index] = (after[0] - after[1]) / 2e-2
    assert reach.gradient_norms[0] == pytest.approx(np.sqrt((slopes**2).sum()), rel=0.02)


def test_a_text_of_short_documents_has_no_reach_to_measure(model):
    assert memory_reach(model, Stream(np.ones(50, np.uint16), np.array([0, 25, 50]))) is None


def test_without_a_recurrent_kernel_the_gradient_vanishes_at_once(model, stream):
    forgetful = ElmanModel(model.configuration, WORDS)
    for mine, theirs in zip(forgetful.variables, model.variables, strict=True):
        mine.assign(theirs)
    for layer in forgetful.recurrent_layers:
        layer.cell.recurrent_kernel.assign(tf.zeros([8, 8]))
    reach = memory_reach(forgetful, stream, distances=(1, 4))
    assert reach is not None and reach.gradient_norms == [0.0, 0.0]
    assert reach.perplexities[0] == pytest.approx(reach.full, rel=1e-5)
