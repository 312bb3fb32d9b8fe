import pytest

from training.network.schedule import learning_rate


def rate(step: int, total: int = 1000) -> float:
    return learning_rate(step, total, peak=0.01, warmup_steps=50, final_share=0.1)


def test_it_climbs_to_the_peak_during_the_warm_up():
    assert rate(0) == pytest.approx(0.01 / 50)
    assert rate(49) == pytest.approx(0.01)


def test_it_falls_to_the_final_share_and_stays_there():
    assert rate(1000) == pytest.approx(0.001)
    assert rate(5000) == pytest.approx(0.001)


def test_it_never_rises_after_the_warm_up():
    rates = [rate(step) for step in range(50, 1001)]
    assert rates == sorted(rates, reverse=True)


def test_a_short_run_warms_up_for_a_tenth_of_it():
    assert learning_rate(4, 50, peak=1.0, warmup_steps=500, final_share=0) == 1.0
