"""Trains variants of a preset and compares their validation perplexity.

    python -m benchmarks.recipe "" "units=384 embedding_size=192" "lanes=32"

trains the preset and two variants of it from start to end, and appends a line for each to
`runs/recipe.jsonl`. A short schedule (`--epochs 3`) ranks most settings well. Settings are chosen
on the validation part; the test part is never read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.arguments import CORPUS_HELP, DEFAULT_CORPUS, DEFAULT_PRESET, Parser
from training.common.display import ProgressDisplay, say, table
from training.common.errors import UserError, command
from training.common.files import read_lines
from training.corpora import Reading, open_corpus
from training.data.prepare import Prepared, prepare
from training.measure.metrics import exponential
from training.network.configuration import Configuration, preset

if TYPE_CHECKING:
    from training.network.trainer import Trainer

LOG = Path("runs/recipe.jsonl")
EXAMPLES = """\
  python -m benchmarks.recipe "" "layer_dropout=0.3"            two variants of keyboard
  python -m benchmarks.recipe --preset ptb --corpus ptb/ ""     on another text
  python -m benchmarks.recipe --show                            the table of all results so far
"""


def main(argv: Sequence[str] | None) -> None:
    """Train every variant, and print the table of all results so far."""
    parser = Parser(
        "benchmarks.recipe", "Compare variants of a preset on validation text.", EXAMPLES
    )
    parser.add_argument("variants", nargs="*", help='settings, such as "units=384 lanes=32"')
    parser.add_argument("--preset", default=DEFAULT_PRESET, help="named set of settings")
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, help=CORPUS_HELP)
    parser.add_argument("--epochs", type=int, default=3, help="number of epochs")
    parser.add_argument("--show", action="store_true", help="only print the table")
    arguments = parser.parse_args(argv)
    results()
    if not arguments.show:
        base = preset(arguments.preset).changed({"epochs": arguments.epochs})
        chosen = [(text, base.with_overrides(text.split())) for text in arguments.variants]
        if len({configuration.threads for _, configuration in chosen}) > 1:
            raise UserError("variants differ in `threads`; use a separate command for each value")
        for text, configuration in chosen:
            record = measured(configuration, prepared_text(arguments.corpus, configuration))
            _append({"variant": text or "unchanged", "corpus": arguments.corpus, **record})
    show()


def measured(
    configuration: Configuration,
    prepared: Prepared,
    examine: Callable[[Trainer], None] = lambda _: None,
) -> dict[str, Any]:
    """Train to the end; return perplexities by epoch, parameters and tokens per second.

    `examine` is called with the trainer at the end.
    """
    from training.common.quiet import load_tensorflow

    load_tensorflow(configuration.threads)
    from training.data.lanes import Stream
    from training.network.cluster import ALONE
    from training.network.sharding import trainer_for

    train, valid = (
        Stream(prepared.ids(part), prepared.starts(part)) for part in ("train", "valid")
    )
    trainer = trainer_for(
        configuration.adapted_to(len(train)), len(prepared.vocabulary), train, ALONE
    )
    trainer.start(None)
    perplexities, seconds = [], 0.0
    tokens = trainer.total_steps * trainer.tokens_per_step
    with ProgressDisplay("training", tokens, "tokens") as display:
        while trainer.step < trainer.total_steps:
            begun = time.monotonic()
            end = min(trainer.total_steps, trainer.step + trainer.steps_per_epoch)
            trainer.train(
                end,
                lambda at: display.update(at.step * trainer.tokens_per_step, f"loss {at.loss:.2f}"),
            )
            seconds += time.monotonic() - begun
            perplexities.append(round(exponential(trainer.validation_loss(valid)), 2))
            say(f"epoch {len(perplexities)}: validation perplexity {perplexities[-1]}")
    examine(trainer)
    return {
        "preset": configuration.preset,
        "epochs": configuration.epochs,
        "parameters": trainer.model.parameters(),
        "tokens_a_second": round(tokens / seconds),
        "minutes": round(seconds / 60, 1),
        "validation_perplexity": perplexities,
    }


def results() -> list[dict[str, Any]]:
    """All results so far; `UserError` if a line was cut, to which the next would be appended."""
    found = []
    for number, line in enumerate(read_lines(LOG) if LOG.exists() else (), start=1):
        try:
            found.append(json.loads(line))
        except ValueError:
            raise UserError(f"line {number} of {LOG} is damaged; delete it") from None
    return found


def show() -> None:
    """Print all results, the best first."""
    records = sorted(results(), key=lambda record: record["validation_perplexity"][-1])
    table(
        "validation perplexity, best first",
        [
            "variant",
            "corpus",
            "preset",
            "epochs",
            "parameters",
            "tokens/s",
            "minutes",
            "perplexity",
        ],
        [
            (
                record["variant"],
                Path(record["corpus"]).name,
                record["preset"],
                record["epochs"],
                f"{record['parameters']:,}",
                f"{record['tokens_a_second']:,}",
                record["minutes"],
                record["validation_perplexity"][-1],
            )
            for record in records
        ],
    )


def prepared_text(corpus: str, configuration: Configuration) -> Prepared:
    """Prepare the corpus as `make train` does for this configuration."""
    reading = Reading(held_out_tokens=configuration.held_out_tokens)
    return prepare(
        open_corpus(corpus, reading=reading),
        configuration.vocabulary_size,
        configuration.minimum_count,
        Path("cache/prepared"),
        reading=reading,
    )


def _append(record: dict[str, Any]) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    command(main)
