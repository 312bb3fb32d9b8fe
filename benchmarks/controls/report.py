"""The tables of the controls, and the sentences that explain them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from benchmarks.common.tables import MEGABYTE, NOTHING, Cell, Table
from benchmarks.controls.networks import NAMES
from benchmarks.controls.training import Budget
from training.measure.metrics import FIGURES

if TYPE_CHECKING:
    from benchmarks.controls.litert import Cost

TEST_FIGURES = [figure for figure in FIGURES if figure.key != "bits_per_character"]
Results = Mapping[str, Mapping[str, Any]]
"""What `results_of` returns, by network."""


def quality_table(budget: Budget, results: Results) -> Table:
    """The metrics of the networks that were trained with the same budget."""
    rows = []
    for name, record in results.items():
        test = record["test"]
        cells = [
            f"{record['epochs']:.1f}",
            f"{record['validation_perplexity']:.2f}",
            *(figure.text(test[figure.key]) for figure in TEST_FIGURES),
        ]
        rows.append([Cell(NAMES[name]), *map(Cell, cells)])
    columns = ["network", "epochs", "validation perplexity"]
    columns += [f"test {TEST_FIGURES[0].short}", *(figure.short for figure in TEST_FIGURES[1:])]
    return Table(f"after {budget} of training", columns, rows)


def cost_table(
    results: Results, speeds: Mapping[str, float], costs: Mapping[str, Mapping[str, Cost]]
) -> Table:
    """The sizes, the training speeds in tokens per second, and the times of a step in LiteRT."""
    rows = []
    for name, record in results.items():
        cells = [f"{record['units']:,}", f"{record['parameters']:,}", f"{speeds[name]:,.0f}"]
        for kind in ("float32", "int8"):
            cost = costs.get(name, {}).get(kind)
            cells += [NOTHING] * 2 if cost is None else [_megabytes(cost), _microseconds(cost)]
        rows.append([Cell(NAMES[name]), *map(Cell, cells)])
    columns = ["network", "units", "parameters", "tokens/s in training"]
    columns += ["MB, float32", "µs", "MB, int8", "µs, int8"]
    return Table("size, speed of training, and time of a step in LiteRT", columns, rows)


def explanation(context: str) -> list[str]:
    """Sentences that explain the tables; `context` says what the transformer sees."""
    return [
        "All networks are trained by the same loop on the same text, with the settings that were "
        "chosen for SimpleRNN: sampled softmax, dropout, AdamW, cosine schedule, averaged weights. "
        "Their units are chosen so that all have about as many parameters. Word vectors, "
        "normalisation and residual connections are the same in the recurrent networks.",
        "The training speed is the median over several timings of a few steps, in turn with those "
        "of the other networks. It decides how many steps fit into a number of minutes, without "
        "validation and checkpoints. As the number of steps is fixed before training, the learning "
        "rate decays to the end.",
        "Validation perplexity is the best one on the first tokens of the validation part; the "
        "weights that reached it are measured on the whole test part, in Keras.",
        context,
        "A step in LiteRT reads one word and scores all words, on one thread, without moving the "
        "state in and out; the median over all steps, in turn with those of the other networks. "
        "For the transformer, keys and values of the words before are kept; reading the context "
        "again once the window is full is not counted.",
    ]


def transformer_context(window: int, context: int) -> str:
    """The sentence about the context of the transformer, in tokens."""
    return (
        f"The transformer is trained on windows of {window} tokens. When measured, each prediction "
        f"sees at least the last {context} tokens of the conversation, and at most {window}. The "
        "recurrent networks see chunks of the preset's length, with the state carried over."
    )


def _megabytes(cost: Cost) -> str:
    return f"{cost.bytes / MEGABYTE:.1f}"


def _microseconds(cost: Cost) -> str:
    return f"{cost.microseconds:,.0f}"
