"""Which text and settings a run directory belongs to."""

import dataclasses
from typing import Any

from training.configuration import Configuration
from training.errors import UserError
from training.files import sha256_of
from training.prepare import Prepared
from training.run import Run, teacher_runs


def begin_or_check(run: Run, configuration: Configuration, prepared: Prepared) -> None:
    """Begin a run directory, or make sure that the one there is of the same text and settings.

    Raises `UserError` that names what differs.
    """
    teachers = teacher_runs(configuration)
    belongs = {
        "vocabulary_sha256": prepared.vocabulary.digest,
        "corpus_sha256": prepared.corpus["sha256"],
        "teachers_sha256": [sha256_of(run.required().folder / "weights.npz") for run in teachers],
    }
    if run.exists:
        _refuse_other(run, configuration, belongs)
        return
    run.folder.mkdir(parents=True, exist_ok=True)
    configuration.save(run.folder / "configuration.json")
    prepared.vocabulary.save(run.folder / "vocabulary.txt")
    run.update_information(
        name=run.name,
        corpus=prepared.corpus,
        unit=prepared.unit,
        prepared=str(prepared.folder),
        tokens={part: prepared.tokens(part) for part in prepared.parts},
        finished=False,
        **belongs,
    )


def _refuse_other(run: Run, configuration: Configuration, belongs: dict[str, Any]) -> None:
    anew = f"to start anew give another RUN=name or delete {run.folder}"
    names = {
        "vocabulary_sha256": "another vocabulary",
        "corpus_sha256": "another corpus",
        "teachers_sha256": "teachers that have changed since",
    }
    for key, name in names.items():
        if run.information.get(key, []) != belongs[key]:
            raise UserError(f"{run.folder} was trained with {name}; {anew}")
    for field in dataclasses.fields(Configuration):
        before, now = getattr(run.configuration, field.name), getattr(configuration, field.name)
        if before != now:
            raise UserError(
                f"{run.folder} was trained with {field.name} {before!r}, not {now!r}; {anew}"
            )
