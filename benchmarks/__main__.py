"""Compares a trained network with n-grams of the same training tokens: `python -m benchmarks`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import write_markdown
from benchmarks.comparison.behaviour import Examination, notes
from benchmarks.comparison.contenders import Contender, networks, ngrams
from benchmarks.comparison.measure import measure
from benchmarks.comparison.report import Results, explanation
from benchmarks.comparison.texts import Text, chosen_texts
from benchmarks.ngrams.kenlm_build import programs
from export.proof.arguments import add_export_arguments
from training.arguments import Parser, chosen_run
from training.common.display import say
from training.common.errors import command
from training.common.files import write_json
from training.common.options import PART
from training.data.prepare import Prepared, open_prepared
from training.network.run import Run

EXAMPLES = """\
  python -m benchmarks                          the default run, on the test part of its corpus
  python -m benchmarks phrases.txt novel.txt    also on two other texts
  python -m benchmarks --part valid             on the part used for choosing settings
  python -m benchmarks --keep                   also write benchmarks/results/<run>.md
"""


def main(argv: Sequence[str] | None) -> int:
    """Print the tables of a run, and save them in its folder and, with --keep, the repository."""
    parser = Parser(
        "benchmarks", "Compare a run with n-grams estimated from the same tokens.", EXAMPLES
    )
    add_export_arguments(parser)
    parser.add_argument("texts", nargs="*", help="more texts: files, folders or globs")
    parser.add_argument("--part", type=PART, default="test", help="part to measure: test or valid")
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    arguments = parser.parse_args(argv)
    run = chosen_run(arguments).required()
    prepared = open_prepared(Path(run.information["prepared"]))
    texts = chosen_texts(prepared, arguments.part, arguments.texts)
    held = arguments.part in prepared.parts
    examination = Examination(prepared, arguments.part) if held else None
    models = contenders(run, arguments.exports, prepared, arguments.part)
    results = compared(models, texts, prepared, examination)
    kept = RESULTS / f"{run.name}.md" if arguments.keep else None
    show_and_write(run, results, examination, prepared, kept, made_by("benchmarks", argv))
    return 0


def contenders(run: Run, exported: Path, prepared: Prepared, part: str) -> Iterator[Contender]:
    """Yield the networks, then the n-grams, timed on a held-out part if there is one."""
    built = programs()
    ids = prepared.ids(part if part in prepared.parts else "train")
    yield from networks(run, exported / run.name, ids)
    yield from ngrams(prepared, built, ids)


def compared(
    models: Iterator[Contender],
    texts: list[Text],
    prepared: Prepared,
    examination: Examination | None,
) -> list[Results]:
    """Measure each model on each text and examine it, with one model in memory at a time."""
    results = [Results(text) for text in texts]
    for contender in models:
        for result in results:
            name = f"{contender.name} on {result.text.name}"
            model, documents = contender.model, result.text.documents
            measured = measure(
                name, model, documents, prepared.vocabulary, result.text.tokens, prepared.tail
            )
            result.measured[contender.name] = contender.costs, measured
        if examination is not None:
            examination.examine(contender)
    return results


def show_and_write(
    run: Run,
    results: list[Results],
    examination: Examination | None,
    prepared: Prepared,
    kept: Path | None,
    made: str,
) -> None:
    """Print all tables and write them as Markdown and JSON; `made` names the command."""
    tables = [table for result in results for table in result.tables()]
    sentences = explanation(int(prepared.vocabulary.is_word.sum()))
    if examination is not None:
        tables.append(examination.table())
        sentences += notes()
    for table in tables:
        table.show()
    for sentence in sentences:
        say(sentence)
    paths = [run.folder / "benchmark.md", *([kept] if kept else [])]
    for path in paths:
        write_markdown(path, f"{run.name} compared with n-grams", tables, [*sentences, made])
    write_json(run.folder / "benchmark.json", [result.as_dict() for result in results])
    say(f"written to {' and '.join(map(str, paths))}")


if __name__ == "__main__":
    command(main)
