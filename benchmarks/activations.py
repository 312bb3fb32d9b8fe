"""Compares tanh, ReLU, ReLU6 and sigmoid in one network: `python -m benchmarks.activations`.

Each is trained on the same short schedule. The table shows the perplexity, and the norm of the
gradient with respect to the state a number of tokens back: where it vanishes, nothing can be
learned; where it grows, training diverges. The test part is never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import Cell, Table, write_markdown
from benchmarks.recipe import measured, prepared_text
from training.arguments import CORPUS_HELP, DEFAULT_CORPUS, DEFAULT_PRESET, Parser
from training.common.display import say
from training.common.errors import UserError, command
from training.common.files import write_json
from training.common.plots import draw_gradients
from training.common.quiet import load_tensorflow
from training.data.prepare import Prepared
from training.network.configuration import ACTIVATIONS, preset

if TYPE_CHECKING:
    from training.network.trainer import Trainer

SHOWN_DISTANCES = (1, 4, 16, 64)
EXAMPLES = """\
  python -m benchmarks.activations             two epochs each on the chat corpus
  python -m benchmarks.activations --keep      also write table and plot to benchmarks/results
"""


def main(argv: Sequence[str] | None) -> None:
    """Train with each activation, measure the reach of its memory, and print the table."""
    parser = Parser("benchmarks.activations", "Compare tanh, ReLU, ReLU6 and sigmoid.", EXAMPLES)
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, help=CORPUS_HELP)
    parser.add_argument("--preset", default=DEFAULT_PRESET, help="named set of settings")
    parser.add_argument("--epochs", type=int, default=2, help="number of epochs")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    base = preset(arguments.preset).changed({"epochs": arguments.epochs})
    text = prepared_text(arguments.corpus, base)
    records = {name: examined(base.changed({"activation": name}), text) for name in ACTIVATIONS}
    result = summary(records, arguments.epochs)
    result.show()
    if arguments.keep:
        keep(records, result, made_by("benchmarks.activations", argv))


def examined(configuration: Any, text: Prepared) -> dict[str, Any]:
    """Train with one activation; return its perplexities, and gradients by distance."""
    load_tensorflow(configuration.threads)
    from training.network.trainer import TrainingDiverged

    say(f"activation {configuration.activation}")
    memory: dict[str, Any] = {}
    try:
        record = measured(configuration, text, lambda trainer: memory.update(reach(trainer, text)))
    except TrainingDiverged as error:
        return {"diverged": str(error)}
    return {**record, **memory}


def reach(trainer: Trainer, text: Prepared) -> dict[str, Any]:
    """Measure how far back the memory of a trained model reaches, on validation text."""
    from training.data.lanes import Stream
    from training.measure.memory import memory_reach

    trainer.use_average()
    stream = Stream(text.ids("valid"), text.starts("valid"))
    found = memory_reach(trainer.model, stream)
    if found is None:
        raise UserError("no document is long enough to measure the memory; use a longer text")
    return found.as_dict()


def summary(records: dict[str, dict[str, Any]], epochs: int) -> Table:
    """The table, with a row for each activation."""
    rows = [[Cell(value) for value in row_of(name, record)] for name, record in records.items()]
    return Table(
        f"validation after {epochs} epochs, and the gradient by distance in tokens",
        ["f", "perplexity", "last token only", *(f"{tokens} back" for tokens in SHOWN_DISTANCES)],
        rows,
    )


def row_of(name: str, record: dict[str, Any]) -> list[str]:
    """The cells for one activation; dashes if its training diverged."""
    if "diverged" in record:
        return [name, "diverged", *["-"] * (1 + len(SHOWN_DISTANCES))]
    norm_of = dict(zip(record["distances"], record["gradient_norms"], strict=True))
    return [
        name,
        f"{record['validation_perplexity'][-1]:.2f}",
        f"{record['perplexities'][0]:.2f}",
        *(f"{norm_of[tokens]:.1e}" for tokens in SHOWN_DISTANCES),
    ]


def keep(records: dict[str, dict[str, Any]], result: Table, made: str) -> None:
    """Write table, numbers and plot to `benchmarks/results`; `made` names the command."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "activations"
    sentences = [
        "Gradient: the mean norm of the derivative of the loss at a word with respect to the state "
        "that many tokens before it. Last token only: perplexity if it is all that the state has "
        "seen.",
        made,
    ]
    write_markdown(path.with_suffix(".md"), "tanh, ReLU, ReLU6, sigmoid", [result], sentences)
    write_json(path.with_suffix(".json"), records)
    drawn = {name: record for name, record in records.items() if "distances" in record}
    draw_gradients(drawn, path.with_suffix(".png"))
    say(f"written to {path}.md, .json and .png")


if __name__ == "__main__":
    command(main)
