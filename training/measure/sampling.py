"""Generating text: keras-hub's samplers over the model's step."""

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

# Added to the logit of a word that must not come up.
NEVER = -1e9
# Smaller temperatures are 0: divided by them, logits would leave the range of numbers. Larger ones
# than `TEMPERATURE` accepts would let `NEVER` come up.
SMALLEST_TEMPERATURE = 1e-3
SPARE_ENDS = 8


@dataclasses.dataclass(frozen=True)
class SamplingOptions:
    """How the next word is drawn.

    `temperature` 0 takes the likeliest word, and so does any below `SMALLEST_TEMPERATURE`;
    `top_k` 0 and `top_p` 1 do not cut the distribution.
    """

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    seed: int = 1

    def checked(self) -> "SamplingOptions":
        """Itself; `UserError` for a value outside its range."""
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
    """Ids that follow the `prompt` ids (a leading `</s>` is added), never `<unk>`.

    `length` counts words and punctuation marks; each `</s>` between them comes on top. Fewer come
    only from a model that puts `</s>` behind `</s>`. The same seed gives the same ids. `UserError`
    for options outside their range.
    """
    options.checked()
    drawn: list[int] = []
    if length < 1:
        return drawn
    most = 2 * length
    # Most texts have fewer ends; the same ids come again where more have to be drawn.
    for count in (min(most, length + length // 4 + SPARE_ENDS), most):
        drawn = _drawn(model, prompt, count, options)
        places = np.flatnonzero(np.array(drawn) != END)
        if len(places) >= length:
            return drawn[: places[length - 1] + 1]
    return drawn


def _drawn(
    model: "ElmanModel", prompt: Sequence[int], count: int, options: SamplingOptions
) -> list[int]:
    """`count` ids, `</s>` among them."""
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
