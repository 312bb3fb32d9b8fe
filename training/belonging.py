"""Which text and settings a run directory belongs to."""

import dataclasses

from training.configuration import Configuration
from training.errors import UserError
from training.prepare import Prepared
from training.run import Run


def begin_or_check(run: Run, configuration: Configuration, prepared: Prepared) -> None:
    """Begin a run directory, or make sure that the one there is of the same text and settings.

    Raises `UserError` that names what differs.
    """
    belongs = {
        "vocabulary_sha256": prepared.vocabulary.digest,
        "corpus_sha256": prepared.corpus["sha256"],
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


def _refuse_other(run: Run, configuration: Configuration, belongs: dict[str, str]) -> None:
    anew = f"to start anew give another RUN=name or delete {run.folder}"
    names = {"vocabulary_sha256": "vocabulary", "corpus_sha256": "corpus"}
    for key, name in names.items():
        if run.information.get(key) != belongs[key]:
            raise UserError(f"{run.folder} was trained with another {name}; {anew}")
    for field in dataclasses.fields(Configuration):
        before, now = getattr(run.configuration, field.name), getattr(configuration, field.name)
        if before != now:
            raise UserError(
                f"{run.folder} was trained with {field.name} {before!r}, not {now!r}; {anew}"
            )
