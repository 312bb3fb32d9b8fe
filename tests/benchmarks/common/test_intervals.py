"""Resampled documents, and the intervals made of them."""

import pytest

from benchmarks.common.intervals import FEWEST_DOCUMENTS, RESAMPLES, Interval, draws, interval


def test_the_draws_never_change():
    found = draws(12)
    assert found.shape == (RESAMPLES, 12)
    assert found[0].tolist() == [1, 1, 0, 0, 1, 1, 1, 1, 3, 0, 3, 0]
    assert found[-1].tolist() == [1, 0, 0, 3, 3, 0, 1, 0, 1, 2, 1, 0]
    means = draws(FEWEST_DOCUMENTS) @ range(FEWEST_DOCUMENTS) / FEWEST_DOCUMENTS
    assert interval(4.5, means.tolist()) == Interval(4.5, pytest.approx(2.7975), pytest.approx(6.2))


def test_every_draw_has_as_many_documents_as_the_text():
    assert set(draws(30).sum(axis=1).tolist()) == {30}


@pytest.mark.parametrize("documents", [0, 1, FEWEST_DOCUMENTS - 1])
def test_few_documents_are_not_resampled(documents):
    assert draws(documents).shape == (0, documents)
    assert interval(0.5, []) == Interval(0.5)


def test_an_interval_leaves_out_one_in_forty_on_each_side():
    found = interval(0.0, [float(value) for value in range(1001)])
    assert (found.low, found.high) == (25, 975)
