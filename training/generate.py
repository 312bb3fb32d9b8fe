"""Write new text with a trained model: `python -m training.generate "how are"`."""

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
  python -m training.generate --temperature 0          the likeliest words
"""


def main(argv: Sequence[str] | None) -> int:
    """Print the prompt as it was typed, and what the model adds."""
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
    parser = Parser("training.generate", "Write new text with a trained model.", EXAMPLES)
    parser.add_argument("prompt", nargs="?", default="", help="the beginning of the text")
    parser.add_argument(
        "--tokens", type=TOKENS, default=60, help="how many words and punctuation marks to add"
    )
    parser.add_argument(
        "--temperature",
        type=TEMPERATURE,
        default=0.8,
        help="0 to 100; below 0.001 takes the likeliest word",
    )
    parser.add_argument("--top-k", type=TOP_K, default=40, help="only the k likeliest (0: all)")
    parser.add_argument("--top-p", type=TOP_P, default=0.95, help="only this much probability")
    parser.add_argument("--seed", type=SEED, default=1, help="the same seed gives the same text")
    add_run_arguments(parser)
    return parser


if __name__ == "__main__":
    command(main)
