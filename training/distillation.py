"""Learning from trained models as well as from the text: distillation.

The teachers read the same chunks as the student, each with a state of its own that is carried from
chunk to chunk. The student's loss is a mixture of two: how improbable it finds the next word, and
the cross entropy of its distribution with the mean of the teachers' distributions. A teacher says
more of a word than which one came: which others might have.

Source: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import tensorflow as tf

from training.configuration import Configuration
from training.errors import UserError
from training.model import ElmanModel
from training.run import teacher_runs

Logits = Callable[[ElmanModel, tf.Tensor], tf.Tensor]
"""A model and features [positions, its embedding size] to logits [positions, candidates]."""


def load_teachers(configuration: Configuration, vocabulary_digest: str) -> list[ElmanModel]:
    """The models of the runs that `configuration.teachers` names, separated by commas.

    Raises `UserError` for a run that is not trained or has another vocabulary.
    """
    runs = teacher_runs(configuration)
    for run in runs:
        if run.required().vocabulary.digest != vocabulary_digest:
            raise UserError(f"{run.folder} has another vocabulary: it cannot be a teacher here")
    return [run.model() for run in runs]


class Teachers:
    """Trained models that read the lanes of the student."""

    def __init__(self, models: Sequence[ElmanModel], lanes: int):
        self._models = list(models)
        self.states = [
            tf.Variable(
                tf.constant(model.zero_state(lanes)), trainable=False, name=f"teacher_{index}"
            )
            for index, model in enumerate(self._models)
        ]

    def __bool__(self) -> bool:
        return bool(self._models)

    def reset_state(self) -> None:
        """Zeros: the start of a text in every lane."""
        for state in self.states:
            state.assign(tf.zeros_like(state))

    def distribution(self, inputs: tf.Tensor, logits: Logits) -> tf.Tensor:
        """The mean of the teachers' distributions after each of `inputs` [lanes, length].

        float32 [lanes * length, candidates]; the teachers' states move on by the chunk.
        """
        total = tf.constant(0.0)
        for model, carried in zip(self._models, self.states, strict=True):
            features, state = model.forward(inputs, tf.convert_to_tensor(carried))
            carried.assign(state)
            flat = tf.reshape(features, [-1, model.configuration.embedding_size])
            total += tf.nn.softmax(logits(model, flat))
        return total / len(self._models)
