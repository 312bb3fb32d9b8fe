"""All settings that determine what a training run computes, as one record saved with the run."""

import dataclasses
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.common.errors import UserError
from training.common.files import read_json, write_json
from training.common.options import LARGEST_SEED

FORMAT = 1
# Names that `tf.nn` and `keras.activations` share. `relu6` is min(max(x, 0), 6). As with tanh, the
# state stays bounded for any input.
ACTIVATIONS = ("tanh", "relu", "relu6", "sigmoid")
EXPECTED = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
MOST_DROPPED = 0.95


def _setting(
    default: float | str,
    description: str,
    *,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare a field of `Configuration`.

    Args:
      default: The default value.
      description: One phrase for docs/SETTINGS.md.
      least: The smallest allowed value.
      most: The largest allowed value.
      choices: The allowed values of a text setting.
    """
    metadata = {"description": description, "choices": choices}
    if least is not None:
        metadata["range"] = (least, most)
    return dataclasses.field(default=default, metadata=metadata)


def _dropout(default: float, description: str) -> Any:
    return _setting(default, description, least=0, most=MOST_DROPPED)


@dataclasses.dataclass(frozen=True)
class Configuration:
    """Settings of a run. Lengths are in tokens or steps, never in units of time.

    `lanes` and `truncated_bptt_length` are upper bounds, which `adapted_to` reduces for short
    texts. `python -m tools.settings` prints all settings as a table.

    Example:
      >>> preset("keyboard").with_overrides(["units=512", "epochs=5"]).units
      512
    """

    preset: str = _setting("keyboard", "name of the preset that the settings are based on")
    seed: int = _setting(
        1,
        "seed of the initial weights, the document order, the candidates and dropout",
        least=-LARGEST_SEED,
        most=LARGEST_SEED,
    )

    # the text
    vocabulary_size: int = _setting(
        10_000,
        "maximum number of vocabulary entries, including special ones",
        least=3,
        most=1_000_000,
    )
    minimum_count: int = _setting(
        2, "number of times a word must occur to enter the vocabulary", least=1, most=1_000_000
    )

    held_out_tokens: int = _setting(
        20_000_000,
        "maximum number of tokens in each held-out part; a large text trains on the rest",
        least=1,
        most=1e12,
    )

    # the network
    embedding_size: int = _setting(192, "size of the word vectors", least=1, most=8_192)
    units: int = _setting(384, "size of each layer's state", least=1, most=8_192)
    layers: int = _setting(2, "number of recurrent layers", least=1, most=16)
    activation: str = _setting("relu6", "activation of the recurrent layers", choices=ACTIVATIONS)

    # the data
    lanes: int = _setting(
        64, "maximum number of parallel streams of text (the batch size)", least=1, most=4_096
    )
    truncated_bptt_length: int = _setting(
        35,
        "maximum number of tokens that gradients flow back through",
        least=1,
        most=1_024,
    )
    shuffle_documents: bool = _setting(True, "shuffle the documents before each epoch")

    # the optimiser (AdamW, cosine decay to `final_learning_rate_share`)
    epochs: int = _setting(10, "passes over the training text", least=1, most=100_000)
    minimum_steps: int = _setting(
        400, "minimum number of steps: a short text gets more epochs", least=0, most=1e9
    )
    learning_rate: float = _setting(
        2e-3, "highest learning rate, reached after the warm-up", least=1e-12, most=10
    )
    warmup_steps: int = _setting(
        200,
        "steps during which the learning rate rises; at most a tenth of all steps",
        least=0,
        most=1e9,
    )
    final_learning_rate_share: float = _setting(
        0.01, "learning rate at the end, as a share of the highest", least=0, most=1
    )
    weight_decay: float = _setting(
        0.3,
        "decay of the weight matrices, multiplied by the learning rate (AdamW)",
        least=0,
        most=10,
    )
    gradient_clip: float = _setting(
        0.5, "largest global norm of the gradients", least=1e-6, most=1e6
    )
    average_decay: float = _setting(
        0.999,
        "decay per step of the averaged weights, which are the ones saved",
        least=0,
        most=0.999999,
    )

    # the loss: softmax over sampled candidates, then over the whole vocabulary
    candidates: int = _setting(
        1_000,
        "words drawn for each step's sampled softmax; 0: use the whole vocabulary",
        least=0,
        most=1_000_000,
    )
    exact_share: float = _setting(
        0.02, "share of the steps that use the whole vocabulary; they come last", least=0, most=1
    )

    # regularisation: dropout rates, one mask per chunk (variational dropout)
    embedding_dropout: float = _dropout(0.0, "dropout rate of input words")
    layer_dropout: float = _dropout(0.2, "dropout rate of the input of each layer")
    output_dropout: float = _dropout(0.2, "dropout rate of the output of the last layer")
    recurrent_dropout: float = _dropout(0.0, "dropout rate of the recurrent weights")

    # several processes (docs/CLUSTER.md)
    shards: int = _setting(
        1,
        "parts into which the lanes are divided; at most this many processes can train together",
        least=1,
        most=256,
    )
    averaging_steps: int = _setting(
        1,
        "steps that each shard trains alone before the weights are averaged; 1: add the gradients "
        "of all shards in every step",
        least=1,
        most=100_000,
    )

    # the machine
    threads: int = _setting(2, "CPU threads that TensorFlow uses", least=1, most=1_024)
    steps_per_call: int = _setting(
        1,
        "steps that TensorFlow takes in one call; a GPU waits less between steps if there are more",
        least=1,
        most=1_000,
    )
    checkpoint_steps: int = _setting(500, "steps between checkpoints", least=1, most=1e9)
    validation_steps: int = _setting(
        0,
        "steps between validations, besides those after each epoch; 0: after epochs only",
        least=0,
        most=1e9,
    )
    validation_tokens: int = _setting(
        50_000, "maximum number of tokens to measure in each validation", least=1, most=1e12
    )

    def adapted_to(self, tokens: int) -> "Configuration":
        """Return a copy with lanes and chunks that `tokens` training tokens can fill.

        For a short text, the number of lanes is reduced so that an epoch still has about 40 steps
        of the full length. A very short text uses one lane and a chunk no longer than the text.
        The number of lanes is a multiple of the number of shards.

        Raises:
          UserError: If the text is too short for the number of shards.
        """
        length = max(1, min(self.truncated_bptt_length, tokens))
        lanes = max(1, min(self.lanes, tokens // (length * 40)))
        if lanes < self.shards:
            raise UserError(
                f"the text fills {lanes} lanes, too few for {self.shards} shards; use more text, "
                "or fewer WORKERS= (--workers) or shards (SET=shards=1)"
            )
        lanes -= lanes % self.shards
        return dataclasses.replace(self, lanes=lanes, truncated_bptt_length=length)

    def save(self, path: Path) -> None:
        """Write the settings to a JSON file."""
        write_json(path, {"format": FORMAT, **dataclasses.asdict(self)})

    @classmethod
    def load(cls, path: Path) -> "Configuration":
        """Read settings written by `save`.

        Raises:
          UserError: If the format is not supported, or a setting is unknown or has another type.
        """
        values = read_json(path)
        if not isinstance(values, dict) or values.pop("format", None) != FORMAT:
            raise UserError(f"{path} has an unsupported format; train again with another RUN=name")
        for field in dataclasses.fields(cls):
            kind, value = type(field.default), values.get(field.name, field.default)
            if not (type(value) is kind or (kind is float and type(value) is int)):
                raise UserError(
                    f"{path}: {field.name} must be {EXPECTED[kind]}, not {value!r}; "
                    "train again with another RUN=name"
                )
        return cls().changed(values)

    def changed(self, values: Mapping[str, Any]) -> "Configuration":
        """Return a copy with new `values`. Raises `UserError` for an unknown name or bad value."""
        known = [field.name for field in dataclasses.fields(self)]
        for name in values:
            if name not in known:
                raise UserError(f"unknown setting {name!r}{_closest(name, known)}")
        return dataclasses.replace(self, **values).checked()

    def checked(self) -> "Configuration":
        """Return self. Raises `UserError` if a value is out of range."""
        for field in dataclasses.fields(self):
            _check(field, getattr(self, field.name))
        if self.shards > 1 and self.steps_per_call > 1:
            raise UserError("steps_per_call must be 1 with several shards; set averaging_steps")
        return self

    def with_overrides(self, settings: list[str]) -> "Configuration":
        """Return a copy changed by command-line settings such as `units=512`.

        Raises:
          UserError: If a setting is malformed, unknown or out of range.
        """
        values: dict[str, Any] = {}
        for setting in settings:
            name, equals, text = setting.partition("=")
            if not equals:
                raise UserError(f"SET (--set) must be name=value, not {setting!r}")
            values[name] = self._parsed(name, text)
        return self.changed(values)

    def beside_preset(self) -> list[str]:
        """Return the settings that differ from the preset, in the form that `with_overrides` takes.

        For example `["units=512"]`.
        """
        values, usual = dataclasses.asdict(self), dataclasses.asdict(preset(self.preset))
        return [
            f"{name}={str(value).lower()}" for name, value in values.items() if value != usual[name]
        ]

    def _parsed(self, name: str, text: str) -> Any:
        known = {field.name for field in dataclasses.fields(self)}
        if name == "preset":
            raise UserError("SET cannot change the preset; choose it with PRESET=name (--preset)")
        kind = type(getattr(self, name)) if name in known else str
        if kind is bool:
            if text.lower() not in TRUTHS:
                raise UserError(f"{name} must be true or false, not {text!r}")
            return TRUTHS[text.lower()]
        try:
            return kind(text)
        except ValueError:
            raise UserError(f"{name} must be {EXPECTED[kind]}, not {text!r}") from None


PRESETS: dict[str, Configuration] = {
    "keyboard": Configuration(),
    "best": Configuration(
        preset="best",
        units=448,
        epochs=40,
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
        embedding_size=650,
        units=650,
        minimum_count=1,
        epochs=56,
        learning_rate=3e-3,
        weight_decay=1.4,
        layer_dropout=0.3,
        output_dropout=0.4,
        embedding_dropout=0.1,
        recurrent_dropout=0.2,
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
    """Return the named configuration. Raises `UserError`, listing the names, if it is unknown."""
    if name not in PRESETS:
        names = ", ".join(PRESETS)
        raise UserError(
            f"unknown preset {name!r}{_closest(name, list(PRESETS))}; choose one of {names}"
        )
    return PRESETS[name]


def _check(field: "dataclasses.Field[Any]", value: Any) -> None:
    """Raise `UserError` if `value` is not allowed for the setting."""
    if "range" in field.metadata:
        least, most = field.metadata["range"]
        # Written so that NaN fails the check.
        if not least <= value <= most:
            raise UserError(f"{field.name} must be between {least:g} and {most:g}, not {value}")
    choices = field.metadata["choices"]
    if choices and value not in choices:
        raise UserError(f"{field.name} must be one of {', '.join(choices)}, not {value!r}")


def _closest(name: str, known: list[str]) -> str:
    match = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {match[0]!r}?)" if match else ""
