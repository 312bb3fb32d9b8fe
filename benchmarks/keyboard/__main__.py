"""Compares the C library with Presage by typing texts: `python -m benchmarks.keyboard`."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.common.environments import CACHE
from benchmarks.common.kept import RESULTS, check_kept
from benchmarks.common.made import made_by
from benchmarks.common.tables import Table, write_markdown
from benchmarks.comparison.contenders import export_of
from benchmarks.comparison.texts import Text, chosen_texts
from benchmarks.keyboard import presage
from benchmarks.keyboard.suggesters import MOST_WORDS, Suggester, elman_program
from benchmarks.keyboard.tables import (
    cost_table,
    difference_table,
    endurance_table,
    savings_table,
)
from benchmarks.keyboard.typing import AskedProgram, Hands, Typed
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.common.options import PART
from training.corpora import BUILT_IN, Corpus, open_corpus
from training.corpora.base import Document
from training.data.prepare import open_prepared
from training.network.run import Run
from training.text.vocabulary import Vocabulary

EXAMPLES = """\
  python -m benchmarks.keyboard                     the default run, on part of its test text
  python -m benchmarks.keyboard phrases.txt         also on other phrases
  python -m benchmarks.keyboard --documents 10      a smaller part: Presage is slow
  python -m benchmarks.keyboard --keep              also write benchmarks/results
