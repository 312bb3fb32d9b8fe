"""Fits the costs of slips in the C library: `python -m benchmarks.fit_correction`.

The costs are those that give what was meant the highest probability (maximum a posteriori): the
mean of its negative logarithm, with a Gaussian prior around the costs of the library, is minimised
by changing one cost at a time. The words are those of conversations from the validation part, typed
with the slips of `benchmarks/correction/slips.py`, with and without the coordinates of the taps;
and misspellings from one half of codespell's dictionary. The shares from which a correction is
certain are then those with the highest F0.9 on these and further conversations, within limits for
wrong corrections. Both sets of costs are compared on conversations that were not used for the fit.
The C source is only written if the fitted ones are better there.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common.made import command_line
from benchmarks.comparison.texts import held_out
from benchmarks.correction.fitting import (
    Costs,
    Limits,
    Proposals,
    Quality,
    Thresholds,
    coordinate_search,
    prior,
    proposals,
    quality,
    thresholds,
)
from benchmarks.correction.misspellings import dictionary, intended, known_words, usable
from benchmarks.correction.samples import Sample, loss, samples_of, samples_of_pairs
from benchmarks.correction.slips import CLEAN, SLIPS
from benchmarks.correction.typed import SlippingTypist
from benchmarks.keyboard.shipped import shipped_keyboard
from export.keyboard.c_library import CORE
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
  python -m benchmarks.fit_correction --write            also write them if they are better
  python -m benchmarks.fit_correction --documents 2      a quick try
"""
COMMON_SHARE = 0.1
"""The share of the words in the vocabulary, typed without a slip, that the costs are fitted on."""
WRITTEN = CORE / "correction/slip_costs.c"
LEFT = (
    *("accent", "capital", "extra_space", "moved_space", "variant", "name", "limit"),
    *("completion", "slip_rate", "adaptation"),
    *("certain", "certain_known", "certain_unknown", "certain_revised"),
)
"""The costs for which the samples have no slips, and those that are no costs."""
Qualities = tuple[Quality, Quality]
"""Of a text with slips and of the same text without."""


def main(argv: Sequence[str] | None) -> None:
    """Fit the costs and print them."""
    arguments = parsed(argv)
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    words = all_samples(run, prepared, arguments)
    with shipped_keyboard(run, arguments.exports) as (keyboard, _):
        usual = keyboard.costs()
        costs = fitted(keyboard, words.fitting, arguments.rounds)
        costs |= dataclasses.asdict(found_thresholds(keyboard, costs, words))
        before, after = (judged(keyboard, each, words) for each in (usual, costs))
    for name, cost in costs.items():
        say(f"{name} {cost:.6g}")
    say_quality("the library's costs, on other conversations", before)
    say_quality("the fitted costs, on other conversations", after)
    if arguments.write:
        write_if_better(
            before, after, source(costs, command_line("benchmarks.fit_correction", argv))
        )


def write_if_better(before: Qualities, after: Qualities, text: str) -> None:
    """Write the C source if the fitted costs are better."""
    if not is_better(before, after):
        say(f"{WRITTEN} stays as it is: the fitted costs are not better")
        return
    write_text(WRITTEN, text)
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
        "--write",
        action="store_true",
        help=f"write core/correction/{WRITTEN.name} if they are better",
    )
    arguments = parser.parse_args(argv)
    if arguments.documents < 1 or arguments.misspellings < 1:
        raise UserError("--documents and --misspellings must be at least 1")
    if arguments.rounds < 0 or arguments.seed < 0 or arguments.weight < 0:
        raise UserError("--rounds, --seed and --weight must be at least 0")
    return arguments


@dataclass(frozen=True)
class Words:
    """Words to fit on and to judge with.

    Args:
        fitting: For the costs.
        choosing: For the thresholds, typed with slips.
        clean: The same words without slips.
        judging: Of other conversations, typed with slips.
        clean_judging: The same words without slips.
        known: The entries of the vocabulary and the tail words, case-folded, without those that are
            marked as misspelled.
    """

    fitting: list[Sample]
    choosing: list[Sample]
    clean: list[Sample]
    judging: list[Sample]
    clean_judging: list[Sample]
    known: frozenset[str]


