"""Start a run folder, or check that it was trained with the same text and settings."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.common.errors import UserError
from training.data.prepare import Prepared
from training.network.configuration import Configuration
from training.network.run import Run
from training.text.tail import FILE as TAIL


def begin_or_check(run: Run, configuration: Configuration, prepared: Prepared) -> None:
    """Start a run folder, or check that the existing one has the same text and settings.

    Raises:
      UserError: If they differ. The message names the first difference.
    """
    belongs = {
        "segmentation": prepared.segmentation,
        "vocabulary_sha256": prepared.vocabulary.digest,
        "corpus_sha256": prepared.corpus["sha256"],
        "prepared": str(prepared.folder),
        "text_digest": prepared.text_digest,
    }
    resumes = run.exists
    if resumes:
        for difference in _differences(run, configuration, belongs):
            raise UserError(f"{run.folder} was trained with {difference}; {run.start_over}")
    elif any(run.folder.glob("*.npz")):
        raise UserError(f"{run.folder}/run.json is missing; {run.start_over}")
    run.folder.mkdir(parents=True, exist_ok=True)
    # When a run is resumed, this repairs damaged files; otherwise the content is the same.
    prepared.vocabulary.save(run.folder / "vocabulary.txt")
    if prepared.tail is not None:
        prepared.tail.save(run.folder / TAIL)
    if resumes:
        # Another list of words changes nothing but the tail.
        if Path(run.information["prepared"]).name != prepared.folder.name:
            run.update_information(corpus=prepared.corpus, **belongs)
        return
    configuration.save(run.folder / "configuration.json")
    run.update_information(
        name=run.name,
        corpus=prepared.corpus,
        tokens={part: prepared.tokens(part) for part in prepared.parts},
        finished=False,
        **belongs,
    )


def _differences(run: Run, configuration: Configuration, belongs: dict[str, Any]) -> Iterator[str]:
    """Describe how the run differs from the requested one, causes before their consequences."""
    before = run.information
    if before["corpus_sha256"] != belongs["corpus_sha256"]:
        yield "a different corpus"
    trained_with = run.configuration
    for field in dataclasses.fields(Configuration):
        old, new = getattr(trained_with, field.name), getattr(configuration, field.name)
        if old != new:
            yield f"{field.name} {old!r}, not {new!r}"
    if before["segmentation"] != belongs["segmentation"]:
        yield f"segmentation {before['segmentation']}, not {belongs['segmentation']}"
    if before["vocabulary_sha256"] != belongs["vocabulary_sha256"]:
        yield "a different vocabulary"
    # Before there were lists of words, the name of a prepared text was this digest.
    if before.get("text_digest", Path(before["prepared"]).name) != belongs["text_digest"]:
        yield "text that was tokenized by different rules"
