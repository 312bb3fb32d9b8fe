"""Generate text with the samplers of keras-hub.

Each setting is declared once, as a field of `SamplingOptions`. The command-line options, the make
variables and their error messages are derived from it. make checks its variables before anything is
installed, so this module imports other packages only where it uses them.
"""

import dataclasses
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from training.common.options import LARGEST_SEED, Option
from training.common.quiet import native_stderr_hidden

if TYPE_CHECKING:
    import tensorflow as tf

    from training.network.model import ElmanModel

# Added to the logit of a word that must not be generated.
NEVER = -1e9
# Smaller temperatures are treated as 0, because dividing logits by them would overflow.
SMALLEST_TEMPERATURE = 1e-3
# With a higher temperature, words with `NEVER` could be generated.
LARGEST_TEMPERATURE = 100
SPARE_ENDS = 8


def _setting(
    default: float, expected: str, accepts: Callable[[Any], bool], description: str
) -> Any:
    """Declare a field of `SamplingOptions`.

    Args:
      default: The default value.
      expected: Description of the accepted values, for error messages.
      accepts: Returns whether a value is accepted.
      description: Help text.
    """
    metadata = {"expected": expected, "accepts": accepts, "description": description}
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class SamplingOptions:
    """How the next word is sampled.

    Each field declares the default, the accepted values and the help text of a setting.

    Example:
      >>> SamplingOptions(temperature=0.5, seed=7).top_k
      40
    """

    temperature: float = _setting(
        0.8,
        f"a number from 0 to {LARGEST_TEMPERATURE}",
        lambda temperature: 0 <= temperature <= LARGEST_TEMPERATURE,
        f"0 to {LARGEST_TEMPERATURE}; values below {SMALLEST_TEMPERATURE} always choose the most "
        "likely word",
    )
    top_k: int = _setting(
        40,
        "a whole number of at least 0 (0: all words)",
        lambda count: count >= 0,
        "sample from the k most likely words (0: all)",
    )
    top_p: float = _setting(
        0.95,
        "a number above 0 and at most 1",
        lambda share: 0 < share <= 1,
        "sample from the most likely words, up to this total probability",
    )
    seed: int = _setting(
        1,
        f"a whole number from -{LARGEST_SEED} to {LARGEST_SEED}",
        lambda seed: abs(seed) <= LARGEST_SEED,
        "the same seed generates the same text",
    )

    def checked(self) -> "SamplingOptions":
        """Return self. Raises `UserError` if a value is out of range."""
        for name, option in OPTIONS.items():
            option(str(getattr(self, name)))
        return self

    @classmethod
    def from_environment(cls) -> "SamplingOptions":
        """Return the settings in make variables, such as `TOP_K`, with defaults for the others.

        Raises:
          UserError: If a value is out of range.
        """
        given = {
            name: option(os.environ[option.variable])
            for name, option in OPTIONS.items()
            if option.variable in os.environ
        }
        return cls(**given)


OPTIONS = {
    field.name: Option(
        field.name.upper(),
        field.metadata["expected"],
        type(field.default),
        field.metadata["accepts"],
    )
    for field in dataclasses.fields(SamplingOptions)
}
"""The option of each setting, by the name of its field."""


def generate(
    model: "ElmanModel", prompt: Sequence[int], length: int, options: SamplingOptions
) -> list[int]:
    """Generate a continuation of a prompt, without `<unk>`.

    Args:
      model: The model.
      prompt: Token ids; a leading `</s>` is added.
      length: Number of words and punctuation marks to generate. `</s>` does not count.
      options: How to sample.

    Returns:
      The generated ids, which can include `</s>`. There are fewer than `length` words and marks
      only if the model repeats `</s>` very often.

    Raises:
      UserError: If an option is out of range.
    """
    import numpy as np

    from training.text.vocabulary import END

    options.checked()
    drawn: list[int] = []
    if length < 1:
        return drawn
    most = 2 * length
    # The first count suffices for most texts. A second, longer draw begins with the same ids.
    for count in sorted({min(most, length + length // 4 + SPARE_ENDS), most}):
        drawn = _drawn(model, prompt, count, options)
        places = np.flatnonzero(np.array(drawn) != END)
        if len(places) >= length:
            return drawn[: places[length - 1] + 1]
    return drawn


def _drawn(
    model: "ElmanModel", prompt: Sequence[int], count: int, options: SamplingOptions
) -> list[int]:
    """Draw `count` ids, including `</s>`."""
    import numpy as np
    import tensorflow as tf

    from training.text.vocabulary import END, UNKNOWN

    ids = np.array([END, *prompt], np.int32)
    _, state = model.run(ids[:-1], model.zero_state())
    step = tf.function(model.step, reduce_retracing=True)
    forbidden = tf.one_hot([UNKNOWN], model.vocabulary_size, on_value=NEVER)

    def following(
        so_far: "tf.Tensor", cache: "tf.Tensor", index: "tf.Tensor"
    ) -> tuple["tf.Tensor", None, "tf.Tensor"]:
        logits, cache = step(so_far[:, index - 1], cache)
        return logits + forbidden, None, cache

    padded = np.concatenate([ids, np.zeros(count, np.int32)])[None]
    mask = np.concatenate([np.ones(len(ids), bool), np.zeros(count, bool)])[None]
    with native_stderr_hidden():
        drawn = _sampler(model.vocabulary_size, options)(
            next=following,
            prompt=tf.constant(padded),
            cache=tf.constant(state),
            index=len(ids),
            mask=tf.constant(mask),
        )
    return np.asarray(drawn)[0, len(ids) :].tolist()


def _sampler(vocabulary_size: int, options: SamplingOptions):
    import keras_hub

    if options.temperature < SMALLEST_TEMPERATURE:
        return keras_hub.samplers.GreedySampler()
    top_k = min(options.top_k or vocabulary_size, vocabulary_size)
    return keras_hub.samplers.TopPSampler(
        p=options.top_p, k=top_k, temperature=options.temperature, seed=options.seed
    )
