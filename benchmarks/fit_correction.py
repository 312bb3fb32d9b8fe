"""Fits the costs of slips in the C library: `python -m benchmarks.fit_correction`.

The costs are those that give what was meant the highest probability: the mean of its negative
logarithm is minimised by changing one cost at a time. The words are those of conversations from the
validation part, typed with the slips of `benchmarks/correction/slips.py`, with and without the
coordinates of the taps; and misspellings from one half of codespell's dictionary. The benchmark
uses other conversations and the other half. The shares from which a correction is certain are then
those with which most words are right in the end, within limits for wrong corrections.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.common.made import command_line
from benchmarks.comparison.contenders import export_of
from benchmarks.comparison.texts import held_out
from benchmarks.correction.fitting import Costs, Limits, coordinate_search, proposals, thresholds
from benchmarks.correction.misspellings import dictionary, intended, known_words, usable
from benchmarks.correction.samples import Sample, loss, samples_of, samples_of_pairs
from benchmarks.correction.slips import SLIPS
from benchmarks.correction.typed import Typist
from export.keyboard.c_library import CORE, build
from export.keyboard.core import CKeyboard
from export.keyboard.results import LibraryError
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.common.files import write_text
from training.data.prepare import Prepared, open_prepared
from training.network.run import Run
from training.text.rules import fold

EXAMPLES = """\
  python -m benchmarks.fit_correction                    print the costs
  python -m benchmarks.fit_correction --write            also write core/correction/slip_costs.c
  python -m benchmarks.fit_correction --documents 2      a quick try
"""
KEPT = 0.1
"""The share of the words in the vocabulary, typed without a slip, that the costs are fitted on."""
WRITTEN = CORE / "correction/slip_costs.c"
LEFT = (
    *("accent", "capital", "extra_space", "moved_space", "name", "limit", "completion"),
    *("certain", "certain_known", "certain_unknown"),
)
"""The costs for which the samples have no slips, and those that are no costs."""


def main(argv: Sequence[str] | None) -> None:
    """Fit the costs and print them."""
    arguments = parsed(argv)
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    model = export_of(run, arguments.exports / run.name).tflite("model.tflite").data
    samples, further = all_samples(run, prepared, arguments)
    known = {fold(entry) for entry in prepared.vocabulary.entries}
    with tempfile.TemporaryDirectory(prefix="elman-fit-") as folder:
        path = Path(folder, "model.tflite")
        path.write_bytes(model)
        with CKeyboard(build(Path(folder, "library"), litert=False), path) as keyboard:
            costs = fitted(keyboard, samples, arguments.rounds)
            keyboard.costs(costs)
            with ProgressDisplay("looking for the thresholds", None, "words"):
                found = proposals(further, keyboard.correct, lambda word: fold(word) in known)
    costs |= dataclasses.asdict(thresholds(found, Limits()))
    for name, cost in costs.items():
        say(f"{name} {cost:.6g}")
    if arguments.write:
        write_text(WRITTEN, source(costs, command_line("benchmarks.fit_correction", argv)))
        say(f"written to {WRITTEN}")


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of the command."""
    parser = Parser("benchmarks.fit_correction", "Fit the costs of slips.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("--documents", type=int, default=20, help="conversations to fit on")
    parser.add_argument("--misspellings", type=int, default=300, help="misspellings to fit on")
    parser.add_argument(
        "--weight",
        type=float,
        default=0.01,
        help="weight of all misspellings, if that of the conversations is 1",
    )
    parser.add_argument(
        "--rounds", type=int, default=2, help="how often each cost is tried; 0: thresholds only"
    )
    parser.add_argument("--seed", type=int, default=2, help="seed of the slips")
    parser.add_argument(
        "--write", action="store_true", help=f"write core/correction/{WRITTEN.name}"
    )
    arguments = parser.parse_args(argv)
    if arguments.documents < 1 or arguments.misspellings < 1:
        raise UserError("--documents and --misspellings must be at least 1")
    if arguments.rounds < 0 or arguments.seed < 0 or arguments.weight < 0:
        raise UserError("--rounds, --seed and --weight must be at least 0")
    return arguments


def all_samples(
    run: Run, prepared: Prepared, arguments: argparse.Namespace
) -> tuple[list[Sample], list[Sample]]:
    """Words for the costs, and those of three times as many conversations for the thresholds."""
    documents = held_out(prepared, "valid").documents[-4 * arguments.documents :]
    typist = Typist(prepared.segmentation, SLIPS, arguments.seed, intended())
    typed = typist.type_all(documents)
    common = {fold(entry) for entry in run.vocabulary.entries}
    samples = samples_of(typed[: arguments.documents], arguments.seed, common, KEPT)
    pairs = usable(dictionary(), known_words(run), "fitting")
    drawn = random.Random(arguments.seed).sample(pairs, min(arguments.misspellings, len(pairs)))
    weight = arguments.weight * sum(each.weight for each in samples) / max(1, len(drawn))
    further = samples_of(typed[arguments.documents :], arguments.seed)
    return samples + samples_of_pairs(drawn, weight), further


def fitted(keyboard: CKeyboard, samples: Sequence[Sample], rounds: int) -> Costs:
    """The costs after a coordinate search that starts from those of the library."""

    def loss_of(costs: Mapping[str, float]) -> float:
        try:
            keyboard.costs(costs)
        except LibraryError:
            # A cost is out of its range.
            return float("inf")
        return loss(samples, keyboard.correct)

    start = keyboard.costs()
    say(f"{loss_of(start):.4f} nats a word with the costs of the library")
    names = [name for name in start if name not in LEFT]
    with ProgressDisplay("fitting", rounds * len(names), "costs") as display:
        costs = coordinate_search(
            start, loss_of, names, rounds, lambda done, nats: display.update(done, f"{nats:.4f}")
        )
    say(f"{loss_of(costs):.4f} nats a word with the fitted costs")
    return costs


def source(costs: Mapping[str, float], made: str) -> str:
    """The C source with the costs."""
    lines = "".join(f"    .{name} = {cost:.6g},\n" for name, cost in costs.items())
    return (
        f"/* Written by `{made}`. */\n"
        '#include "correction/slips.h"\n\n'
        f"const elman_slip_costs elman_usual_slip_costs = {{\n{lines}}};\n"
    )


if __name__ == "__main__":
    command(main)
