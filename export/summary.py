"""The last lines of `make train`: where the files are, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from export.copies.places import EXPORTED, PAGES
from training.arguments import DEFAULT_PRESET, Parser, add_run_arguments, chosen_run
from training.common.display import say
from training.common.errors import UserError, command

EXAMPLES = "  python -m export.summary --run keyboard"


def main(argv: Sequence[str] | None) -> None:
    """Print the paths of a run's files; `UserError` if one of the folders is missing."""
    parser = Parser("export.summary", "Show where a run's files are.", EXAMPLES)
    add_run_arguments(parser)
    run = chosen_run(parser.parse_args(argv))
    exported, page = EXPORTED / run.name, PAGES / run.name
    for folder in (run.folder, exported, page):
        if not folder.is_dir():
            raise UserError(f"{folder} is missing; run `make train` first")
    say("")
    places = (
        (run.folder, "weights, history, metrics"),
        (run.folder / "curve.png", "the training curve"),
        (exported / "model.tflite", f"for a phone, {megabytes(exported / 'model.tflite')}"),
        (exported / "tfjs", "for a browser"),
        (exported / "saved_model", "for a server"),
        (exported / "model_card.md", "training data, metrics and use"),
        (page, "the page, ready for any web server"),
    )
    width = max(len(str(path)) for path, _ in places)
    for path, what in places:
        say(f"  {path!s:<{width}}  {what}")
    say(f"\nNext: make demo{'' if run.name == DEFAULT_PRESET else f' RUN={run.name}'}")


def megabytes(path: Path) -> str:
    """The size of a file in millions of bytes."""
    return f"{path.stat().st_size / 1_000_000:.1f} MB"


if __name__ == "__main__":
    command(main)
