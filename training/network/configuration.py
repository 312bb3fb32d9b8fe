"""Everything that decides what a training run computes, in one frozen record saved with the run."""

import dataclasses
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.common.errors import UserError
from training.common.files import read_json, write_json
from training.common.options import LARGEST_SEED

FORMAT = 1
# `relu6` is min(max(x, 0), 6): the state stays bounded whatever is read, as with tanh.
ACTIVATIONS = ("tanh", "relu", "relu6", "sigmoid")
WANTED = {int: "a whole number", float: "a number"}
TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
MOST_DROPPED = 0.95
# What can be trained with: the least and the largest value of each setting, both included.
RANGES: dict[str, tuple[float, float]] = {
    "seed": (-LARGEST_SEED, LARGEST_SEED),
    "vocabulary_size": (3, 1_000_000),
    "minimum_count": (1, 1_000_000),
    "embedding_size": (1, 8_192),
    "units": (1, 8_192),
    "layers": (1, 16),
    "lanes": (1, 4_096),
    "truncated_bptt_length": (1, 1_024),
    "epochs": (1, 100_000),
    "minimum_steps": (0, 1e9),
    "learning_rate": (1e-12, 10),
    "warmup_steps": (0, 1e9),
    "final_learning_rate_share": (0, 1),
    "weight_decay": (0, 10),
    "gradient_clip": (1e-6, 1e6),
    "average_decay": (0, 0.999999),
    "candidates": (0, 1_000_000),
    "exact_share": (0, 1),
    "embedding_dropout": (0, MOST_DROPPED),
    "layer_dropout": (0, MOST_DROPPED),
    "output_dropout": (0, MOST_DROPPED),
    "recurrent_dropout": (0, MOST_DROPPED),
    "threads": (1, 1_024),
    "checkpoint_steps": (1, 1e9),
    "validation_tokens": (1, 1e12),
}