def all_samples(run: Run, prepared: Prepared, arguments: argparse.Namespace) -> Words:
    """The words of three times as many conversations as the costs are fitted on."""
    count, seed = arguments.documents, arguments.seed
    documents = held_out(prepared, "valid").documents[-3 * count :]
    if len(documents) <= 2 * count:
        raise UserError(
            f"--documents {count} needs more than {2 * count} conversations, and the validation "
            f"part has {len(documents)}; choose fewer with --documents"
        )
    meant = intended()
    slipped, clean = (
        SlippingTypist(prepared.segmentation, rates, seed, meant).type_all(documents)
        for rates in (SLIPS, CLEAN)
    )
    known = right_words(run)
    common = known.intersection(map(fold, run.vocabulary.entries))
    samples = samples_of(slipped[:count], seed, common, COMMON_SHARE)
    if not samples:
        raise UserError("there are no words to fit on; choose more with --documents")
    pairs = usable(dictionary(), known_words(run), "fitting")
    drawn = random.Random(seed).sample(pairs, min(arguments.misspellings, len(pairs)))
    weight = arguments.weight * sum(each.weight for each in samples) / max(1, len(drawn))
    return Words(
        samples + samples_of_pairs(drawn, weight),
        samples_of(slipped[: 2 * count], seed),
        samples_of(clean[: 2 * count], seed),
        samples_of(slipped[2 * count :], seed),
        samples_of(clean[2 * count :], seed),
        known,
    )


def right_words(run: Run) -> frozenset[str]:
    """The words of the lists, case-folded, that are not marked as misspelled."""
    words = [*run.vocabulary.entries, *(word for word, _ in run.tail.words)]
    wrong = set(run.tail.misspelled)
    return frozenset(fold(word) for number, word in enumerate(words) if number not in wrong)


def fitted(keyboard: CKeyboard, samples: Sequence[Sample], rounds: int) -> Costs:
    """The costs after a coordinate search that starts from those of the library."""
    start = keyboard.costs()
    names = [name for name in start if name not in LEFT]
    usual = {name: start[name] for name in names}
    weight = sum(sample.weight for sample in samples)

    def loss_of(costs: Mapping[str, float]) -> float:
        try:
            # Some words are left out, so the others do not tell how often a user slips.
            keyboard.costs({**costs, "adaptation": 0.0})
        except LibraryError:
            # A cost is out of its range.
            return float("inf")
        return loss(samples, keyboard.correct) + prior(costs, usual) / weight

    say(f"{loss_of(start):.4f} nats a word with the costs of the library")
    with ProgressDisplay("fitting", rounds * len(names), "costs") as display:
        costs = coordinate_search(
            start, loss_of, names, rounds, lambda done, nats: display.update(done, f"{nats:.4f}")
        )
    say(f"{loss_of(costs):.4f} nats a word with the fitted costs")
    return costs


def found_thresholds(keyboard: CKeyboard, costs: Costs, words: Words) -> Thresholds:
    """The thresholds for some costs."""
    with ProgressDisplay("looking for the thresholds", None, "words"):
        slipped, clean = (
            proposed(keyboard, costs, each, words) for each in (words.choosing, words.clean)
        )
        return thresholds(slipped, Limits(), clean)


def proposed(
    keyboard: CKeyboard, costs: Costs, samples: Sequence[Sample], words: Words
) -> Proposals:
    """What a keyboard proposes in a new session."""
    keyboard.session()
    keyboard.costs(costs)
    return proposals(samples, keyboard.correct, lambda word: fold(word) in words.known)


def judged(keyboard: CKeyboard, costs: Costs, words: Words) -> Qualities:
    """The quality of costs and thresholds on the words for judging."""
    at = Thresholds(costs["certain"], costs["certain_known"], costs["certain_unknown"])
    slipped, clean = (
        proposed(keyboard, costs, each, words) for each in (words.judging, words.clean_judging)
    )
    return quality(slipped, at), quality(clean, at)


def say_quality(name: str, found: Qualities) -> None:
    """Print the quality on the text with slips and on the one without."""
    slipped, clean = found
    say(
        f"{name}: {slipped.right:.2%} right at the end, F0.9 {slipped.f_score:.3f}, precision "
        f"{slipped.precision:.2%}, broken {slipped.broken:.2%}, in clean text {clean.broken:.2%}"
    )


def is_better(before: Qualities, after: Qualities) -> bool:
    """Whether more words are right and F0.9 is higher, within the limits or with fewer broken."""
    (old, old_clean), (new, new_clean), limits = before, after, Limits()
    kept = new.keeps(limits) or (new.precision >= old.precision and new.broken <= old.broken)
    clean = new_clean.broken <= max(limits.clean, old_clean.broken)
    improved = (new.right, new.f_score) != (old.right, old.f_score)
    return improved and new.right >= old.right and new.f_score >= old.f_score and kept and clean


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
