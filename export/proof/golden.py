"""The golden record: results of the float Keras model, with which every copy is compared.

text_cases   texts and their ids
trace        ids fed one by one from zeros; at each step the most likely ids, their logits, and the
             sum of the absolute values of the state
greedy       a prompt, its greedy continuation, and at each place the ids that a copy may choose
             instead because their logits are equal up to rounding
scores       texts and the natural logarithms of their probabilities
held_out     documents; at each place the most likely id and those that rounded weights may make
             the most likely; and the summed negative log-probability. Copies with rounded weights
             are compared with this part only
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from export.proof.comparison import LARGEST_LOGIT_DIFFERENCE, ROUNDING
from export.proof.replay import as_likely, continuation, document_logits, log_probability, trace
from training.data.prepare import Prepared
from training.measure.evaluation import Model
from training.measure.metrics import negative_log_probabilities
from training.text.context import text_ids
from training.text.vocabulary import END, UNKNOWN, Vocabulary

FORMAT = 3
TRACE_STEPS = 256
TOP = 10
GREEDY_WORDS = 200
HELD_OUT_TOKENS = 2000
TEXTS = 40
SCORED_TEXTS = 8
PROMPT_WORDS = 4
# Each of two logits may differ by the tolerance, in opposite directions.
CLOSE_CALL = 2 * LARGEST_LOGIT_DIFFERENCE
# Texts recorded for every model, besides those of its corpus.
FIXED_TEXTS = (
    "",
    "Hello!",
    "How are you? I'm fine.\n",
    "I am g",
    "Don't   stop -- it costs 3.50, doesn't it?",
    "\u201cSmart\u201d quotes, caf\u00e9 and cafe\u0301, na\u00efve, 10,000 \U0001f600\u200d!",
)


@dataclasses.dataclass(frozen=True)
class Material:
    """The input for a record: documents as ids, texts, and the name of the part they are from."""

    part: str
    documents: list[list[int]]
    texts: list[str]


def material_of(prepared: Prepared) -> Material:
    """Take held-out text if there is any, otherwise the start of the training text."""
    part = next(part for part in ("test", "valid", "train") if part in prepared.parts)
    ids, starts = prepared.ids(part), prepared.starts(part)
    documents, left = [], HELD_OUT_TOKENS
    for first, last in zip(starts, starts[1:], strict=False):
        document = [int(token_id) for token_id in ids[first : min(last, first + left)]]
        documents.append(document)
        left -= len(document)
        if left <= 0:
            break
    texts = [] if part == "train" else _first_texts(prepared, part)
    return Material(part, documents, texts)


def material_of_vocabulary(vocabulary: Vocabulary, seed: int = 1) -> Material:
    """Generate random words, for a run whose prepared text is missing."""
    random = np.random.default_rng(seed)
    documents = []
    for _ in range(HELD_OUT_TOKENS // 20):
        documents.append([*random.integers(0, len(vocabulary), 19).tolist(), END])
    return Material("random words", documents, [])


def golden_record(model: Model, vocabulary: Vocabulary, material: Material) -> dict[str, Any]:
    """Record the results of `model` on `material`, as a value for JSON."""
    texts = [*FIXED_TEXTS, *material.texts]
    ids = trace_ids(material)
    return {
        "format": FORMAT,
        "part": material.part,
        "text_cases": [{"text": text, "ids": text_ids(text, vocabulary)} for text in texts],
        "trace": {"ids": ids, **_rounded(trace(model, ids, count=TOP))},
        "greedy": greedy_record(model, [END, *material.documents[0][:PROMPT_WORDS]]),
        "scores": [_score(model, vocabulary, text) for text in _scored(vocabulary, texts)],
        "held_out": held_out_record(model, material.documents),
    }


def recorded_by(model: Model, golden: dict[str, Any]) -> dict[str, Any]:
    """Replace the results in `golden` with those of `model` on the same ids."""
    ids = golden["trace"]["ids"]
    return {
        **golden,
        "trace": {"ids": ids, **_rounded(trace(model, ids, count=TOP))},
        "greedy": greedy_record(model, golden["greedy"]["prompt_ids"]),
        "scores": [
            {**case, "log_probability": log_probability(model, case["ids"])}
            for case in golden["scores"]
        ],
        "held_out": held_out_record(model, golden["held_out"]["documents"]),
    }


def trace_ids(material: Material) -> list[int]:
    """`</s>` and the tokens of the documents, repeated if the text is short."""
    stream = [token_id for document in material.documents for token_id in document]
    repeated = stream * (TRACE_STEPS // len(stream) + 1)
    return [END, *repeated[: TRACE_STEPS - 1]]


def greedy_record(model: Model, prompt: list[int]) -> dict[str, Any]:
    """The greedy continuation of `prompt`, and the equally likely ids at each place."""
    likeliest = continuation(model, prompt, GREEDY_WORDS, CLOSE_CALL)
    return {"prompt_ids": prompt, "ids": [ids[0] for ids in likeliest], "likeliest": likeliest}


def held_out_record(model: Model, documents: list[list[int]]) -> dict[str, Any]:
    """The loss and most likely ids of `model` on `documents`, each from zeros and `</s>`.

    `likeliest` lists, for each place of each document, the most likely id and then the ids that are
    equally likely.
    """
    nats, likeliest = 0.0, []
    for document in documents:
        places: list[list[int]] = []
        for logits, targets in document_logits(model, document):
            nats += float(negative_log_probabilities(logits, targets).sum())
            places += [as_likely(row, ROUNDING * float(row.std())) for row in logits]
        likeliest.append(places)
    return {"documents": documents, "likeliest": likeliest, "negative_log_probability": nats}


def _first_texts(prepared: Prepared, part: str) -> list[str]:
    texts: list[str] = []
    for document in prepared.texts(part):
        texts += document.texts
        if len(texts) >= TEXTS:
            break
    # Paragraphs may be long; the cases stay short.
    return [text[:500] for text in texts[:TEXTS]]


def _scored(vocabulary: Vocabulary, texts: list[str]) -> list[str]:
    """Texts with words that are in the vocabulary, those of the corpus first."""
    known = [text for text in reversed(texts) if set(text_ids(text, vocabulary)) - {END, UNKNOWN}]
    if not known:
        first_words = [vocabulary.entry(index) for index in range(2, min(5, len(vocabulary)))]
        return [" ".join(first_words)]
    return known[:SCORED_TEXTS]


def _score(model: Model, vocabulary: Vocabulary, text: str) -> dict[str, Any]:
    ids = text_ids(text, vocabulary)
    ids += [] if ids[-1] == END else [END]
    return {"text": text, "ids": ids, "log_probability": log_probability(model, ids)}


def _rounded(recorded: dict[str, Any]) -> dict[str, Any]:
    """Round to a hundredth of the tightest tolerance."""
    return {
        **recorded,
        "top_logits": [[round(logit, 6) for logit in step] for step in recorded["top_logits"]],
        "state_checksum": [round(value, 6) for value in recorded["state_checksum"]],
    }
