"""Generate text with the samplers of keras-hub."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from training.common.options import SEED, TEMPERATURE, TOP_K, TOP_P
from training.common.quiet import native_stderr_hidden
from training.text.vocabulary import END, UNKNOWN

if TYPE_CHECKING:
    import tensorflow as tf

    from training.network.model import ElmanModel

# Added to the logit of a word that must not be generated.
NEVER = -1e9
# Smaller temperatures are treated as 0, because dividing logits by them would overflow. With
# temperatures above the limit of `TEMPERATURE`, words with `NEVER` could be generated.
SMALLEST_TEMPERATURE = 1e-3
SPARE_ENDS = 8


@dataclasses.dataclass(frozen=True)
class SamplingOptions:
    """How the next word is sampled.

    Args:
      temperature: Divides the logits. Values below `SMALLEST_TEMPERATURE`, including 0, always
        choose the most likely word.
      top_k: Sample only from the k most likely words; 0 means all words.
      top_p: Sample only from the most likely words, up to this total probability.
      seed: The same seed generates the same text.
    """

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    seed: int = 1

    def checked(self) -> "SamplingOptions":
        """Return self. Raises `UserError` if a value is out of range."""
        for option, value in (
            (TEMPERATURE, self.temperature),
            (TOP_K, self.top_k),
            (TOP_P, self.top_p),
            (SEED, self.seed),
        ):
            option(str(value))
        return self


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
    options.checked()
    drawn: list[int] = []
    if length < 1:
        return drawn
    most = 2 * length
    # The first count suffices for most texts. A second, longer draw begins with the same ids.
    for count in (min(most, length + length // 4 + SPARE_ENDS), most):
        drawn = _drawn(model, prompt, count, options)
        places = np.flatnonzero(np.array(drawn) != END)
        if len(places) >= length:
            return drawn[: places[length - 1] + 1]
    return drawn


def _drawn(
    model: "ElmanModel", prompt: Sequence[int], count: int, options: SamplingOptions
) -> list[int]:
    """Draw `count` ids, including `</s>`."""
    import tensorflow as tf

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
