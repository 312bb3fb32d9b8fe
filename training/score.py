"""Score sentences by their probability: `python -m training.score "i am fine"`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from training.arguments import Parser, add_run_arguments, chosen_run
from training.common.display import say, table
from training.common.errors import UserError, command
from training.common.files import lines_of, read_lines
from training.common.options import RANK
from training.measure.scoring import TextScore, ranked, score_text
from training.text.rules import split
from training.text.unknown_words import UnknownWords

EXAMPLES = """\
  python -m training.score "how are you" "how are shoe"       candidates, ranked
  python -m training.score --file sentences.txt               one sentence per line
  python -m training.score --rank word "hi" "how are you doing today"
  echo "i am fine" | python -m training.score --file -
"""


def main(argv: Sequence[str] | None) -> int:
    """Print the log-probability of every word and a ranking of the sentences."""
    parser = Parser("training.score", "Score sentences with a trained model.", EXAMPLES)
    parser.add_argument("text", nargs="*", help="sentences to score")
    parser.add_argument("--file", help="a file with one sentence per line (-: standard input)")
    parser.add_argument(
        "--rank", default="total", type=RANK,
        help="rank by the log-probability of the whole sentence (default) or by its mean per word",
    )  # fmt: skip
    add_run_arguments(parser)
    arguments = parser.parse_args(argv)
    sentences = _sentences(arguments.text, arguments.file)
    run = chosen_run(arguments).required()
    from training.common.quiet import load_tensorflow

    load_tensorflow(run.configuration.threads)
    model, vocabulary = run.model(), run.vocabulary
    unknown = UnknownWords(vocabulary, run.tail)
    scores = [score_text(model, vocabulary, sentence, unknown) for sentence in sentences]
    for score in scores:
        _show_words(score)
    if len(scores) > 1:
        _show_ranking(scores, arguments.rank)
    return 0


def _sentences(texts: Sequence[str], file: str | None) -> list[str]:
    lines = list(texts)
    if file is not None:
        lines += lines_of(_standard_input(), file) if file == "-" else read_lines(Path(file))
    # Lines of only invisible characters, such as a byte order mark, have no tokens.
    lines = [line for line in lines if split(line)]
    if not lines:
        raise UserError(
            'nothing to score: give a sentence (TEXT="...") or a file (FILE=..., --file)'
        )
    return lines


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise UserError("standard input is closed; use a file: FILE=sentences.txt (--file)")
    return sys.stdin.buffer.read()


def _show_words(score: TextScore) -> None:
    rows = [
        (token + _note_on_spelling(nats), f"{value:.3f}")
        for token, value, nats in zip(
            score.tokens, score.log_probabilities, score.spelling, strict=True
        )
    ]
    table(score.text, ["word", "log-probability"], rows)
    left_out = " (without spelling)" if any(score.unknown) else ""
    say(
        f"total {score.total:.3f} nats, {score.per_word:.3f} per word, "
        f"perplexity {score.perplexity:.1f}{left_out}\n"
    )


def _note_on_spelling(nats: float) -> str:
    return f" (unknown word: {-nats:.3f} for its spelling)" if nats else ""


def _show_ranking(scores: Sequence[TextScore], by: str) -> None:
    rows = [
        (score.text, f"{score.total:.3f}", f"{score.per_word:.3f}", str(place))
        for place, score in enumerate(ranked(scores, by), start=1)
    ]
    what = {"total": "total log-probability", "word": "log-probability per word"}[by]
    table(f"ranked by {what}", ["sentence", "total", "per word", "place"], rows)


if __name__ == "__main__":
    command(main)
