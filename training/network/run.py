"""A run folder: the files that training writes and the other commands read.

configuration.json   every setting
run.json             name, corpus, vocabulary digest, and whether training is finished
vocabulary.txt       one entry per line
tail.txt             words that did not fit into the vocabulary, with their counts
weights.npz          the weights with the best validation perplexity; these are exported
checkpoint.npz       everything needed to resume training (and checkpoint.previous.npz)
history.jsonl        one line per validation: step, epoch, perplexities, seconds
metrics.json         the metrics of the finished run, and the digest of the measured weights
memory.json, .png    how far back the memory reaches
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
from training.text.tail import FILE as TAIL
from training.text.tail import Tail
from training.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from training.network.model import ElmanModel

FORMAT = 2
RUNS = Path("runs")
ENTRIES = {
    "name": str,
    "segmentation": str,
    "corpus": dict,
    "corpus_sha256": str,
    "vocabulary_sha256": str,
    "prepared": str,
    "tokens": dict,
    "finished": bool,
}
"""The entries of `run.json` that commands read, and their types."""


class Information(dict[str, Any]):
    """The content of `run.json`. Using an entry that is missing raises a `UserError`."""

    def __init__(self, values: dict[str, Any], complaint: str):
        super().__init__(values)
        self._complaint = complaint

    def __missing__(self, name: str) -> Any:
        raise UserError(self._complaint)


class Run:
    """The files of one run.

    Args:
      folder: The run folder. Its name is the name of the run.

    Example:
      >>> run = Run(Path("runs/keyboard")).required()
      >>> model, vocabulary = run.model(), run.vocabulary
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.name = folder.name

    @property
    def exists(self) -> bool:
        """Whether training has started in this folder."""
        return (self.folder / "run.json").exists()

    @property
    def trained(self) -> bool:
        """Whether the run has weights, which are first saved after the first validation."""
        return self.exists and (self.folder / "weights.npz").exists()

    def required(self) -> Run:
        """Return self. Raises `UserError` if there are no weights yet."""
        if not self.trained:
            raise UserError(f"{self.folder} contains no trained model; run `make train` first")
        return self

    @property
    def information(self) -> dict[str, Any]:
        """The content of `run.json`.

        Raises:
          UserError: If the file is missing, damaged or has an unsupported format.
        """
        path = self.folder / "run.json"
        values = read_json(path)
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise UserError(f"{path} has an unsupported format; {self.start_over}")
        damaged = f"{path} is damaged; {self.start_over}"
        if any(not isinstance(values.get(name, kind()), kind) for name, kind in ENTRIES.items()):
            raise UserError(damaged)
        return Information(values, damaged)

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
    def tail(self) -> Tail:
        """The tail words; none if a version without them started the run."""
        path = self.folder / TAIL
        return Tail.load(path) if path.exists() else Tail()

    @property
    def metrics(self) -> dict[str, Any] | None:
        """The metrics of a finished run, or None."""
        path = self.folder / "metrics.json"
        return read_json(path) if path.exists() else None

    def history(self) -> list[dict[str, Any]]:
        """Return one record per validation, oldest first."""
        path = self.folder / "history.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def save_weights(self, arrays: dict[str, np.ndarray]) -> None:
        """Write the best weights, by name."""
        save_arrays(self.folder / "weights.npz", arrays)

    def weights(self) -> dict[str, np.ndarray]:
        """Read the best weights, by name. Raises `UserError` if they are missing or damaged."""
        path = self.folder / "weights.npz"
        try:
            return load_arrays(path)
        except FileNotFoundError:
            complaint = f"{path} is missing"
        except Exception as error:  # a damaged archive can raise any exception
            complaint = f"{path} is damaged ({error})"
        raise UserError(f"{complaint}; {self.start_over}")

    @property
    def weights_sha256(self) -> str:
        """The SHA-256 of `weights.npz` as 64 hexadecimal digits."""
        return sha256_of(self.folder / "weights.npz")

    @contextlib.contextmanager
    def same_weights(self) -> Iterator[str]:
        """Yield the digest of the weights. Raises `UserError` if the weights change meanwhile."""
        before = self.required().weights_sha256
        yield before
        if self.weights_sha256 != before:
            raise UserError(
                f"training replaced the weights of {self.folder} while they were in use; "
                "run this command again when training has finished"
            )

    @property
    def start_over(self) -> str:
        """The advice for a run that can be neither used nor resumed."""
        return f"to start over, set another RUN=name or delete {self.folder}"

    def model(self) -> ElmanModel:
        """Return the trained model with one lane. Raises `UserError` if the files do not match."""
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
    """Set every weight of `model` from `arrays`.

    Raises:
      UserError: If names or shapes differ, or a weight is not finite. The message names `source`.
    """
    expected = {variable.path: tuple(variable.shape) for variable in model.trainable_variables}
    found = {name: tuple(array.shape) for name, array in arrays.items()}
    if expected != found:
        wrong = sorted(set(expected.items()) ^ set(found.items()))[0]
        raise UserError(
            f"{source} does not match its configuration ({wrong[0]}: {wrong[1]}); train again"
        )
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise UserError(f"{source}: {name} is not finite; train again with another RUN=name")
    for variable in model.trainable_variables:
        variable.assign(arrays[variable.path])
