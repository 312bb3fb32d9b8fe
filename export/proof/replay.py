"""Runs a golden record through any model in Python: the counterpart of `web/replay/replay.js`.

A model is what `training.measure.evaluation` can evaluate, its state float32 [layers, 1, units].
Nothing is judged here: the bounds stand in `export.proof.comparison`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from training.measure.evaluation import BLOCK_TOKENS, Model
from training.measure.metrics import negative_log_probabilities
from training.text.context import text_ids
from training.text.vocabulary import END, UNKNOWN, Vocabulary


def replay(model: Model, vocabulary: Vocabulary, golden: dict[str, Any]) -> dict[str, Any]:
    """What `model` computes where `golden` says what it should: plain numbers, same names."""
    greedy = golden["greedy"]
    return {
        "trace": trace(model, golden["trace"]["ids"], golden["trace"]["top_ids"]),
        "greedy": choices(model, greedy["prompt_ids"], greedy["ids"]),
        "scores": [
            {**case, "log_probability": log_probability(model, case["ids"])}
            for case in golden["scores"]
        ],
        "text_ids": [text_ids(case["text"], vocabulary) for case in golden["text_cases"]],
    }


def trace(
    model: Model, ids: list[int], expected_top: list[list[int]] | None = None, count: int = 10
) -> dict[str, Any]:
    """Step by step from zeros: the likeliest ids, their logits, and a checksum of the state.

    With `expected_top`, the logits at those ids too.
    """
    state, result = model.zero_state(), {"top_ids": [], "top_logits": [], "state_checksum": []}
    at_top = []
    for place, token_id in enumerate(ids):
        logits, state = model.run(np.array([token_id], np.int32), state)
        top = likeliest(logits[0], count)
        result["top_ids"].append(top.tolist())
        result["top_logits"].append(logits[0, top].tolist())
        result["state_checksum"].append(float(np.abs(state).sum(dtype=np.float64)))
        if expected_top is not None:
            at_top.append(logits[0, expected_top[place]].tolist())
    return result if expected_top is None else {**result, "logits_at_top": at_top}


def likeliest(logits: np.ndarray, count: int) -> np.ndarray:
    """Ids of the `count` highest of `logits` [vocabulary], ties by the lower id."""
    return np.argsort(-logits, kind="stable")[:count]


def as_likely(logits: np.ndarray, tolerance: float) -> list[int]:
    """The id of the highest of `logits` [vocabulary], then those at most `tolerance` below it."""
    first = int(logits.argmax())
    within = np.flatnonzero(logits >= logits[first] - tolerance)
    return [first, *within[within != first].tolist()]


def continuation(model: Model, prompt: list[int], length: int, tolerance: float) -> list[list[int]]:
    """The `length` likeliest ids after `prompt`, one by one, never `<unk>`.

    Each place lists the id that is taken, then the others within `tolerance` of its logit.
    """
    logits, state = model.run(np.array(prompt, np.int32), model.zero_state())
    found = []
    while len(found) < length:
        found.append(as_likely(_without_unknown(logits[-1:])[0], tolerance))
        logits, state = model.run(np.array(found[-1][:1], np.int32), state)
    return found


def choices(model: Model, prompt: list[int], ids: list[int]) -> list[int]:
    """The likeliest id, never `<unk>`, at the place of each of `ids`, which follow `prompt`.

    The model reads `ids` whatever it would have chosen itself, so that after a tie the rest of the
    text can still be compared.
    """
    inputs = np.array([*prompt, *ids[:-1]], np.int32)
    logits, _ = model.run(inputs, model.zero_state())
    return _without_unknown(logits[len(prompt) - 1 :]).argmax(axis=1).tolist()


def _without_unknown(logits: np.ndarray) -> np.ndarray:
    logits = logits.copy()
    logits[:, UNKNOWN] = -np.inf
    return logits


def log_probability(model: Model, ids: list[int]) -> float:
    """Natural logarithm of the probability of `ids` after `</s>`."""
    return -document_losses(model, ids)[0]


def document_losses(model: Model, ids: list[int]) -> tuple[float, list[int]]:
    """Summed negative log-probability (nats) of a document, and the likeliest id at each place."""
    nats, likeliest_ids = 0.0, []
    for logits, targets in document_logits(model, ids):
        likeliest_ids += logits.argmax(axis=1).tolist()
        nats += float(negative_log_probabilities(logits, targets).sum())
    return nats, likeliest_ids


def document_logits(model: Model, ids: list[int]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """A document from zeros and `</s>`, block by block.

    Yields:
        Logits float32 [n, vocabulary] at `n` places, and the ids [n] that stand there.
    """
    inputs = np.array([END, *ids[:-1]], np.int32)
    targets, state = np.array(ids), model.zero_state()
    for first in range(0, len(ids), BLOCK_TOKENS):
        block = slice(first, first + BLOCK_TOKENS)
        logits, state = model.run(inputs[block], state)
        yield logits, targets[block]
