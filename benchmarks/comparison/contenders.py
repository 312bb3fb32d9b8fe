"""Who is compared: the copies of a trained network, and n-grams of the same training tokens."""

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
    """What a model takes; None where nothing was measured."""

    bytes: int | None
    """On disk, in the form that a phone would carry."""
    microseconds: float | None
    """A prediction, on one thread."""


@dataclass(frozen=True)
class Contender:
    """A model and what it costs."""

    name: str
    model: Model
    costs: Costs


def networks(run: Run, exported: Path, ids: np.ndarray) -> list[Contender]:
    """The exported copies in LiteRT, the shipped one first; without an export, Keras.

    `ids` [tokens] are what the steps are timed on. `UserError` where there is no trained run, or
    the export is of another one.
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
    """The export in `folder`; `UserError` unless it is of the weights that `run` has now."""
    exported = Exported(folder)
    if exported.manifest["created_from"]["weights_sha256"] != run.required().weights_sha256:
        raise UserError(
            f"{folder} is the export of another training than {run.folder}; run `make export`"
        )
    return exported


def keras_network(run: Run) -> Contender:
    """The float32 weights in Keras. It is not timed: nobody types into Keras."""
    from training.common.quiet import load_tensorflow

    load_tensorflow(run.configuration.threads)
    size = sum(weights.nbytes for weights in run.weights().values())
    return Contender(FLOAT32[0], run.model(), Costs(size, None))


def step_time(model: Model, ids: np.ndarray) -> float:
    """Microseconds that one token takes, the median over short stretches of `ids`."""
    state, times = model.zero_state(), []
    tokens = np.asarray(ids[:TIMED_TOKENS], np.int32)
    for stretch in np.split(tokens, range(TIMED_TOGETHER, len(tokens), TIMED_TOGETHER)):
        begun = time.perf_counter()
        _, state = model.run(stretch, state)
        times.append((time.perf_counter() - begun) / max(1, len(stretch)))
    return 1e6 * statistics.median(times)


def ngrams(prepared: Prepared, programs: Programs, ids: np.ndarray) -> Iterator[Contender]:
    """The n-grams of the training part, the highest order first, each loaded when it is its turn.

    Their figures come from exact probabilities, their size is that of the quantised trie, and the
    time is what KenLM takes to score all suggestable words with it and to keep the best three.
    """
    size = len(prepared.vocabulary)
    for order, name in ORDERS.items():
        files = estimated(prepared, order, programs)
        costs = Costs(files.bytes, ranking_time(files, prepared.vocabulary, ids, programs))
        yield Contender(name, files.model(size), costs)


def ranking_time(
    files: Estimated, vocabulary: Vocabulary, ids: np.ndarray, programs: Programs
) -> float | None:
    """Microseconds for a ranking of all words with the trie; None for unigrams."""
    if files.packed is None:
        return None
    candidates = np.flatnonzero(vocabulary.is_word).tolist()
    tokens = np.asarray(ids[:TIMED_TOKENS])
    return ranked(files.packed, candidates, tokens, len(vocabulary), programs).microseconds
