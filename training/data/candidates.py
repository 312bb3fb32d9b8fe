"""Which words the softmax is computed over while training: all of them is ten times the work.

A step's candidates are its own targets and words drawn from the unigram distribution. A word that
is often a target is nearly always among them, a rare one seldom, so the raw logits of candidates
would over-state the frequent words. Subtracting the log of the probability that a word is a
candidate corrects this: the expectation of the candidates' `sum(exp(logit))` is then the one over
the whole vocabulary. A position's own target is certain to be a candidate and is counted as it is,
so that the loss estimates the loss over the whole vocabulary.

Source: Jean et al., "On Using Very Large Target Vocabulary for Neural Machine Translation", 2015;
Bengio and Senecal, "Adaptive Importance Sampling to Accelerate Training", 2008.
"""

import dataclasses

import numpy as np

# Draws follow counts ** POWER: flatter than the text, so that rare words are also pushed down.
POWER = 0.75


@dataclasses.dataclass(frozen=True)
class Candidates:
    """The words that a step's loss is taken over.

    `ids` int32 [candidates], `correction` float32 [candidates], `targets` int32 indices into `ids`,
    in the shape of the step's targets.
    """

    ids: np.ndarray
    correction: np.ndarray
    targets: np.ndarray


class CandidateSampler:
    """Draws each step's candidates; the draw depends on (seed, step) and the targets alone."""

    def __init__(self, counts: np.ndarray, sample_size: int, tokens_per_step: int, seed: int):
        """`counts` [vocabulary]: how often each word is a target in the training text."""
        self._seed = seed
        self._draw_probability = _draw_probabilities(counts, sample_size)
        share = counts / max(1, counts.sum())
        absent = (1 - share) ** tokens_per_step * (1 - self._draw_probability)
        self._correction = np.log(np.maximum(1 - absent, 1e-6)).astype(np.float32)

    def draw(self, targets: np.ndarray, step: int) -> Candidates:
        """The candidates of one step with these `targets` (int32, any shape)."""
        generator = np.random.Generator(np.random.Philox(key=[self._seed, step]))
        chosen = generator.random(len(self._draw_probability)) < self._draw_probability
        chosen[targets.reshape(-1)] = True
        ids = np.flatnonzero(chosen).astype(np.int32)
        positions = np.cumsum(chosen, dtype=np.int32) - 1
        return Candidates(ids, self._correction[ids], positions[targets])


def _draw_probabilities(counts: np.ndarray, sample_size: int) -> np.ndarray:
    """Independent probabilities that sum to about `sample_size`, none above 1."""
    weights = np.maximum(counts, 1).astype(np.float64) ** POWER
    if sample_size >= len(weights):
        return np.ones_like(weights)
    scale = sample_size / weights.sum()
    for _ in range(30):
        probabilities = np.minimum(1.0, scale * weights)
        scale *= sample_size / probabilities.sum()
    return np.minimum(1.0, scale * weights)
