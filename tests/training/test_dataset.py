import numpy as np

from training.candidates import CandidateSampler
from training.dataset import candidate_chunks, exact_chunks
from training.distillation import Lessons
from training.lanes import LaneReader, Stream


def reader_of_a_text() -> LaneReader:
    """100 tokens whose ids all differ, in 3 lanes of chunks of 5."""
    stream = Stream(np.arange(1, 101, dtype=np.uint16), np.array([0, 100]))
    return LaneReader(stream, 3, 5, seed=7, shuffle=False)


def lessons_of_a_text() -> Lessons:
    """The lesson for the token at offset `n` of that text: words `n` and `n + 1`."""
    rows = np.empty(100, np.dtype([("words", "<u2", (2,)), ("probabilities", "<f2", (2,))]))
    rows["words"] = np.arange(100)[:, None] + [0, 1]
    rows["probabilities"] = [0.75, 0.25]
    return Lessons(rows)


def test_tf_data_yields_the_reader_s_chunks_from_any_step_on():
    reader = reader_of_a_text()
    steps = list(exact_chunks(reader, 2, 5))
    assert [int(step) for step, _, _ in steps] == [2, 3, 4]
    for step, inputs, targets in steps:
        expected = reader.chunk(int(step))
        np.testing.assert_array_equal(inputs, expected[0])
        np.testing.assert_array_equal(targets, expected[1])


def test_tf_data_yields_candidates_that_hold_the_targets():
    reader = reader_of_a_text()
    sampler = CandidateSampler(np.ones(101), 10, 15, seed=1)
    for step, _, indices, ids, _ in candidate_chunks(reader, sampler, 0, 3):
        np.testing.assert_array_equal(ids.numpy()[indices], reader.chunk(int(step))[1])


def test_lessons_come_with_the_chunks_they_are_about():
    reader, lessons = reader_of_a_text(), lessons_of_a_text()
    for _, _, targets, words, probabilities in exact_chunks(reader, 0, 3, lessons):
        # The token at offset n is n + 1.
        np.testing.assert_array_equal(words, targets[..., None] + np.array([-1, 0]))
        np.testing.assert_array_equal(probabilities, np.full((3, 5, 2), [0.75, 0.25], "f4"))


def test_the_words_of_lessons_are_found_among_the_candidates():
    reader, lessons = reader_of_a_text(), lessons_of_a_text()
    sampler = CandidateSampler(np.ones(101), 10, 15, seed=1)
    for chunk in candidate_chunks(reader, sampler, 0, 3, lessons):
        _, _, indices, ids, _, places, _ = (part.numpy() for part in chunk)
        np.testing.assert_array_equal(places[..., 1], indices)
        others = ids[indices] - 1
        missing = places[..., 0] < 0
        assert 0 < missing.sum() < missing.size
        np.testing.assert_array_equal(missing, ~np.isin(others, ids))
        np.testing.assert_array_equal(ids[places[..., 0]][~missing], others[~missing])
