"""Which text and settings a run directory belongs to."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.common.errors import UserError
from training.data.prepare import Prepared
from training.network.configuration import Configuration
from training.network.run import Run


def begin_or_check(run: Run, configuration: Configuration, prepared: Prepared) -> None:
    """Begin a run directory, or make sure that the one there is of the same text and settings.

    Raises `UserError` that names what differs.
    """
    belongs = {
        "segmentation": prepared.segmentation,
        "vocabulary_sha256": prepared.vocabulary.digest,
        "corpus_sha256": prepared.corpus["sha256"],
        "prepared": str(prepared.folder),
    }
    goes_on = run.exists
    if goes_on:
        for difference in _differences(run, configuration, belongs):
            raise UserError(f"{run.folder} was trained with {difference}; {run.start_over}")
    elif any(run.folder.glob("*.npz")):
        raise UserError(f"{run.folder}/run.json is missing; {run.start_over}")
    run.folder.mkdir(parents=True, exist_ok=True)
    # In a run that goes on this is what stood there, unless it was damaged since.
    prepared.vocabulary.save(run.folder / "vocabulary.txt")
    if goes_on:
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
    """What the run was trained with and would not be now, causes before what follows from them."""
    before = run.information
    if before["corpus_sha256"] != belongs["corpus_sha256"]:
        yield "another corpus"
    trained_with = run.configuration
    for field in dataclasses.fields(Configuration):
        old, new = getattr(trained_with, field.name), getattr(configuration, field.name)
        if old != new:
            yield f"{field.name} {old!r}, not {new!r}"
    if before["segmentation"] != belongs["segmentation"]:
        yield f"segmentation {before['segmentation']}, not {belongs['segmentation']}"
    if before["vocabulary_sha256"] != belongs["vocabulary_sha256"]:
        yield "another vocabulary"
    # A prepared text is named by everything that it depends on.
    if Path(before["prepared"]).name != Path(belongs["prepared"]).name:
        yield "text that was cut into words by other rules"
