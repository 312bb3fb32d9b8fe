"""Generate text with a trained model: `python -m training.generate "how are"`."""

from __future__ import annotations

from collections.abc import Sequence

from training.arguments import Parser, add_run_arguments, chosen_run
from training.common.display import say
from training.common.errors import command
from training.common.options import SEED, TEMPERATURE, TOKENS, TOP_K, TOP_P
from training.measure.sampling import SamplingOptions, generate
from training.text.context import continued, text_ids

EXAMPLES = """\
  python -m training.generate "how are"
  python -m training.generate "i love" --tokens 100 --temperature 0.7 --top-k 50 --seed 3
  python -m training.generate --temperature 0          always the most likely word
"""


def main(argv: Sequence[str] | None) -> int:
    """Print the prompt as typed, followed by the generated text."""
    arguments = _parser().parse_args(argv)
    options = SamplingOptions(
        arguments.temperature, arguments.top_k, arguments.top_p, arguments.seed
    )
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
    parser.add_argument(
        "--temperature",
        type=TEMPERATURE,
        default=0.8,
        help="0 to 100; values below 0.001 always choose the most likely word",
    )
    parser.add_argument(
        "--top-k", type=TOP_K, default=40, help="sample from the k most likely words (0: all)"
    )
    parser.add_argument(
        "--top-p",
        type=TOP_P,
        default=0.95,
        help="sample from the most likely words, up to this total probability",
    )
    parser.add_argument(
        "--seed", type=SEED, default=1, help="the same seed generates the same text"
    )
    add_run_arguments(parser)
    return parser


if __name__ == "__main__":
    command(main)
