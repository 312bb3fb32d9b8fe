"""Measures the float model and each shipped copy on the same held-out text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from export.proof.replay import document_losses
from export.proof.runtimes import UnavailableError, evaluate_in_node, open_tflite
from training.common.display import ProgressDisplay, say
from training.data.prepare import Prepared
from training.measure.evaluation import Model, evaluate
from training.measure.metrics import exponential
from training.network.run import Run

# TensorFlow.js is measured only on the first tokens, as is the float model for comparison.
TFJS_TOKENS = 20_000


def measured(run: Run, model: Model, folder: Path, prepared: Prepared) -> dict[str, dict[str, Any]]:
    """The metrics of each artifact and the part they were measured on; empty without that part."""
    part = prepared.judged
    if part is None:
        say("  the text has no held-out part; the copies are not measured")
        return {}
    figures = {
        "float32": finished_figures(run, part)
        or _evaluated("Keras, float32", model, prepared, part),
        "model.tflite": _evaluated(
            "LiteRT, int8", open_tflite(folder / "model.tflite"), prepared, part
        ),
    }
    try:
        tfjs = tfjs_figures(model, folder, documents_of(prepared, part))
        return {**figures, "tfjs": {"part": part, **tfjs}}
    except UnavailableError as error:
        say(f"  TensorFlow.js could not be measured on this machine: {error}")
        return figures


def finished_figures(run: Run, part: str) -> dict[str, Any] | None:
    """The metrics of a finished run, if they are of this part and the current weights."""
    known = dict(run.metrics or {}) if run.information["finished"] else {}
    same = known.pop("weights_sha256", None) == run.weights_sha256 and known["part"] == part
    return known if same else None


def tfjs_figures(model: Model, folder: Path, documents: list[list[int]]) -> dict[str, float]:
    """The metrics of the TensorFlow.js copy, and the float model's perplexity on that text."""
    tokens = sum(map(len, documents))
    say(f"  measuring TensorFlow.js in Node.js on {tokens:,} tokens")
    floats = sum(document_losses(model, document)[0] for document in documents)
    sums = evaluate_in_node(folder, documents)
    return {
        "perplexity": exponential(sums["negative_log_probability"] / tokens),
        "float32_perplexity": exponential(floats / tokens),
        "top1": sums["first"] / max(sums["words"], 1),
        "top3": sums["among_first"] / max(sums["words"], 1),
        "tokens": tokens,
    }


def documents_of(
    prepared: Prepared, part: str = "test", tokens: int = TFJS_TOKENS
) -> list[list[int]]:
    """The first `tokens` ids of a part, document by document."""
    ids, starts = prepared.ids(part), prepared.starts(part)
    return [
        ids[first : min(last, tokens)].tolist()
        for first, last in zip(starts, starts[1:], strict=False)
        if first < tokens
    ]


def _evaluated(name: str, model: Model, prepared: Prepared, part: str) -> dict[str, Any]:
    with ProgressDisplay(f"measuring {name}", prepared.tokens(part), "tokens") as display:

        def progress(done: int, _total: int | None, _what: str) -> None:
            display.update(done)

        metrics = evaluate(model, prepared, prepared.vocabulary, part=part, progress=progress)
    return {"part": part, **metrics.as_dict()}
