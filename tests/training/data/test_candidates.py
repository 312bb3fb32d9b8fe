import numpy as np
import pytest

from training.data.candidates import CandidateSampler

COUNTS = np.array([1000, 500, 100, 50, 20, 10, 5, 5, 2, 1] * 20)
TARGETS = np.array([[0, 1, 199], [5, 0, 64]], np.int32)


@pytest.fixture
def sampler() -> CandidateSampler:
    return CandidateSampler(COUNTS, sample_size=40, tokens_per_step=6, seed=1)


def test_every_target_is_a_candidate_and_is_found_at_its_index(sampler):
    drawn = sampler.draw(TARGETS, step=3)
    np.testing.assert_array_equal(drawn.ids[drawn.targets], TARGETS)


def test_no_candidate_comes_twice(sampler):
    ids = sampler.draw(TARGETS, step=3).ids
    assert len(set(ids.tolist())) == len(ids)


def test_a_step_always_draws_the_same_and_another_step_another(sampler):
    first, again, other = (sampler.draw(TARGETS, step).ids.tolist() for step in (3, 3, 4))
    assert first == again != other


def test_about_as_many_are_drawn_as_asked_for(sampler):
    sizes = [len(sampler.draw(TARGETS, step).ids) for step in range(200)]
    assert 40 <= np.mean(sizes) <= 46


def test_the_correction_is_the_log_of_how_often_a_word_is_a_candidate(sampler):
    generator = np.random.default_rng(0)
    share = COUNTS / COUNTS.sum()
    seen = np.zeros(len(COUNTS))
    steps = 4000
    for step in range(steps):
        targets = generator.choice(len(COUNTS), size=6, p=share).astype(np.int32)
        seen[sampler.draw(targets, step).ids] += 1
    corrections = sampler.draw(np.arange(len(COUNTS), dtype=np.int32), 0).correction
    np.testing.assert_allclose(np.exp(corrections), seen / steps, atol=0.04)


def test_the_corrected_sum_over_candidates_estimates_the_sum_over_the_vocabulary(sampler):
    logits = np.random.default_rng(1).normal(size=len(COUNTS))
    share = COUNTS / COUNTS.sum()
    estimates = []
    for step in range(3000):
        generator = np.random.default_rng(step + 10)
        targets = generator.choice(len(COUNTS), size=6, p=share).astype(np.int32)
        drawn = sampler.draw(targets, step)
        estimates.append(np.exp(logits[drawn.ids] - drawn.correction).sum())
    assert np.mean(estimates) == pytest.approx(np.exp(logits).sum(), rel=0.05)


def test_a_sample_as_large_as_the_vocabulary_is_the_exact_softmax():
    drawn = CandidateSampler(COUNTS, len(COUNTS), 6, seed=1).draw(TARGETS, 0)
    assert len(drawn.ids) == len(COUNTS)
    np.testing.assert_allclose(drawn.correction, 0, atol=1e-6)
