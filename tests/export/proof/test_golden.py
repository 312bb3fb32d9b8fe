import numpy as np
import pytest

from export.proof.comparison import compare_rounded
from export.proof.golden import (
    FIXED_TEXTS,
    Material,
    golden_record,
    greedy_record,
    held_out_record,
    material_of,
    material_of_vocabulary,
    recorded_by,
    trace_ids,
)
from export.proof.replay import choices, continuation, document_losses, likeliest, replay
from training.text.vocabulary import END, UNKNOWN, Vocabulary

WORDS = ["</s>", "<unk>", "and", "goodbye", "hello", "I", "say", "you"]
VOCABULARY = Vocabulary(WORDS, "sentence")
SENTENCE = VOCABULARY.encode(["you", "say", "goodbye", "and", "I", "say", "hello"]) + [END]


class Parrot:
    """A model that has memorised one sentence: the next word leads all others by `margin`.

    `<unk>` is always more likely still. The state counts the steps.
    """

    vocabulary_size = len(WORDS)

    def __init__(self, margin: float = 3.0):
        self.margin = margin

    def zero_state(self):
        return np.zeros((1, 1, 1), np.float32)

    def run(self, ids, state):
        logits = np.zeros((len(ids), len(WORDS)), np.float32)
        for row, token in enumerate(ids):
            place = SENTENCE.index(token) if token in SENTENCE else 0
            follower = SENTENCE[(place + 1) % len(SENTENCE)]
            logits[row, follower] = self.margin
            logits[row, UNKNOWN] = self.margin + 1
        return logits, state + len(ids)


MATERIAL = Material("train", [SENTENCE], [])


def test_a_text_of_seven_words_is_repeated_until_the_trace_is_long_enough():
    ids = trace_ids(MATERIAL)
    assert len(ids) >= 200
    assert ids[:9] == [END, *SENTENCE]
    assert ids[9:17] == SENTENCE


def test_the_likeliest_come_first_and_ties_go_to_the_lower_id():
    assert likeliest(np.array([1.0, 3.0, 2.0, 3.0], np.float32), 3).tolist() == [1, 3, 2]


def test_the_continuation_never_holds_unknown_words():
    found = continuation(Parrot(), [END, SENTENCE[0]], 20, tolerance=1.0)
    assert [[WORDS[index] for index in ids] for ids in found[:3]] == [["say"], ["goodbye"], ["and"]]
    assert all(UNKNOWN not in ids for ids in found)


class Torn(Parrot):
    """A model in which the logits of "goodbye" and "hello" always differ by `gap`."""

    def __init__(self, gap: float):
        super().__init__()
        self.gap = gap

    def run(self, ids, state):
        logits, after = super().run(ids, state)
        goodbye, hello = VOCABULARY.encode(["goodbye", "hello"])
        logits[:, goodbye] = logits[:, [goodbye, hello]].max(axis=1)
        logits[:, hello] = logits[:, goodbye] + self.gap
        return logits, after


class Known(Torn):
    """A model in which `<unk>` is never the most likely."""

    def run(self, ids, state):
        logits, after = super().run(ids, state)
        logits[:, UNKNOWN] = 0
        return logits, after


GOODBYE, HELLO = VOCABULARY.encode(["goodbye", "hello"])


@pytest.mark.parametrize("gap", [0.0, 1e-4, -1e-4])
def test_a_continuation_records_what_is_as_likely(gap):
    record = greedy_record(Torn(gap), [END])
    ties = [ids for ids in record["likeliest"] if len(ids) > 1]
    assert ties and all(set(ids) == {GOODBYE, HELLO} for ids in ties)
    assert record["ids"] == [ids[0] for ids in record["likeliest"]]


def test_a_continuation_records_no_tie_where_one_is_clear():
    record = greedy_record(Torn(1e-3), [END])
    assert all(len(ids) == 1 for ids in record["likeliest"])


@pytest.mark.parametrize("gap", [1e-4, -1e-4])
def test_after_a_tie_the_rest_of_the_continuation_is_still_compared(gap):
    golden = golden_record(Torn(0.0), VOCABULARY, MATERIAL)
    found = choices(Torn(gap), golden["greedy"]["prompt_ids"], golden["greedy"]["ids"])
    assert all(one in ids for one, ids in zip(found, golden["greedy"]["likeliest"], strict=True))
    assert (found == golden["greedy"]["ids"]) is (gap < 0)


