"""Learning from trained models as well as from the text: distillation.

The teachers read the training text once. What they expect after every token is kept on the disk, as
a lesson: the `WORDS` words they find most probable, in the mean of their distributions, and how
probable. The student's loss is a mixture of two: how improbable it finds the next word, and the
cross entropy between its teachers' distribution and its own over these words and "any other". A
teacher says more of a place in the text than which word came: which others might have.

While the softmax is over candidates, the words of a lesson that are none of them count as "any
other" for teacher and student alike. A loss over merged classes is still least where both agree.

Source: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from training.configuration import Configuration
from training.display import ProgressDisplay, say
from training.errors import UserError
from training.files import read_json, sha256_of, write_json
from training.lanes import Stream, release
from training.model import ElmanModel
from training.prepare import Prepared, content_of, id_type, making
from training.run import teacher_runs
from training.vocabulary import END

FORMAT = 1
WORDS = 24
LANES, CHUNK = 64, 32
LEAST_OTHER = 1e-6


class Lessons:
    """What the teachers expect after each token of a text, read from the disk."""

    def __init__(self, rows: np.ndarray):
        """`rows` [tokens]: records of `words` ids [WORDS] and their `probabilities` [WORDS]."""
        self._rows = rows

    def at(self, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The lessons for the tokens at `offsets` of the text, an array of any shape.

        Ids int32 and probabilities float32, both [..., words].
        """
        rows = self._rows[offsets]
        release(self._rows)
        return rows["words"].astype(np.int32), rows["probabilities"].astype(np.float32)


def lessons_for(configuration: Configuration, prepared: Prepared) -> Lessons | None:
    """The lessons of the runs that `configuration.teachers` names; None where it names none.

    They are made where they are not there yet, and kept beside the prepared text. Raises
    `UserError` for a run that is not trained or has another vocabulary.
    """
    runs = teacher_runs(configuration)
    if not runs:
        return None
    for run in runs:
        if run.vocabulary.digest != prepared.vocabulary.digest:
            raise UserError(f"{run.folder} has another vocabulary: it cannot be a teacher here")
    weights = [sha256_of(run.folder / "weights.npz") for run in runs]
    identity = json.dumps([FORMAT, WORDS, prepared.folder.name, weights])
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    folder = prepared.folder.with_name(f"{prepared.folder.name}-lessons-{key}")
    if not _is_whole(folder):
        stream = Stream(prepared.ids("train"), prepared.starts("train"))
        with making(folder, _is_whole) as temporary:
            size = len(stream) * _row(len(prepared.vocabulary)).itemsize / 1e6
            say(f"{len(runs)} teachers read the text once; {size:,.0f} MB are kept in {folder}")
            write_lessons(temporary / "lessons", [run.model() for run in runs], stream)
            write_json(temporary / "meta.json", content_of(temporary / "lessons"))
    return Lessons(np.memmap(folder / "lessons", _row(len(prepared.vocabulary)), mode="r"))


def write_lessons(path: Path, teachers: Sequence[ElmanModel], stream: Stream) -> None:
    """Let the teachers read a text in lanes, each with its carried state, and keep their lessons.

    The lessons are in the order of the text's tokens, whatever the lanes.
    """
    vocabulary_size = teachers[0].vocabulary_size
    kind, tokens = _row(vocabulary_size), len(stream)
    lanes = min(LANES, tokens)
    lane_tokens = -(-tokens // (lanes * CHUNK)) * CHUNK
    read = _reader(teachers, min(WORDS, vocabulary_size))
    states = [tf.constant(model.zero_state(lanes)) for model in teachers]
    firsts = np.arange(lanes) * lane_tokens
    with (
        path.open("wb") as file,
        ProgressDisplay("reading with the teachers", lanes * lane_tokens, "tokens") as display,
    ):
        for begin in range(0, lane_tokens, CHUNK):
            inputs = np.stack([_before(stream, first + begin) for first in firsts])
            words, probabilities, states = read(tf.constant(inputs), states)
            rows = np.empty(inputs.shape, kind)
            rows["words"], rows["probabilities"] = words.numpy(), probabilities.numpy()
            for lane, first in enumerate(firsts):
                file.seek((first + begin) * kind.itemsize)
                file.write(rows[lane, : max(0, tokens - first - begin)].tobytes())
            release(stream.ids)
            display.update((begin + CHUNK) * lanes, "")


def _before(stream: Stream, first: int) -> np.ndarray:
    """The tokens before those at `first` to `first + CHUNK`, int32 [CHUNK]; `</s>` beyond."""
    tokens = np.full(CHUNK, END, np.int32)
    begin, end = max(0, first - 1), min(first + CHUNK - 1, len(stream))
    if begin < end:
        at = begin - (first - 1)
        tokens[at : at + end - begin] = stream.ids[begin:end]
    return tokens


def _reader(teachers: Sequence[ElmanModel], words: int) -> Callable:
    @tf.function(reduce_retracing=True)
    def read(
        inputs: tf.Tensor, states: list[tf.Tensor]
    ) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        total, following = tf.constant(0.0), []
        for model, state in zip(teachers, states, strict=True):
            features, state = model.forward(inputs, state)
            total += tf.nn.softmax(model.logits(features))
            following.append(state)
        probabilities, ids = tf.math.top_k(total / len(teachers), words)
        return ids, probabilities, following

    return read


def _row(vocabulary_size: int) -> np.dtype:
    words = min(WORDS, vocabulary_size)
    return np.dtype(
        [("words", id_type(vocabulary_size), (words,)), ("probabilities", np.float16, (words,))]
    )


def _is_whole(folder: Path) -> bool:
    try:
        return read_json(folder / "meta.json") == content_of(folder / "lessons")
    except UserError:
        return False


def distillation_losses(
    log_probabilities: tf.Tensor, probabilities: tf.Tensor, known: tf.Tensor
) -> tf.Tensor:
    """Cross entropies [positions] of lessons with the student, over their words and "any other".

    The student's `log_probabilities`, the teachers' `probabilities` and which of the words are
    `known` (bool; the others count as "any other"): all [positions, words].
    """
    taught = tf.where(known, probabilities, 0.0)
    student = tf.where(known, tf.exp(log_probabilities), 0.0)
    other = tf.maximum(1 - tf.reduce_sum(taught, -1), 0.0)
    student_other = tf.maximum(1 - tf.reduce_sum(student, -1), LEAST_OTHER)
    named = tf.where(known, taught * log_probabilities, 0.0)
    return -tf.reduce_sum(named, -1) - other * tf.math.log(student_other)
