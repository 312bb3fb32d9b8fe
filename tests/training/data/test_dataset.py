import numpy as np

from training.data.candidates import CandidateSampler
from training.data.dataset import (
    CANDIDATES_MULTIPLE,
    IMPOSSIBLE,
    Shard,
    batched,
    candidate_chunks,
    exact_chunks,
)
from training.data.lanes import LaneReader, Stream


def reader_of_a_text() -> LaneReader:
    """100 tokens with unique ids, in 3 lanes with chunks of 5."""
    stream = Stream(np.arange(1, 101, dtype=np.uint16), np.array([0, 100]))
    return LaneReader(stream, 3, 5, seed=7, shuffle=False)


def test_tf_data_yields_the_reader_s_chunks_from_any_step_on():
    reader = reader_of_a_text()
    steps = list(exact_chunks(Shard(reader), 2, 5))
    assert [int(step) for step, _, _ in steps] == [2, 3, 4]
    for step, inputs, targets in steps:
        expected = reader.chunk(int(step))
        np.testing.assert_array_equal(inputs, expected[0])
        np.testing.assert_array_equal(targets, expected[1])


def test_tf_data_yields_candidates_that_hold_the_targets():
    reader = reader_of_a_text()
    sampler = CandidateSampler(np.ones(101), 10, 15, seed=1)
    for step, _, indices, ids, _ in candidate_chunks(Shard(reader), sampler, 0, 3):
        np.testing.assert_array_equal(ids.numpy()[indices], reader.chunk(int(step))[1])


def test_padded_candidates_all_have_one_size_and_impossible_words_at_the_end():
    reader = reader_of_a_text()
    sampler = CandidateSampler(np.ones(101), 10, 15, seed=1)
    plain = list(candidate_chunks(Shard(reader), sampler, 0, 3))
    chunks = candidate_chunks(Shard(reader), sampler, 0, 3, padded=True)
    batches = list(batched(chunks, 2, lanes=3, length=5))
    assert [len(batch[0]) for batch in batches] == [2, 1]
    padded = [tuple(part[at] for part in batch) for batch in batches for at in range(len(batch[0]))]
    for (*before, ids, correction), (*after, more, others) in zip(plain, padded, strict=True):
        for one, other in zip(before, after, strict=True):
            np.testing.assert_array_equal(one, other)
        assert len(more) == len(others) == CANDIDATES_MULTIPLE
        np.testing.assert_array_equal(more[: len(ids)], ids)
        np.testing.assert_array_equal(others[: len(ids)], correction)
        assert set(others[len(ids) :].numpy()) == {np.float32(IMPOSSIBLE)}
