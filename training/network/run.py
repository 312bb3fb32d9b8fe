"""A run directory: what training leaves behind, and how the other commands read it.

configuration.json   every setting
run.json             name, corpus, vocabulary digest, and whether the training has ended
vocabulary.txt       one entry a line
weights.npz          the best weights by validation perplexity: what is exported
checkpoint.npz       everything needed to go on training (and the one before it)
history.jsonl        one line a validation: step, epoch, perplexities, seconds
metrics.json         the figures of the finished run, and the digest of their weights
memory.json, .png    how far back its memory reaches
curve.png, logs/     the training curve, as a picture and for TensorBoard
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.common.arrays import load_arrays, save_arrays
from training.common.errors import UserError
from training.common.files import read_json, sha256_of, write_json
from training.network.configuration import Configuration
from training.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from training.network.model import ElmanModel

FORMAT = 2
RUNS = Path("runs")


class Run:
    """The files of one run."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.name = folder.name

    @property
    def exists(self) -> bool:
        """Whether training has begun here."""
        return (self.folder / "run.json").exists()

    @property
    def trained(self) -> bool:
        """Whether there are weights to use: at least one validation was reached."""
        return self.exists and (self.folder / "weights.npz").exists()

    def required(self) -> Run:
        """Itself; `UserError` if there is nothing to use yet."""
        if not self.trained:
            raise UserError(f"{self.folder} holds no trained model; run `make train` first")
        return self

    @property
    def information(self) -> dict[str, Any]:
        """Name, corpus, segmentation, vocabulary digest, finished or not.

        `UserError` if it is missing, damaged or of another version's format.
        """
        path = self.folder / "run.json"
        values = read_json(path)
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise UserError(f"{path} has another format; {self.start_over}")
        return values

    def update_information(self, **values: Any) -> None:
        """Change some entries of `run.json`."""
        known = self.information if self.exists else {}
        write_json(self.folder / "run.json", {"format": FORMAT, **known, **values})

    @property
    def configuration(self) -> Configuration:
        """The settings the run was started with."""
        return Configuration.load(self.folder / "configuration.json")

    @property
    def vocabulary(self) -> Vocabulary:
        """The run's vocabulary."""
        return Vocabulary.load(self.folder / "vocabulary.txt", self.information["segmentation"])

    @property
    def metrics(self) -> dict[str, Any] | None:
        """The figures of a finished run, or None."""
        path = self.folder / "metrics.json"
        return read_json(path) if path.exists() else None

    def history(self) -> list[dict[str, Any]]:
        """One record a validation, oldest first."""
        path = self.folder / "history.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def save_weights(self, arrays: dict[str, np.ndarray]) -> None:
        """Write the weights to use, by name."""
        save_arrays(self.folder / "weights.npz", arrays)

    def weights(self) -> dict[str, np.ndarray]:
        """The best weights, by name; `UserError` where they are missing or damaged."""
        path = self.folder / "weights.npz"
        try:
            return load_arrays(path)
        except FileNotFoundError:
            complaint = f"{path} is missing"
        except Exception as error:  # a damaged archive raises whatever its bytes lead to
            complaint = f"{path} is damaged ({error})"
        raise UserError(f"{complaint}; {self.start_over}")

    @property
    def weights_sha256(self) -> str:
        """Digest of the file of weights, 64 hexadecimal digits."""
        return sha256_of(self.folder / "weights.npz")

    @contextlib.contextmanager
    def same_weights(self) -> Iterator[str]:
        """The digest of the weights; `UserError` at the end if they are others by then."""
        before = self.required().weights_sha256
        yield before
        if self.weights_sha256 != before:
            raise UserError(
                f"training replaced the weights of {self.folder} meanwhile; "
                "do this again when it has ended"
            )

    @property
    def start_over(self) -> str:
        """What to do where a run can neither be used nor go on."""
        return f"to start over, give another RUN=name or delete {self.folder}"

    def model(self) -> ElmanModel:
        """The trained model with one lane; `UserError` if the files do not fit each other."""
        from dataclasses import replace

        from training.network.model import ElmanModel

        vocabulary = self.vocabulary
        if vocabulary.digest != self.information["vocabulary_sha256"]:
            raise UserError(f"{self.folder}/vocabulary.txt was changed after training; train again")
        configuration = replace(self.configuration, lanes=1)
        model = ElmanModel(configuration, len(vocabulary))
        assign_weights(model, self.weights(), self.folder)
        return model


def assign_weights(model: ElmanModel, arrays: dict[str, np.ndarray], source: Path) -> None:
    """Set every weight from `arrays`; `UserError` naming `source` if names or shapes differ."""
    expected = {variable.path: tuple(variable.shape) for variable in model.trainable_variables}
    found = {name: tuple(array.shape) for name, array in arrays.items()}
    if expected != found:
        wrong = sorted(set(expected.items()) ^ set(found.items()))[0]
        raise UserError(
            f"{source} does not fit its configuration ({wrong[0]}: {wrong[1]}); train again"
        )
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise UserError(f"{source}: {name} is not finite; train again with another RUN=name")
    for variable in model.trainable_variables:
        variable.assign(arrays[variable.path])