"""
ELMAN = "Elman, C library"
RIVALS = {"Presage": False, "Presage, apostrophes kept": True}
"""The variants of Presage, and whether apostrophes are disguised as letters for it."""


def main(argv: Sequence[str] | None) -> int:
    """Type every text with each suggester, and print and save the tables."""
    parser = Parser("benchmarks.keyboard", "Compare the C library with Presage.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("texts", nargs="*", help="more texts: files, folders or globs")
    parser.add_argument("--part", type=PART, default="test", help="part to type: test or valid")
    parser.add_argument("--documents", type=int, default=20, help="documents of each text to type")
    parser.add_argument("--calls", type=int, default=1_000_000, help="calls in the memory test")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    if arguments.documents < 1 or arguments.calls < 1:
        raise UserError("--documents and --calls must be at least 1")
    check_kept(parser, arguments, "documents", "calls")
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    texts = chosen_texts(prepared, arguments.part, arguments.texts)
    exported = export_of(run, arguments.exports / run.name)
    ngrams = ngrams_of(run, arguments.corpus)
    with tempfile.TemporaryDirectory(prefix="elman-keys-") as folder:
        model = Path(folder, "model.tflite")
        model.write_bytes(exported.tflite(model.name).data)
        suggesters = Suggesters(Path(folder), model, ngrams)
        tables = tables_of(suggesters, texts, prepared.vocabulary, arguments.documents)
        tables.append(endurance(suggesters, texts[0], prepared.vocabulary, arguments.calls))
    sentences = [*explanation(), made_by("benchmarks.keyboard", argv)]
    show_and_write(run, tables, sentences, RESULTS if arguments.keep else None)
    return 0


def ngrams_of(run: Run, corpus_name: str) -> dict[str, Path]:
    """Presage's n-gram databases of the run's training text, by the name of the variant.

    Raises:
        UserError: If the corpus is not the text that the run was trained on.
    """
    corpus = corpus_of(run, corpus_name)
    presage.require()
    return {name: presage.database(corpus, CACHE, helped) for name, helped in RIVALS.items()}


def corpus_of(run: Run, name: str) -> Corpus:
    """Open the corpus of a run; `UserError` if `name` is another text."""
    segmentation = "" if name in BUILT_IN else run.information["segmentation"]
    corpus = open_corpus(name, segmentation=segmentation)
    if corpus.sha256() != run.information["corpus"]["sha256"]:
        raise UserError(f"{run.name} was trained on another text; name that text with --corpus")
    return corpus


class Suggesters:
    """Starts the programs that are compared."""

    def __init__(self, folder: Path, model: Path, ngrams: dict[str, Path]):
        self._folder, self._model, self._ngrams = folder, model, ngrams
        self._program = elman_program(folder)

    def elman(self) -> Suggester:
        """The C library with the model."""
        return Suggester([self._program, self._model])

    def all(self) -> Iterator[tuple[str, Suggester]]:
        """Yield each suggester and its name, starting one at a time."""
        yield ELMAN, self.elman()
        for name, helped in RIVALS.items():
            yield name, presage.suggester(self._ngrams[name], self._folder, helped)


def tables_of(
    suggesters: Suggesters, texts: list[Text], vocabulary: Vocabulary, documents: int
) -> list[Table]:
    """Type the start of each text with every suggester; three tables for each text."""
    tables = []
    for text in texts:
        sample, typed = text.documents[:documents], {}
        for name, suggester in suggesters.all():
            typed[name] = type_all(f"{name} on {text.name}", suggester, sample, vocabulary)
        own = typed[ELMAN]
        title = (
            f"{text.name} ({text.kind}): the first {len(sample):,} of {len(text.documents):,} "
            f"documents, {own.words:,} words, {sum(own.characters):,} characters"
        )
        tables.append(savings_table(title, typed))
        tables.append(
            difference_table(f"{text.name}: percentage points by which {ELMAN}, saves more", typed)
        )
        tables.append(cost_table(f"{text.name}: time per key, and memory", typed))
    return tables


def type_all(
    name: str, suggester: AskedProgram, documents: list[Document], vocabulary: Vocabulary
) -> Typed:
    """Type documents with a suggester, and then end it."""
    hands = Hands(suggester, vocabulary)
    with suggester, ProgressDisplay(name, len(documents), "documents") as display:
        for done, _ in enumerate(hands.type_all(documents), start=1):
            display.update(done)
    return hands.typed


def endurance(suggesters: Suggesters, text: Text, vocabulary: Vocabulary, calls: int) -> Table:
    """Type a text again and again until `calls` calls have been made."""
    suggester, asked = suggesters.elman(), list[int]()
    hands = Hands(suggester, vocabulary)
    with suggester, ProgressDisplay("testing memory", calls, "calls") as display:
        for done in hands.type_all(itertools.cycle(text.documents)):
            asked.append(done)
            display.update(min(done, calls))
            if done >= calls:
                break
    typed = hands.typed
    whole = first_round(typed, len(text.documents))
    saved = ", ".join(f"{whole.savings(strip):.2%} at {strip}" for strip in (1, 3, 5))
    many = f"{len(whole.keys):,} of {len(text.documents):,}"
    title = f"{ELMAN} on {many} documents of {text.name}: {saved}; memory over many calls"
    return endurance_table(title, typed, asked)


def first_round(typed: Typed, documents: int) -> Typed:
    """The documents typed before the text was repeated."""
    return Typed(keys=typed.keys[:documents], characters=typed.characters[:documents])


def show_and_write(run: Run, tables: list[Table], sentences: list[str], kept: Path | None) -> None:
    """Print the tables, and write them as Markdown to the run's folder and to `kept`."""
    for table in tables:
        table.show()
    for sentence in sentences:
        say(sentence)
    paths = [run.folder / "keyboard.md", *([kept / f"keyboard-{run.name}.md"] if kept else [])]
    for path in paths:
        write_markdown(path, f"{run.name}: the C library and Presage", tables, sentences)
    say(f"written to {' and '.join(map(str, paths))}")


def explanation() -> list[str]:
    """Sentences that explain the figures."""
    return [
        "Saved: 1 - keys / characters, if a word is accepted with one key as soon as it is among "
        "that many suggestions (training/measure/keystrokes.py). All suggesters type the same "
        "texts and see the document typed so far; words match case-folded.",
        "Presage 0.9.1 from Debian uses 1-, 2- and 3-grams of the whole training text, counted by "
        "text2ngram with rare words included, and its default weights. Learning while typing is "
        "off, and suggestions may be repeated. Presage splits words at apostrophes and never "
        "suggests a word like don't; where apostrophes are kept, they are disguised as letters.",
        f"Time is for one call for {MOST_WORDS} words, measured inside the process, after every "
        "keystroke that changes the suggestions, including punctuation. CPU is the CPU time of the "
        "same calls. Memory is the resident memory of the process.",
        "Uncertainty: 95% intervals from resamplings of whole documents, the same for all "
        "suggesters; ± is half the width.",
    ]


if __name__ == "__main__":
    command(main)
