"""The models compared: the copies of a trained network, and n-grams of the same tokens."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.ngrams.kenlm import Estimated, estimated, ranked
from benchmarks.ngrams.kenlm_build import Programs
from export.proof.exported import Exported
from export.proof.runtimes import step_model
from training.common.errors import UserError
from training.data.prepare import Prepared
from training.measure.evaluation import Model
from training.network.run import Run
from training.text.vocabulary import Vocabulary

TIMED_TOKENS = 2_000
TIMED_TOGETHER = 50
ORDERS = {5: "5-gram KN", 3: "3-gram KN", 1: "unigram"}
RIVAL = ORDERS[5]
SHIPPED = ("RNN int8", "model.tflite")
FLOAT32 = ("RNN float", "model-float32.tflite")


@dataclass(frozen=True)
class Costs:
    """The size and time of a model; None if not measured."""

    bytes: int | None
    """Size on disk, in the form that a phone would store."""
    microseconds: float | None
    """Time for a prediction on one thread."""


@dataclass(frozen=True)
class Contender:
    """A model and its costs."""

    name: str
    model: Model
    costs: Costs


def networks(run: Run, exported: Path, ids: np.ndarray) -> list[Contender]:
    """The exported copies in LiteRT, the shipped one first; without an export, the Keras model.

    Steps are timed on `ids` [tokens].

    Raises:
        UserError: If the run is not trained, or the export is of a different run.
    """
    run.required()
    if not (exported / SHIPPED[1]).is_file():
        return [keras_network(run)]
    checked = export_of(run, exported)
    found = []
    for name, file in (SHIPPED, FLOAT32):
        data = checked.tflite(file).data
        model = step_model(data)
        found.append(Contender(name, model, Costs(len(data), step_time(model, ids))))
    return found


def export_of(run: Run, folder: Path) -> Exported:
    """The export in `folder`; `UserError` unless it is of the current weights of `run`."""
    exported = Exported(folder)
    if exported.manifest["created_from"]["weights_sha256"] != run.required().weights_sha256:
        raise UserError(
            f"{folder} was exported from other weights than {run.folder} has; run `make export`"
        )
    return exported


def keras_network(run: Run) -> Contender:
    """The float32 weights in Keras, not timed: no keyboard runs Keras."""
    from training.common.quiet import load_tensorflow

    load_tensorflow(run.configuration.threads)
    size = sum(weights.nbytes for weights in run.weights().values())
    return Contender(FLOAT32[0], run.model(), Costs(size, None))


def step_time(model: Model, ids: np.ndarray) -> float:
    """Microseconds per token, the median over short stretches of `ids`."""
    state, times = model.zero_state(), []
    tokens = np.asarray(ids[:TIMED_TOKENS], np.int32)
    for stretch in np.split(tokens, range(TIMED_TOGETHER, len(tokens), TIMED_TOGETHER)):
        begun = time.perf_counter()
        _, state = model.run(stretch, state)
        times.append((time.perf_counter() - begun) / max(1, len(stretch)))
    return 1e6 * statistics.median(times)


def ngrams(prepared: Prepared, programs: Programs, ids: np.ndarray) -> Iterator[Contender]:
    """Yield the n-grams of the training part, the highest order first, loading one at a time.

    Metrics use exact probabilities. The size is that of the quantised trie, and the time is for
    KenLM to score all suggestable words with it and keep the best three.
    """
    size = len(prepared.vocabulary)
    for order, name in ORDERS.items():
        files = estimated(prepared, order, programs)
        costs = Costs(files.bytes, ranking_time(files, prepared.vocabulary, ids, programs))
        yield Contender(name, files.model(size), costs)


def ranking_time(
    files: Estimated, vocabulary: Vocabulary, ids: np.ndarray, programs: Programs
) -> float | None:
    """Microseconds for ranking all words with the trie; None for unigrams."""
    if files.packed is None:
        return None
    candidates = np.flatnonzero(vocabulary.is_word).tolist()
    tokens = np.asarray(ids[:TIMED_TOKENS])
    return ranked(files.packed, candidates, tokens, len(vocabulary), programs).microseconds