@pytest.mark.parametrize(("gap", "tied"), [(0.0, True), (0.005, True), (0.5, False)])
def test_held_out_places_list_what_rounded_weights_may_prefer(gap, tied):
    (places,) = held_out_record(Known(gap), [SENTENCE])["likeliest"]
    assert len(places) == len(SENTENCE)
    assert (sorted(places[2]) == [GOODBYE, HELLO]) is tied
    assert places[0] == SENTENCE[:1]


def test_a_scale_of_the_logits_changes_no_tie():
    class Faint(Torn):
        def run(self, ids, state):
            logits, after = super().run(ids, state)
            return logits / 1024, after

    def ties(model):
        return held_out_record(model, [SENTENCE])["likeliest"]

    assert ties(Faint(0.5)) == ties(Torn(0.5))


@pytest.mark.parametrize("gap", [0.0, 0.005, -0.005])
def test_a_model_with_ties_agrees_with_its_rounded_copy_and_a_wrong_one_does_not(gap):
    class Wrong(Known):
        def run(self, ids, state):
            logits, after = super().run(ids, state)
            return np.roll(logits, 1, axis=1), after

    golden = golden_record(Known(0.0), VOCABULARY, MATERIAL)
    assert all(check.holds for check in compare_rounded(Known(gap), golden).values())
    assert not compare_rounded(Wrong(gap), golden)["words"].holds


def test_losses_are_nats_of_every_token_after_the_end_sign():
    nats, ids = document_losses(Parrot(margin=0.0), SENTENCE[:2])
    each = np.log(np.exp(1.0) + len(WORDS) - 1)
    assert abs(nats - 2 * each) < 1e-6
    assert ids == [UNKNOWN, UNKNOWN]


def test_a_record_has_all_its_parts_for_a_text_of_seven_words():
    golden = golden_record(Parrot(), VOCABULARY, MATERIAL)
    assert golden["format"] == 3
    assert len(golden["trace"]["top_ids"]) == len(golden["trace"]["ids"])
    assert len(golden["trace"]["top_ids"][0]) == len(WORDS)
    assert golden["trace"]["state_checksum"][:3] == [1.0, 2.0, 3.0]
    assert len(golden["greedy"]["ids"]) == 200
    assert [case["text"] for case in golden["text_cases"]] == list(FIXED_TEXTS)
    assert all(score["ids"][-1] == END for score in golden["scores"])
    assert golden["held_out"]["likeliest"] == [[[UNKNOWN]] * len(SENTENCE)]


def test_replaying_the_model_that_made_the_record_gives_the_record():
    golden = golden_record(Parrot(), VOCABULARY, MATERIAL)
    replayed = replay(Parrot(), VOCABULARY, golden)
    assert replayed["trace"]["top_ids"] == golden["trace"]["top_ids"]
    assert replayed["trace"]["logits_at_top"] == golden["trace"]["top_logits"]
    assert replayed["greedy"] == golden["greedy"]["ids"]
    assert replayed["text_ids"] == [case["ids"] for case in golden["text_cases"]]


def test_recording_another_model_keeps_what_it_is_asked():
    golden = golden_record(Parrot(), VOCABULARY, MATERIAL)
    other = recorded_by(Parrot(margin=5.0), golden)
    assert other["trace"]["ids"] == golden["trace"]["ids"]
    assert other["trace"]["top_logits"][0][0] == 6.0
    assert other["held_out"]["documents"] == golden["held_out"]["documents"]


def test_held_out_losses_add_up_over_documents():
    one = held_out_record(Parrot(), [SENTENCE])["negative_log_probability"]
    two = held_out_record(Parrot(), [SENTENCE, SENTENCE])["negative_log_probability"]
    assert abs(two - 2 * one) < 1e-9


def test_material_is_held_out_text_in_whole_documents(prepared):
    material = material_of(prepared)
    first_document = prepared.starts("test")[1]
    assert material.part == "test"
    assert material.documents[0] == prepared.ids("test")[:first_document].tolist()
    assert sum(map(len, material.documents)) == 2000
    assert material.texts


def test_random_words_stand_in_where_the_text_is_gone():
    material = material_of_vocabulary(VOCABULARY)
    assert sum(map(len, material.documents)) == 2000
    assert {token for document in material.documents for token in document} <= set(range(8))
