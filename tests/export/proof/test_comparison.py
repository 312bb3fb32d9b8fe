import copy

import numpy as np
import pytest

from export.proof.comparison import compare_calls, compare_floats, compare_rounded


@pytest.fixture
def golden():
    """Two steps over four words; in the second step, the first two words are equally likely."""
    return {
        "text_cases": [{"text": "how are", "ids": [5, 6]}],
        "trace": {
            "ids": [0, 5],
            "top_ids": [[5, 6, 7], [6, 7, 5]],
            "top_logits": [[3.0, 2.0, 1.0], [2.0, 1.99999, 1.0]],
            "state_checksum": [10.0, 20.0],
        },
        "greedy": {"prompt_ids": [0], "ids": [5, 6, 7], "likeliest": [[5], [6, 7], [7]]},
        "scores": [{"text": "how are", "ids": [5, 6], "log_probability": -4.0}],
        "held_out": {
            "documents": [[2] * 100],
            "likeliest": [[[2]] * 100],
            "negative_log_probability": 100 * float(np.log(4)),
        },
    }


@pytest.fixture
def replayed(golden):
    """A correct replay."""
    trace = golden["trace"]
    return {
        "trace": {
            "top_ids": copy.deepcopy(trace["top_ids"]),
            "top_logits": copy.deepcopy(trace["top_logits"]),
            "logits_at_top": copy.deepcopy(trace["top_logits"]),
            "state_checksum": list(trace["state_checksum"]),
        },
        "greedy": [5, 6, 7],
        "scores": [{"text": "how are", "ids": [5, 6], "log_probability": -4.0}],
        "text_ids": [[5, 6]],
    }


def failing(replayed, golden):
    return {name for name, check in compare_floats(replayed, golden).items() if not check.holds}


def test_a_right_replay_passes(replayed, golden):
    assert failing(replayed, golden) == set()


@pytest.mark.parametrize("value", [3.0002, 2.9998, float("nan")])
def test_a_logit_that_is_off_fails(replayed, golden, value):
    replayed["trace"]["logits_at_top"][0][0] = value
    assert failing(replayed, golden) == {"logits"}


def test_a_higher_logit_elsewhere_fails(replayed, golden):
    replayed["trace"]["top_logits"][0][2] = 1.5
    assert failing(replayed, golden) == {"logits"}


def test_another_state_fails(replayed, golden):
    replayed["trace"]["state_checksum"][1] = 20.1
    assert failing(replayed, golden) == {"state"}


def test_another_word_fails(replayed, golden):
    replayed["trace"]["top_ids"][0][:2] = [6, 5]
    assert failing(replayed, golden) == {"words"}


def test_words_that_are_as_likely_may_change_places(replayed, golden):
    replayed["trace"]["top_ids"][1][:2] = [7, 6]
    assert failing(replayed, golden) == set()


def test_another_continuation_fails(replayed, golden):
    replayed["greedy"][2] = 3
    assert compare_floats(replayed, golden)["greedy"].shown == "2/3"
    assert failing(replayed, golden) == {"greedy"}


@pytest.mark.parametrize(("word", "expected"), [(6, set()), (7, set()), (5, {"greedy"})])
def test_a_continuation_may_choose_either_of_two_words_that_are_as_likely(
    replayed, golden, word, expected
):
    replayed["greedy"][1] = word
    assert failing(replayed, golden) == expected


def test_another_score_fails(replayed, golden):
    replayed["scores"][0]["log_probability"] = -4.001
    assert failing(replayed, golden) == {"scores"}


def test_other_ids_of_a_text_fail(replayed, golden):
    replayed["text_ids"][0] = [5, 1]
    assert failing(replayed, golden) == {"texts"}


class Uniform:
    """Four words, of which `favourite` is more likely by `margin`; may secretly count its calls."""

    vocabulary_size = 4

    def __init__(self, margin=1e-6, favourite=2, wrong_from=1000, secretive=False):
        self.margin, self.favourite, self.wrong_from = margin, favourite, wrong_from
        self.secretive, self.calls = secretive, 0

    def zero_state(self):
        return np.zeros((1, 1, 1), np.float32)

    def run(self, ids, state):
        self.calls += 1
        logits = np.zeros((len(ids), 4), np.float32)
        steps = int(state[0, 0, 0]) + np.arange(len(ids))
        logits[np.arange(len(ids)), np.where(steps < self.wrong_from, self.favourite, 3)] = (
            self.margin
        )
        return logits + (self.calls if self.secretive else 0), state + len(ids)


def test_rounded_weights_pass_while_words_and_perplexity_stay(golden):
    checks = compare_rounded(Uniform(), golden)
    assert checks["words"].shown == "100.00%"
    assert all(check.holds for check in checks.values())


def test_rounded_weights_fail_below_98_percent_of_the_words(golden):
    assert compare_rounded(Uniform(wrong_from=98), golden)["words"].holds
    assert not compare_rounded(Uniform(wrong_from=97), golden)["words"].holds


def test_rounded_weights_may_prefer_any_word_that_is_as_likely(golden):
    golden["held_out"]["likeliest"] = [[[1, 2]] * 97 + [[1]] * 3]
    assert compare_rounded(Uniform(favourite=2), golden)["words"].shown == "97.00%"
    golden["held_out"]["likeliest"] = [[[1, 2]] * 98 + [[1]] * 2]
    assert compare_rounded(Uniform(favourite=2), golden)["words"].holds
    assert not compare_rounded(Uniform(favourite=3), golden)["words"].holds


def test_rounded_weights_fail_when_perplexity_moves_by_more_than_one_percent(golden):
    assert compare_rounded(Uniform(margin=0.01), golden)["perplexity"].holds
    assert not compare_rounded(Uniform(margin=0.02), golden)["perplexity"].holds


def test_two_calls_must_equal_one():
    assert compare_calls(Uniform(), [0, 1, 2, 3]).holds
    assert not compare_calls(Uniform(secretive=True), [0, 1, 2, 3]).holds


def test_a_model_that_writes_into_the_state_it_was_given_fails():
    class Writer(Uniform):
        def run(self, ids, state):
            logits, after = super().run(ids, state)
            state += 1
            return logits, after

    assert not compare_calls(Writer(), [0, 1, 2, 3]).holds
