"""Measure a trained model on held-out text: `python -m training.evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.arguments import Parser, add_run_arguments, chosen_run
from training.common.display import ProgressDisplay, say, table
from training.common.errors import UserError, command
from training.common.files import write_json
from training.common.options import PART
from training.data.prepare import Prepared, open_prepared
from training.measure.evaluation import evaluate
from training.measure.metrics import FIGURES, SIZES
from training.network.run import Run

EXAMPLES = """\
  python -m training.evaluate                   the default run, test part
  python -m training.evaluate --part valid      the validation part, for choosing settings
  python -m training.evaluate --run bard --corpus shakespeare
"""


def main(argv: Sequence[str] | None) -> int:
    """Print the metrics of a run."""
    parser = Parser("training.evaluate", "Measure a trained model on held-out text.", EXAMPLES)
    add_run_arguments(parser)
    parser.add_argument("--part", type=PART, default="test", help="part to measure: test or valid")
    arguments = parser.parse_args(argv)
    run = chosen_run(arguments).required()
    from training.common.quiet import load_tensorflow

    load_tensorflow(run.configuration.threads)
    prepared = open_prepared(Path(run.information["prepared"]))
    measure_and_show(run, prepared, arguments.part)
    show_memory(run, prepared, arguments.part)
    return 0


def measure_and_show(run: Run, prepared: Prepared, part: str = "test") -> None:
    """Evaluate the run's weights on a part of its text and print a table.

    The metrics of the part that the run is judged by (usually the test part) are also saved in
    the run folder.
    """
    if part not in prepared.parts:
        raise UserError(f"the text of {run.folder} has no {part} part; train on a longer text")
    with (
        run.same_weights() as weights,
        ProgressDisplay(f"evaluating on {part}", prepared.tokens(part), "tokens") as display,
    ):

        def progress(done: int, _total: int | None, _what: str) -> None:
            display.update(done)

        figures = evaluate(
            run.model(), prepared, prepared.vocabulary, part=part, progress=progress
        ).as_dict()
    if part == prepared.judged:
        write_json(
            run.folder / "metrics.json", {"part": part, "weights_sha256": weights, **figures}
        )
    table(f"{run.name} on the {part} part", ["figure", "value"], metric_rows(figures))


def show_memory(run: Run, prepared: Prepared, part: str) -> None:
    """Measure how far back the memory reaches and print a table.

    Also writes `memory.json` and `memory.png` for the part that the run is judged by.
    """
    from training.common.plots import draw_memory
    from training.data.lanes import Stream
    from training.measure.memory import POSITIONS, memory_reach

    stream = Stream(prepared.ids(part), prepared.starts(part))
    with (
        run.same_weights() as weights,
        ProgressDisplay("measuring the memory", POSITIONS, "positions") as display,
    ):
        reach = memory_reach(run.model(), stream, progress=display.update)
    if reach is None:
        say("no document is long enough to measure how far back the memory reaches")
        return
    if part == prepared.judged:
        write_json(run.folder / "memory.json", {"weights_sha256": weights, **reach.as_dict()})
        draw_memory(reach.as_dict(), run.folder / "memory.png", f"Elman: run {run.name}")
    measured = zip(reach.distances, reach.perplexities, reach.gradient_norms, strict=True)
    rows = [(str(tokens), f"{value:.2f}", f"{norm:.2e}") for tokens, value, norm in measured]
    table(
        f"how far back the memory reaches ({reach.positions:,} positions of the {part} part)",
        ["tokens seen", "perplexity", "gradient norm"],
        [*rows, ("all", f"{reach.full:.2f}", "")],
    )


def metric_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the titles and formatted values of `figures`, in display order."""
    return [(figure.title, figure.text(figures[figure.key])) for figure in (*FIGURES, *SIZES)]


if __name__ == "__main__":
    command(main)
