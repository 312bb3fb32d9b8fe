"""The training loop: truncated back-propagation through time over stateful lanes.

One step trains on one chunk of every lane. The state at the end of a chunk is carried to the next
step; the gradient is not. Every random draw is keyed by (seed, step), so a resumed run computes the
same as an uninterrupted one.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from training.common.errors import UserError
from training.data.candidates import CandidateSampler
from training.data.dataset import Shard, batched, candidate_chunks, exact_chunks
from training.data.lanes import LaneReader, Stream, padded_batches
from training.network.checkpoint import Checkpoint
from training.network.configuration import Configuration
from training.network.model import ElmanModel, draw_masks
from training.network.optimizer import adamw
from training.network.schedule import learning_rate

VALIDATION_LANES = 32
VALIDATION_CHUNK = 32


def never() -> bool:
    """Return False: the default for callbacks that ask whether to stop."""
    return False


class TrainingDiverged(UserError):
    """The loss or a weight is no longer finite."""


@dataclasses.dataclass
class StepResult:
    """The result of a training step. `loss` is in nats per token, under dropout."""

    step: int
    loss: float
    learning_rate: float


class Trainer:
    """Owns the model, the optimiser, the averaged weights and the position in the data.

    Args:
      configuration: Settings of the run.
      vocabulary_size: Number of entries in the vocabulary.
      stream: The training text.
      network: The class of the model. The benchmarks train others in the same way.

    Example:
      >>> trainer = Trainer(configuration, vocabulary_size, stream)
      >>> trainer.train(trainer.total_steps, report=print)
      >>> weights = trainer.averaged_weights()
    """

    def __init__(
        self,
        configuration: Configuration,
        vocabulary_size: int,
        stream: Stream,
        network: type[ElmanModel] = ElmanModel,
    ):
        self.configuration = configuration
        self.reader = LaneReader(
            stream,
            configuration.lanes,
            configuration.truncated_bptt_length,
            seed=configuration.seed,
            shuffle=configuration.shuffle_documents,
        )
        self.steps_per_epoch = self.reader.steps_per_epoch
        self.total_steps = max(
            configuration.epochs * self.steps_per_epoch, configuration.minimum_steps
        )
        counts = stream.counts(vocabulary_size)
        self.sampler, self.first_exact_step = None, 0
        if 0 < configuration.candidates < vocabulary_size:
            tokens = self.tokens_per_step // configuration.shards
            self.sampler = CandidateSampler(
                counts, configuration.candidates, tokens, configuration.seed
            )
            exact_steps = math.ceil(configuration.exact_share * self.total_steps)
            self.first_exact_step = self.total_steps - exact_steps
        shard = dataclasses.replace(
            configuration, lanes=configuration.lanes // configuration.shards
        )
        self.model = network(shard, vocabulary_size)
        self.model.output_bias.assign(_log_frequencies(counts))
        self.optimizer = adamw(configuration, self.model.trainable_variables)
        self.average = [tf.Variable(weight) for weight in self._weights()]
        self.step = 0

    @property
    def epochs_between_validations(self) -> int:
        """Epochs from one validation to the next; above 1 if a short text is read many times.

        There are at most as many validations as `configuration.epochs`.
        """
        epochs = math.ceil(self.total_steps / self.steps_per_epoch)
        return math.ceil(epochs / self.configuration.epochs)

    @property
    def tokens_per_step(self) -> int:
        """Number of targets in a step."""
        return self.configuration.lanes * self.configuration.truncated_bptt_length

    # -- training ----------------------------------------------------------------------------------

    def train(
        self, until: int, report: Callable[[StepResult], None], stop: Callable[[], bool] = never
    ) -> None:
        """Train up to step `until` (exclusive).

        Args:
          until: The step to stop before.
          report: Called with the result of every step.
          stop: Called after every step, or after `steps_per_call`; if it returns True, training
            stops early.

        Raises:
          TrainingDiverged: If the loss is not finite.
        """
        while self.step < until:
            end, apply = self._stretch(until)
            for losses in self._losses(end, apply):
                for loss in losses:
                    if not math.isfinite(loss):
                        raise self._diverged(f"the loss became {loss}")
                    self.step += 1
                    report(StepResult(self.step, loss, self._rate(self.step - 1)))
                if stop():
                    return

    def _losses(self, until: int, apply: Callable[..., tf.Tensor]) -> Iterator[list[float]]:
        """Take the steps to `until` (exclusive), and yield the losses of each call."""
        configuration = self.configuration
        chunks = self._chunks(Shard(self.reader), until)
        if configuration.steps_per_call == 1:
            yield from ([float(self._train_on(chunk, apply))] for chunk in chunks)
            return
        lanes, length = configuration.lanes, configuration.truncated_bptt_length
        for batch in batched(chunks, configuration.steps_per_call, lanes, length):
            steps = range(self.step, self.step + len(batch[0]))
            starts = tf.constant([step % self.steps_per_epoch == 0 for step in steps])
            rates = tf.constant([self._rate(step) for step in steps], tf.float32)
            yield self._take_steps(apply, starts, rates, batch).numpy().tolist()

    def _stretch(self, until: int) -> tuple[int, Callable[..., tf.Tensor]]:
        """Return where steps of the current kind end, at most `until`, and the step function."""
        if self._is_exact:
            return until, self._exact_step
        return min(until, self.first_exact_step), self._candidate_step

    @property
    def _is_exact(self) -> bool:
        """Whether the current step uses the whole vocabulary."""
        return self.sampler is None or self.step >= self.first_exact_step

    def _chunks(self, shard: Shard, until: int) -> tf.data.Dataset:
        """Return the chunks of a shard from the current step to `until` (exclusive)."""
        if self._is_exact:
            return exact_chunks(shard, self.step, until)
        padded = self.configuration.steps_per_call > 1
        return candidate_chunks(shard, self.sampler, self.step, until, padded)

    def _train_on(self, chunk: tuple[tf.Tensor, ...], apply: Callable[..., tf.Tensor]) -> tf.Tensor:
        """Take one step with the function `apply` and return its result."""
        if self.step % self.steps_per_epoch == 0:
            self.model.reset_state()
        self.optimizer.learning_rate.assign(self._rate(self.step))
        return apply(*chunk)

    @tf.function(reduce_retracing=True)
    def _take_steps(
        self,
        apply: Callable[..., tf.Tensor],
        starts: tf.Tensor,
        rates: tf.Tensor,
        batch: tuple[tf.Tensor, ...],
    ) -> tf.Tensor:
        """Take several steps with the function `apply`, and return their losses.

        Args:
          apply: The function of a step.
          starts: Whether each step is the first one of an epoch, bool [steps].
          rates: The learning rate of each step, float32 [steps].
          batch: The chunks of the steps, stacked.

        Returns:
          The losses, float32 [steps].
        """
        losses = tf.TensorArray(tf.float32, size=tf.shape(rates)[0])
        for index in tf.range(tf.shape(rates)[0]):
            if starts[index]:
                self.model.reset_state()
            self.optimizer.learning_rate.assign(rates[index])
            losses = losses.write(index, apply(*[part[index] for part in batch]))
        return losses.stack()

    def _rate(self, step: int) -> float:
        """Return the learning rate of a step."""
        return learning_rate(
            step,
            self.total_steps,
            peak=self.configuration.learning_rate,
            warmup_steps=self.configuration.warmup_steps,
            final_share=self.configuration.final_learning_rate_share,
        )

    def _diverged(self, how: str) -> TrainingDiverged:
        rate = self.configuration.learning_rate
        return TrainingDiverged(
            f"{how} at step {self.step}; try a smaller learning_rate (it peaks at {rate:g}) "
            "with another RUN=name"
        )

    @tf.function(reduce_retracing=True)
    def _candidate_step(
        self,
        step: tf.Tensor,
        inputs: tf.Tensor,
        targets: tf.Tensor,
        candidates: tf.Tensor,
        correction: tf.Tensor,
    ) -> tf.Tensor:
        candidates = tf.ensure_shape(candidates, [None])

        def logits(features: tf.Tensor) -> tf.Tensor:
            model = self.model
            bias = tf.gather(tf.convert_to_tensor(model.output_bias), candidates) - correction
            vectors = tf.gather(tf.convert_to_tensor(model.embedding.embeddings), candidates)
            return tf.matmul(features, vectors, transpose_b=True) + bias

        return self._update(step, *self._gradients(step, inputs, targets, logits, correction))

    @tf.function(reduce_retracing=True)
    def _exact_step(self, step: tf.Tensor, inputs: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        return self._update(step, *self._gradients(step, inputs, targets, self.model.logits))

    def _update(self, step: tf.Tensor, gradients: list[tf.Tensor], loss: tf.Tensor) -> tf.Tensor:
        """Apply one optimiser step and return the loss, scalar."""
        self._move(gradients)
        self._average(step)
        return loss

    def _gradients(
        self,
        step: tf.Tensor,
        inputs: tf.Tensor,
        targets: tf.Tensor,
        logits: Callable[[tf.Tensor], tf.Tensor],
        correction: tf.Tensor | None = None,
    ) -> tuple[list[tf.Tensor], tf.Tensor]:
        """Return the gradients of the weights and the loss, scalar, and carry the state on.

        Args:
          step: int64, scalar.
          inputs: Token ids, int32 [lanes, length].
          targets: Token ids, or indices into the candidates, int32 [lanes, length].
          logits: Maps features [positions, embedding size] to scores of all words or candidates.
          correction: See `mean_loss`.
        """
        model = self.model
        configuration = model.configuration
        shape = [configuration.lanes, configuration.truncated_bptt_length]
        # targets: [lanes, length] -> [positions]
        inputs, targets = tf.ensure_shape(inputs, shape), tf.reshape(targets, [-1])
        masks = draw_masks(configuration, model.vocabulary_size, configuration.lanes, step)
        with tf.GradientTape() as tape:
            features, state = model.forward(inputs, model.carried_state(), masks)
            # [lanes, length, embedding size] -> [positions, embedding size]
            scores = logits(tf.reshape(features, [-1, configuration.embedding_size]))
            loss = mean_loss(scores, targets, correction)
        gradients = tape.gradient(loss, self._weights())
        model.carry(state)
        return [tf.convert_to_tensor(gradient) for gradient in gradients], loss

    def _move(self, gradients: list[tf.Tensor]) -> None:
        """Clip the gradients and apply one optimiser step."""
        gradients, _ = tf.clip_by_global_norm(gradients, self.configuration.gradient_clip)
        self.optimizer.apply(gradients, self.model.trainable_variables)

    def _average(self, step: tf.Tensor) -> None:
        """Move the averaged weights towards the current ones, faster during the first steps."""
        done = tf.cast(step, tf.float32)
        self._approach(tf.minimum(self.configuration.average_decay, (1 + done) / (10 + done)))

    def _approach(self, decay: tf.Tensor) -> None:
        """Move the averaged weights towards the current ones by `1 - decay`."""
        for average, weight in zip(self.average, self._weights(), strict=True):
            average.assign_sub((1 - decay) * (average - weight))

    def _weights(self) -> list[tf.Variable]:
        return [variable.value for variable in self.model.trainable_variables]

    # -- validation --------------------------------------------------------------------------------

    def validation_loss(self, stream: Stream) -> float:
        """Measure the averaged weights on held-out text, up to `validation_tokens` tokens.

        The trained weights and the carried state are unchanged afterwards.

        Returns:
          The mean loss in nats per token.

        Raises:
          TrainingDiverged: If the loss is not finite.
        """
        trained = [weight.numpy() for weight in self._weights()]
        self.use_average()
        total = tokens = 0.0
        batches = padded_batches(
            stream, VALIDATION_LANES, VALIDATION_CHUNK, self.configuration.validation_tokens
        )
        for inputs, targets, weights in batches:
            state = self.model.zero_state(len(inputs))
            for first in range(0, inputs.shape[1], VALIDATION_CHUNK):
                part = slice(first, first + VALIDATION_CHUNK)
                loss, state = self._validation_chunk(
                    inputs[:, part], targets[:, part], weights[:, part], state
                )
                total += float(loss)
            tokens += float(weights.sum())
        self._assign(trained)
        if not math.isfinite(total):
            raise self._diverged(f"the validation loss became {total}")
        return total / tokens

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, VALIDATION_CHUNK], tf.int32),
            tf.TensorSpec([None, VALIDATION_CHUNK], tf.int32),
            tf.TensorSpec([None, VALIDATION_CHUNK], tf.float32),
            tf.TensorSpec([None, None, None], tf.float32),
        ]
    )
    def _validation_chunk(
        self, inputs: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, state: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        layers, _, size = self.model.zero_state().shape
        features, state = self.model.forward(inputs, tf.ensure_shape(state, [layers, None, size]))
        logits = self.model.logits(features)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
        return tf.reduce_sum(losses * weights), state

    def use_average(self) -> None:
        """Replace the trained weights in the model with the averaged ones."""
        self._assign([average.numpy() for average in self.average])

    def _assign(self, values: list[np.ndarray]) -> None:
        for weight, value in zip(self._weights(), values, strict=True):
            weight.assign(value)

    # -- saving ------------------------------------------------------------------------------------

    def averaged_weights(self) -> dict[str, np.ndarray]:
        """Return the averaged weights by name. These are the weights to save and export.

        Raises:
          TrainingDiverged: If a weight is not finite.
        """
        names = [variable.path for variable in self.model.trainable_variables]
        weights = {name: mean.numpy() for name, mean in zip(names, self.average, strict=True)}
        for name, array in weights.items():
            if not np.isfinite(array).all():
                raise self._diverged(f"{name} was no longer finite")
        return weights

    def checkpoint(self, facts: dict[str, Any]) -> Checkpoint:
        """Return everything needed to resume from here, with `facts` of the session."""
        arrays = {name: variable.numpy() for name, variable in self._saved().items()}
        return Checkpoint(self.step, arrays, facts)

    def start(self, checkpoint: Checkpoint | None) -> None:
        """Resume from `checkpoint`, or start from the beginning if it is None.

        Raises `ValueError` if it is from a different network.
        """
        if checkpoint is not None:
            self.restore(checkpoint)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Resume from `checkpoint`. Raises `ValueError` if it is from a different network."""
        saved = self._saved()
        if set(saved) != set(checkpoint.arrays):
            raise ValueError("the checkpoint is from a different network")
        for name, variable in saved.items():
            variable.assign(checkpoint.arrays[name])
        self.step = checkpoint.step

    def _saved(self) -> dict[str, Any]:
        weights = self.model.trainable_variables
        saved: dict[str, Any] = {f"weight/{weight.path}": weight for weight in weights}
        for weight, average in zip(weights, self.average, strict=True):
            saved[f"average/{weight.path}"] = average
        for index, variable in enumerate(self.optimizer.variables):
            saved[f"optimizer/{index}"] = variable
        for index, variable in enumerate(self.model.carried):
            saved[f"state/{index}"] = variable
        return saved