@dataclasses.dataclass(frozen=True)
class Configuration:
    """Settings of a run. Lengths are counted in tokens and steps, never in time.

    `lanes` and `truncated_bptt_length` are upper bounds: `adapted_to` shrinks them for short texts.
    """

    preset: str = "keyboard"
    seed: int = 1

    # the text
    vocabulary_size: int = 10_000
    minimum_count: int = 2

    # the network
    embedding_size: int = 192
    units: int = 384
    layers: int = 2
    activation: str = "relu6"

    # the data
    lanes: int = 64
    truncated_bptt_length: int = 35
    shuffle_documents: bool = True

    # the optimiser (AdamW, cosine decay to `final_learning_rate_share`)
    epochs: int = 10
    minimum_steps: int = 400
    learning_rate: float = 2e-3
    warmup_steps: int = 200
    final_learning_rate_share: float = 0.01
    weight_decay: float = 0.3
    gradient_clip: float = 0.5
    average_decay: float = 0.999

    # the loss: softmax over sampled candidates, then over the whole vocabulary
    candidates: int = 1_000
    exact_share: float = 0.02

    # regularisation: dropout rates, one mask a chunk (variational)
    embedding_dropout: float = 0.0
    layer_dropout: float = 0.2
    output_dropout: float = 0.2
    recurrent_dropout: float = 0.0

    # the machine
    threads: int = 2
    checkpoint_steps: int = 500
    validation_tokens: int = 50_000

    def adapted_to(self, tokens: int) -> "Configuration":
        """The same settings with lanes and chunks that `tokens` training tokens can fill.

        A short text gets fewer lanes, so that an epoch still has about 40 steps of the full length;
        a very short one gets a single lane and a chunk no longer than the text.
        """
        length = max(1, min(self.truncated_bptt_length, tokens))
        lanes = max(1, min(self.lanes, tokens // (length * 40)))
        return dataclasses.replace(self, lanes=lanes, truncated_bptt_length=length)

    def save(self, path: Path) -> None:
        """Write the settings as JSON."""
        write_json(path, {"format": FORMAT, **dataclasses.asdict(self)})

    @classmethod
    def load(cls, path: Path) -> "Configuration":
        """Read settings written by `save`; `UserError` for another format or unknown names."""
        values = read_json(path)
        if not isinstance(values, dict) or values.pop("format", None) != FORMAT:
            raise UserError(f"{path} has another format; train anew with another RUN=name")
        return cls().changed(values)

    def changed(self, values: Mapping[str, Any]) -> "Configuration":
        """A copy with other `values`; `UserError` for a name that does not exist."""
        known = [field.name for field in dataclasses.fields(self)]
        for name in values:
            if name not in known:
                raise UserError(f"unknown setting {name!r}{_closest(name, known)}")
        return dataclasses.replace(self, **values).checked()

    def checked(self) -> "Configuration":
        """Itself; `UserError` if a value cannot be trained with."""
        for name, (least, most) in RANGES.items():
            value = getattr(self, name)
            # Written so that what is no number fails.
            if not least <= value <= most:
                raise UserError(f"{name} must lie between {least:g} and {most:g}, not {value}")
        if self.activation not in ACTIVATIONS:
            names = ", ".join(ACTIVATIONS)
            raise UserError(f"activation must be one of {names}, not {self.activation!r}")
        return self

    def with_overrides(self, settings: list[str]) -> "Configuration":
        """A copy changed by command-line texts such as `units=512`; `UserError` for a bad one."""
        values: dict[str, Any] = {}
        for setting in settings:
            name, equals, text = setting.partition("=")
            if not equals:
                raise UserError(f"SET (--set) wants name=value, not {setting!r}")
            values[name] = self._parsed(name, text)
        return self.changed(values)

    def beside_preset(self) -> list[str]:
        """What differs from the preset, as texts that `with_overrides` reads: `units=512`."""
        values, usual = dataclasses.asdict(self), dataclasses.asdict(preset(self.preset))
        return [
            f"{name}={str(value).lower()}" for name, value in values.items() if value != usual[name]
        ]

    def _parsed(self, name: str, text: str) -> Any:
        known = {field.name for field in dataclasses.fields(self)}
        if name == "preset":
            raise UserError("a preset is no single setting; choose it with PRESET=name (--preset)")
        kind = type(getattr(self, name)) if name in known else str
        if kind is bool:
            if text.lower() not in TRUTHS:
                raise UserError(f"{name} wants true or false, not {text!r}")
            return TRUTHS[text.lower()]
        try:
            return kind(text)
        except ValueError:
            raise UserError(f"{name} wants {WANTED[kind]}, not {text!r}") from None


PRESETS: dict[str, Configuration] = {
    "keyboard": Configuration(),
    "best": Configuration(
        preset="best",
        units=448,
        epochs=20,
        weight_decay=0.4,
        layer_dropout=0.3,
        output_dropout=0.3,
    ),
    "shakespeare": Configuration(
        preset="shakespeare",
        epochs=12,
        embedding_dropout=0.1,
        layer_dropout=0.3,
        output_dropout=0.3,
    ),
    "ptb": Configuration(
        preset="ptb",
        validation_tokens=100_000,
        embedding_size=512,
        units=512,
        activation="tanh",
        minimum_count=1,
        lanes=32,
        epochs=40,
        learning_rate=3e-3,
        weight_decay=0.4,
        layer_dropout=0.2,
        output_dropout=0.3,
        embedding_dropout=0.05,
        recurrent_dropout=0.1,
        shuffle_documents=False,
    ),
    "tiny": Configuration(
        preset="tiny",
        vocabulary_size=2_000,
        embedding_size=64,
        units=64,
        lanes=32,
        epochs=2,
        candidates=500,
        warmup_steps=50,
        average_decay=0.98,
        checkpoint_steps=50,
        validation_tokens=5_000,
    ),
}


def preset(name: str) -> Configuration:
    """The named configuration; `UserError` that lists the names for an unknown one."""
    if name not in PRESETS:
        names = ", ".join(PRESETS)
        raise UserError(
            f"unknown preset {name!r}{_closest(name, list(PRESETS))}; there are: {names}"
        )
    return PRESETS[name]


def _closest(name: str, known: list[str]) -> str:
    match = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {match[0]!r}?)" if match else ""
