"""Sampled softmax: scoring a subset of words is ten times cheaper than scoring all of them.

The candidates of a step are its targets and words drawn from a flattened unigram distribution.
Frequent words are candidates in nearly every step and rare words seldom, so the raw logits of the
candidates would overstate the frequent words. Subtracting the log of the probability that a word is
a candidate corrects this: the expected `sum(exp(logit))` over the candidates equals the sum over
the whole vocabulary. The target of a position is always a candidate, so it is counted without
correction, and the loss estimates the loss over the whole vocabulary.

Source: Jean et al., "On Using Very Large Target Vocabulary for Neural Machine Translation", 2015;
Bengio and Senecal, "Adaptive Importance Sampling to Accelerate Training", 2008.
"""

import dataclasses

import numpy as np

# Words are drawn in proportion to counts ** POWER, so that rare words also serve as negatives.
POWER = 0.75


@dataclasses.dataclass(frozen=True)
class Candidates:
    """The words over which the loss of a step is computed.

    Args:
      ids: Token ids, int32 [candidates].
      correction: Log of the probability that each word is a candidate, float32 [candidates].
      targets: Indices into `ids`, int32, in the shape of the step's targets.
    """

    ids: np.ndarray
    correction: np.ndarray
    targets: np.ndarray


class CandidateSampler:
    """Draws the candidates of each step. A draw depends only on (seed, step) and the targets.

    Example:
      >>> counts = np.array([9, 5, 1, 1])
      >>> sampler = CandidateSampler(counts, sample_size=2, tokens_per_step=3, seed=1)
      >>> drawn = sampler.draw(np.array([2, 0, 2]), step=0)
      >>> drawn.ids[drawn.targets]
      array([2, 0, 2], dtype=int32)
    """

    def __init__(self, counts: np.ndarray, sample_size: int, tokens_per_step: int, seed: int):
        """Create a sampler.

        Args:
          counts: How often each word is a target in the training text, int [vocabulary].
          sample_size: Expected number of words to draw in a step.
          tokens_per_step: Number of targets in a step.
          seed: Seed of the run.
        """
        self._seed = seed
        self._draw_probability = _draw_probabilities(counts, sample_size)
        share = counts / max(1, counts.sum())
        absent = (1 - share) ** tokens_per_step * (1 - self._draw_probability)
        self._correction = np.log(np.maximum(1 - absent, 1e-6)).astype(np.float32)

    def draw(self, targets: np.ndarray, step: int) -> Candidates:
        """Draw the candidates of a step with the given `targets` (int32, any shape)."""
        generator = np.random.Generator(np.random.Philox(key=[self._seed, step]))
        chosen = generator.random(len(self._draw_probability)) < self._draw_probability
        chosen[targets.reshape(-1)] = True
        ids = np.flatnonzero(chosen).astype(np.int32)
        positions = np.cumsum(chosen, dtype=np.int32) - 1
        return Candidates(ids, self._correction[ids], positions[targets])


def _draw_probabilities(counts: np.ndarray, sample_size: int) -> np.ndarray:
    """Return independent probabilities of at most 1 that sum to about `sample_size`."""
    weights = np.maximum(counts, 1).astype(np.float64) ** POWER
    if sample_size >= len(weights):
        return np.ones_like(weights)
    scale = sample_size / weights.sum()
    for _ in range(30):
        probabilities = np.minimum(1.0, scale * weights)
        scale *= sample_size / probabilities.sum()
    return np.minimum(1.0, scale * weights)
