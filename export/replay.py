"""Runs a golden record through any model in Python: the counterpart of `web/src/replay.js`.

A model is what `training.evaluation` can evaluate, its state float32 [layers, 1, units]. Nothing is
judged here: the bounds stand in `export.comparison`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from training.context import text_ids
from training.evaluation import BLOCK_TOKENS, Model
from training.metrics import negative_log_probabilities
from training.vocabulary import END, UNKNOWN, Vocabulary


def replay(model: Model, vocabulary: Vocabulary, golden: dict[str, Any]) -> dict[str, Any]:
    """What `model` computes where `golden` says what it should: plain numbers, same names."""
    greedy = golden["greedy"]
    return {
        "trace": trace(model, golden["trace"]["ids"], golden["trace"]["top_ids"]),
        "greedy": continuation(model, greedy["prompt_ids"], len(greedy["ids"]))[0],
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
    for place, token in enumerate(ids):
        logits, state = model.run(np.array([token], np.int32), state)
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


def continuation(model: Model, prompt: list[int], length: int) -> tuple[list[int], list[float]]:
    """The `length` likeliest ids after `prompt`, one by one, never `<unk>`; and their margins.

    A margin is the distance between the chosen logit and the next one.
    """
    logits, state = model.run(np.array(prompt, np.int32), model.zero_state())
    last, ids, margins = logits[-1], [], []
    while len(ids) < length:
        last = last.copy()
        last[UNKNOWN] = -np.inf
        first, second = likeliest(last, 2)
        margins.append(float(last[first] - last[second]))
        ids.append(int(first))
        logits, state = model.run(np.array([first], np.int32), state)
        last = logits[0]
    return ids, margins


def log_probability(model: Model, ids: list[int]) -> float:
    """Natural logarithm of the probability of `ids` after `</s>`."""
    return -document_losses(model, ids)[0]


def document_losses(model: Model, ids: list[int]) -> tuple[float, list[int]]:
    """Summed negative log-probability (nats) of a document, and the likeliest id at each place."""
    inputs = np.array([END, *ids[:-1]], np.int32)
    targets, state = np.array(ids), model.zero_state()
    nats, likeliest_ids = 0.0, []
    for first in range(0, len(ids), BLOCK_TOKENS):
        block = slice(first, first + BLOCK_TOKENS)
        logits, state = model.run(inputs[block], state)
        likeliest_ids += logits.argmax(axis=1).tolist()
        nats += float(negative_log_probabilities(logits, targets[block]).sum())
    return nats, likeliest_ids
