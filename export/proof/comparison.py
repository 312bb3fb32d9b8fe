"""Compares the output of a copy with the expected output, within fixed tolerances."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from export.proof.replay import document_losses
from training.measure.evaluation import BLOCK_TOKENS, Model
from training.measure.metrics import negative_log_probabilities
from training.text.vocabulary import END

# Copies of the same weights differ only in the order of additions.
LARGEST_LOGIT_DIFFERENCE = 1e-4
LARGEST_STATE_DIFFERENCE = 1e-4
LARGEST_SCORE_DIFFERENCE_A_TOKEN = 1e-4
# Copies with rounded weights.
LEAST_AGREEMENT = 0.98
# Rounding weights to 8 bits moves logits by 0.3% to 0.5% of their standard deviation (root mean
# square, for the presets tiny and keyboard and both rounded copies). Words whose logits differ by
# less than four times that count as equally likely. A relative bound suits logits of any scale.
ROUNDING = 0.02
LARGEST_PERPLEXITY_CHANGE = 0.01
# Two runtimes of one file: perplexities that are equal to four digits.
LARGEST_RUNTIME_CHANGE = 5e-5
ROUNDED_APART = 0.01
CHECKS = (
    "logits", "state", "words", "greedy", "scores", "texts", "calls", "perplexity", "like LiteRT",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Check:
    """One check of one copy: the figure and its bound as text, and whether the bound holds."""

    shown: str
    bound: str
    holds: bool


Checks = dict[str, Check]


def compare_floats(replayed: dict[str, Any], golden: dict[str, Any]) -> Checks:
    """The checks of a copy with the same weights, from its replay of `golden`."""
    expected, found = golden["trace"], replayed["trace"]
    return {
        "logits": _at_most(_logit_difference(found, expected), LARGEST_LOGIT_DIFFERENCE),
        "state": _at_most(_state_difference(found, expected), LARGEST_STATE_DIFFERENCE),
        "words": _same(_steps_of_same_words(found, expected), len(expected["ids"])),
        "greedy": _greedy(replayed["greedy"], golden["greedy"]),
        "scores": _at_most(
            _score_difference(replayed["scores"], golden["scores"]),
            LARGEST_SCORE_DIFFERENCE_A_TOKEN,
        ),
        "texts": compare_texts(replayed["text_ids"], golden["text_cases"]),
    }


def compare_rounded(model: Model, golden: dict[str, Any]) -> Checks:
    """The checks of a copy with rounded weights, on the held-out documents of `golden`."""
    held_out = golden["held_out"]
    nats, same, tokens = 0.0, 0, 0
    for document, expected in zip(held_out["documents"], held_out["likeliest"], strict=True):
        loss, likeliest = document_losses(model, document)
        nats += loss
        same += sum(one in others for one, others in zip(likeliest, expected, strict=True))
        tokens += len(document)
    agreement = same / tokens
    change = math.expm1((nats - held_out["negative_log_probability"]) / tokens)
    return {
        "words": Check(
            f"{agreement:.2%}", f"at least {LEAST_AGREEMENT:.0%}", agreement >= LEAST_AGREEMENT
        ),
        "perplexity": Check(
            f"{change:+.3%}",
            f"within {LARGEST_PERPLEXITY_CHANGE:.0%}",
            abs(change) <= LARGEST_PERPLEXITY_CHANGE,
        ),
    }


def compare_calls(model: Model, ids: list[int]) -> Check:
    """Check that nothing is kept between calls: one call and two calls give the same bits."""
    inputs = np.array(ids, np.int32)
    half = len(inputs) // 2
    start = model.zero_state()
    whole, _ = model.run(inputs, start)
    first, state = model.run(inputs[:half], start)
    kept = state.copy()
    model.run(inputs[::-1], state)
    second, _ = model.run(inputs[half:], state)
    holds = (
        np.array_equal(whole, np.concatenate([first, second]))
        and np.array_equal(state, kept)
        and not start.any()
    )
    return Check("equal" if holds else "differ", "the same in one call as in two", holds)


def compare_texts(found: list[list[int]], cases: list[dict[str, Any]]) -> Check:
    """Count the texts that are encoded to the expected ids."""
    same = sum(ids == case["ids"] for ids, case in zip(found, cases, strict=True))
    return _same(same, len(cases))


def compare_runtimes(model: Model, litert: Model, golden: dict[str, Any]) -> Checks:
    """The checks of a runtime that runs the same file as LiteRT: logits, words and perplexity.

    Every step starts from LiteRT's state. Where a number lies between two 8-bit ones, the last bit
    of a sum decides, and the runtimes may round it in opposite directions; what follows from that
    would hide everything else. A share of `ROUNDED_APART` of the steps may differ by more than
    rounding for this reason.
    """
    differences: list[float] = []
    change, same = 0.0, 0
    for document in golden["held_out"]["documents"]:
        for ids, states, expected, targets in _steps(litert, document):
            found = np.concatenate(
                [
                    model.run(np.array([i], np.int32), state)[0]
                    for i, state in zip(ids, states, strict=True)
                ]
            )
            differences += np.abs(found - expected).max(axis=1).tolist()
            change += float(negative_log_probabilities(found, targets).sum())
            change -= float(negative_log_probabilities(expected, targets).sum())
            chosen = expected[np.arange(len(ids)), found.argmax(axis=1)]
            same += int((chosen >= expected.max(axis=1) - 2 * LARGEST_LOGIT_DIFFERENCE).sum())
    steps = len(differences)
    holds = same >= steps * (1 - ROUNDED_APART)
    holds = holds and abs(math.expm1(change / steps)) <= LARGEST_RUNTIME_CHANGE
    return {
        "logits": _at_most(
            float(np.quantile(differences, 1 - ROUNDED_APART)), LARGEST_LOGIT_DIFFERENCE
        ),
        "like LiteRT": Check(
            f"{same}/{steps}", "the same words, and the perplexity to four digits", holds
        ),
    }


def _steps(
    model: Model, document: list[int]
) -> Iterator[tuple[list[int], list[np.ndarray], np.ndarray, np.ndarray]]:
    """A document in blocks: ids, the state before each, logits after each, and the ids to come."""
    inputs, state = [END, *document[:-1]], model.zero_state()
    for first in range(0, len(inputs), BLOCK_TOKENS):
        ids = inputs[first : first + BLOCK_TOKENS]
        states, logits = [], []
        for token in ids:
            states.append(state)
            rows, state = model.run(np.array([token], np.int32), state)
            logits.append(rows[0])
        targets = np.array(document[first : first + BLOCK_TOKENS])
        yield ids, states, np.stack(logits), targets


def _logit_difference(found: dict[str, Any], expected: dict[str, Any]) -> float:
    """The largest difference at the expected ids, and between the two sorted lists."""
    should = np.array(expected["top_logits"])
    at_ids = np.abs(np.array(found["logits_at_top"], float) - should)
    by_place = np.abs(np.array(found["top_logits"], float) - should)
    return float(max(at_ids.max(), by_place.max()))


def _state_difference(found: dict[str, Any], expected: dict[str, Any]) -> float:
    """The largest relative difference between checksums."""
    should = np.array(expected["state_checksum"])
    return float((np.abs(np.array(found["state_checksum"]) - should) / np.maximum(1, should)).max())


def _steps_of_same_words(found: dict[str, Any], expected: dict[str, Any]) -> int:
    """Count the steps whose most likely ids are in the same order, ignoring near ties."""
    ids, should = np.array(found["top_ids"]), np.array(expected["top_ids"])
    gaps = -np.diff(np.array(expected["top_logits"]), axis=1)
    close = np.pad(gaps <= 2 * LARGEST_LOGIT_DIFFERENCE, ((0, 0), (1, 0)))
    close |= np.pad(gaps <= 2 * LARGEST_LOGIT_DIFFERENCE, ((0, 0), (0, 1)))
    # The id after the last place is not recorded and may be just as likely.
    close[:, -1] = True
    close[:, 0] &= should.shape[1] > 1
    return int(((ids == should) | close).all(axis=1).sum())


def _score_difference(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> float:
    return max(
        abs(one["log_probability"] - other["log_probability"]) / len(other["ids"])
        for one, other in zip(found, expected, strict=True)
    )


def _greedy(ids: list[int], expected: dict[str, Any]) -> Check:
    same = sum(one in others for one, others in zip(ids, expected["likeliest"], strict=True))
    return _same(same, len(expected["likeliest"]))


def _same(count: int, total: int) -> Check:
    return Check(f"{count}/{total}", f"all {total} equal", count == total)


def _at_most(difference: float, bound: float) -> Check:
    # `<=` also rejects NaN.
    return Check(f"{difference:.1e}", f"at most {bound:g}", difference <= bound)