def mean_loss(
    scores: tf.Tensor, targets: tf.Tensor, correction: tf.Tensor | None = None
) -> tf.Tensor:
    """Return the mean cross entropy of the targets in nats, scalar.

    Args:
      scores: float32 [positions, candidates], logits minus `correction`.
      targets: int32 [positions], indices into the candidates.
      correction: float32 [candidates], log of the probability that a word is a candidate; None if
        every word is a candidate.
    """
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, scores)
    return tf.reduce_mean(_certain_targets(losses, targets, correction))


def _certain_targets(
    losses: tf.Tensor, targets: tf.Tensor, correction: tf.Tensor | None
) -> tf.Tensor:
    """Correct the losses for the targets, which are candidates with certainty.

    Args:
      losses: float32 [positions], treating each target like any other candidate.
      targets: int32 [positions], indices into the candidates.
      correction: float32 [candidates], see `mean_loss`.

    Returns:
      An estimate of the losses over the whole vocabulary, float32 [positions].
    """
    if correction is None:
        return losses
    correction = tf.gather(correction, targets)
    surplus = tf.exp(-losses) * (1 - tf.exp(correction))
    return losses - correction + tf.math.log1p(-surplus)


def _log_frequencies(counts: np.ndarray) -> np.ndarray:
    """Return the initial output bias: log frequencies, so that step 0 is a unigram model."""
    smoothed = counts + 0.5
    return np.log(smoothed / smoothed.sum()).astype(np.float32)
