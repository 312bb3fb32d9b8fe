"""Generate text with a trained model: `python -m training.generate "how are"`."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence

from training.arguments import Parser, add_run_arguments, chosen_run
from training.common.display import say
from training.common.errors import command
from training.common.options import TOKENS
from training.measure.sampling import OPTIONS, SamplingOptions, generate
from training.text.context import continued, text_ids

EXAMPLES = """\
  python -m training.generate "how are"
  python -m training.generate "i love" --tokens 100 --temperature 0.7 --top-k 50 --seed 3
  python -m training.generate --temperature 0          always the most likely word
"""


def main(argv: Sequence[str] | None) -> int:
    """Print the prompt as typed, followed by the generated text."""
    arguments = _parser().parse_args(argv)
    options = chosen_sampling(arguments)
    run = chosen_run(arguments).required()
    from training.common.quiet import load_tensorflow

    load_tensorflow(run.configuration.threads)
    vocabulary = run.vocabulary
    prompt = text_ids(arguments.prompt, vocabulary)
    ids = generate(run.model(), prompt, arguments.tokens, options)
    say(continued(arguments.prompt, ids, vocabulary))
    return 0


def _parser() -> Parser:
    parser = Parser("training.generate", "Generate text with a trained model.", EXAMPLES)
    parser.add_argument("prompt", nargs="?", default="", help="the text to continue")
    parser.add_argument(
        "--tokens", type=TOKENS, default=60, help="number of words and punctuation marks to add"
    )
    for field in dataclasses.fields(SamplingOptions):
        option, description = OPTIONS[field.name], field.metadata["description"]
        parser.add_argument(
            option.flag,
            type=option,
            default=argparse.SUPPRESS,
            help=f"{description} (default: {field.default})",
        )
    parser.add_argument(
        "--environment",
        action="store_true",
        help="take options not given here from make variables (TOP_K for --top-k)",
    )
    add_run_arguments(parser)
    return parser


def chosen_sampling(arguments: argparse.Namespace) -> SamplingOptions:
    """Return the sampling options of parsed `arguments`.

    Raises:
      UserError: If a make variable is out of range.
    """
    options = SamplingOptions.from_environment() if arguments.environment else SamplingOptions()
    given = {name: value for name, value in vars(arguments).items() if name in OPTIONS}
    return dataclasses.replace(options, **given)


if __name__ == "__main__":
    command(main)
