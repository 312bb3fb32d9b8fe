"""Replays a golden record through any model in Python: the counterpart of `web/replay/replay.js`.

A model has the interface of `training.measure.evaluation.Model`; its state is float32 [layers, 1,
units]. Results are only collected here. `export.proof.comparison` has the tolerances.
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
    """The results of `model` for the inputs in `golden`, under the same keys."""
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
    """Feed `ids` step by step from zeros.

    Returns:
        Per step, the `count` most likely ids, their logits, and a checksum of the state. With
        `expected_top`, also the logits at those ids.
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
    """The ids of the `count` highest of `logits` [vocabulary]; of ties, the lower id first."""
    return np.argsort(-logits, kind="stable")[:count]


def as_likely(logits: np.ndarray, tolerance: float) -> list[int]:
    """The id of the highest of `logits` [vocabulary], then all ids within `tolerance` of it."""
    first = int(logits.argmax())
    within = np.flatnonzero(logits >= logits[first] - tolerance)
    return [first, *within[within != first].tolist()]


def continuation(model: Model, prompt: list[int], length: int, tolerance: float) -> list[list[int]]:
    """Continue `prompt` greedily by `length` ids, never `<unk>`.

    Each place lists the chosen id, then the others within `tolerance` of its logit.
    """
    logits, state = model.run(np.array(prompt, np.int32), model.zero_state())
    found = []
    while len(found) < length:
        found.append(as_likely(_without_unknown(logits[-1:])[0], tolerance))
        logits, state = model.run(np.array(found[-1][:1], np.int32), state)
    return found


def choices(model: Model, prompt: list[int], ids: list[int]) -> list[int]:
    """The most likely id, never `<unk>`, in place of each of `ids`, which follow `prompt`.

    The model always reads `ids`, not its own choices, so that the rest of the text can still be
    compared after a tie.
    """
    inputs = np.array([*prompt, *ids[:-1]], np.int32)
    logits, _ = model.run(inputs, model.zero_state())
    return _without_unknown(logits[len(prompt) - 1 :]).argmax(axis=1).tolist()


def _without_unknown(logits: np.ndarray) -> np.ndarray:
    logits = logits.copy()
    logits[:, UNKNOWN] = -np.inf
    return logits


def log_probability(model: Model, ids: list[int]) -> float:
    """The natural logarithm of the probability of `ids` after `</s>`."""
    return -document_losses(model, ids)[0]


def document_losses(model: Model, ids: list[int]) -> tuple[float, list[int]]:
    """The negative log-probability of a document in nats, and the most likely id at each place."""
    nats, likeliest_ids = 0.0, []
    for logits, targets in document_logits(model, ids):
        likeliest_ids += logits.argmax(axis=1).tolist()
        nats += float(negative_log_probabilities(logits, targets).sum())
    return nats, likeliest_ids


def document_logits(model: Model, ids: list[int]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Run a document from zeros and `</s>`, block by block.

    Yields:
        Logits float32 [n, vocabulary] for `n` places, and the actual ids [n] at these places.
    """
    inputs = np.array([END, *ids[:-1]], np.int32)
    targets, state = np.array(ids), model.zero_state()
    for first in range(0, len(ids), BLOCK_TOKENS):
        block = slice(first, first + BLOCK_TOKENS)
        logits, state = model.run(inputs[block], state)
        yield logits, targets[block]
