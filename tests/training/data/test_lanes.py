import numpy as np
import pytest

from training.data.lanes import LaneReader, OrderedStream, Stream, padded_batches
from training.text.vocabulary import END


def stream_of(*lengths: int) -> Stream:
    """Return documents with unique ids: 1, 2, 3, ..."""
    starts = np.cumsum([0, *lengths]).astype(np.int64)
    return Stream(np.arange(1, starts[-1] + 1, dtype=np.uint16), starts)


def reader_of(stream: Stream, lanes=3, length=5, shuffle=False) -> LaneReader:
    return LaneReader(stream, lanes, length, seed=7, shuffle=shuffle)


def test_ids_are_counted_piece_by_piece(monkeypatch):
    monkeypatch.setattr("training.data.lanes.COUNTED_TOKENS", 3)
    stream = Stream(np.array([2, 0, 2, 2, 3, 0, 2], np.uint16), np.array([0, 7]))
    assert stream.counts(5).tolist() == [2, 0, 4, 1, 0]


def test_the_target_is_the_next_token_everywhere():
    inputs, targets = reader_of(stream_of(100)).chunk(2)
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
    np.testing.assert_array_equal(targets, inputs % 100 + 1)


def test_each_lane_goes_on_where_its_chunk_before_ended():
    reader = reader_of(stream_of(100))
    for step in range(reader.steps_per_epoch - 1):
        (_, targets), (inputs, _) = reader.chunk(step), reader.chunk(step + 1)
        np.testing.assert_array_equal(inputs[:, 0], targets[:, -1])


def test_no_token_is_lost_at_chunk_borders_but_the_incomplete_lane_ends():
    reader = reader_of(stream_of(100), lanes=3, length=5)
    seen = [reader.chunk(step)[1] for step in range(reader.steps_per_epoch)]
    lanes = np.concatenate(seen, axis=1)
    begin = lanes[0, 0] - 1
    for lane, tokens in enumerate(lanes):
        expected = begin + lane * reader.lane_tokens + np.arange(len(tokens))
        np.testing.assert_array_equal(tokens, expected % 100 + 1)
        assert reader.lane_tokens - len(tokens) < 5


def test_with_one_token_chunks_every_token_is_a_target_once():
    reader = reader_of(stream_of(40, 50), lanes=3, length=1, shuffle=True)
    seen = np.concatenate([reader.chunk(step)[1] for step in range(reader.steps_per_epoch)])
    assert sorted(seen.reshape(-1).tolist()) == list(range(1, 91))


def test_an_epoch_begins_with_the_end_of_text_mark():
    assert reader_of(stream_of(100)).chunk(0)[0][0, 0] == END


def test_documents_stay_whole_when_they_are_shuffled():
    stream = stream_of(10, 20, 30)
    ordered = OrderedStream(stream, np.array([2, 0, 1]))
    expected = [END, *range(31, 61), *range(1, 11), *range(11, 31)]
    assert ordered.read(0, 61).tolist() == expected
    pieces = [ordered.read(begin, begin + 7) for begin in range(0, 61, 7)]
    assert np.concatenate(pieces).tolist() == expected


def test_a_text_can_begin_inside_a_document_whose_first_tokens_then_come_last():
    stream = stream_of(10, 20, 30)
    ordered = OrderedStream(stream, np.array([1, 2, 0]), cut=4)
    expected = [END, *range(15, 31), *range(31, 61), *range(1, 11), *range(11, 15)]
    assert ordered.read(0, 61).tolist() == expected


@pytest.mark.parametrize(("lengths", "shuffle"), [([90], True), ([90], False), ([40, 50], False)])
def test_where_nothing_is_shuffled_every_epoch_begins_elsewhere(lengths, shuffle):
    reader = reader_of(stream_of(*lengths), lanes=3, length=6, shuffle=shuffle)
    begins = []
    for epoch in range(4):
        steps = range(epoch * reader.steps_per_epoch, (epoch + 1) * reader.steps_per_epoch)
        tokens = np.concatenate([reader.chunk(step)[1] for step in steps], axis=1).reshape(-1)
        begins.append(int(tokens[0]))
        assert tokens.tolist() == [(begins[-1] - 1 + place) % 90 + 1 for place in range(90)]
    assert len(set(begins)) > 2


def test_every_epoch_has_an_order_of_its_own_that_a_step_always_finds_again():
    reader = reader_of(stream_of(*[5] * 20), shuffle=True)
    epoch = reader.steps_per_epoch
    first, second = reader.chunk(0)[1].tolist(), reader.chunk(epoch)[1].tolist()
    assert first != second
    assert reader.chunk(0)[1].tolist() == first


def test_a_text_that_cannot_fill_a_chunk_is_refused():
    with pytest.raises(ValueError, match="cannot fill a chunk"):
        reader_of(stream_of(14), lanes=3, length=5)


def test_validation_batches_hold_every_token_once_and_start_each_document_anew():
    stream = stream_of(5, 9, 2, 7)
    seen = []
    for inputs, targets, weights in padded_batches(stream, 3, 4, 1000):
        assert inputs.shape[1] % 4 == 0
        assert (inputs[:, 0] == END).all()
        seen += targets[weights == 1].tolist()
    assert sorted(seen) == list(range(1, 24))


def test_validation_takes_no_more_tokens_than_asked_for():
    batches = padded_batches(stream_of(5, 9, 2, 7), 3, 4, 11)
    assert sum(weights.sum() for _, _, weights in batches) == 11
