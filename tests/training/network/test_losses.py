import json
import math

from training.network.losses import SMOOTHED_STEPS, Losses


def test_the_means_are_those_of_all_losses_and_of_the_latest():
    values = [math.sin(step) + 5 for step in range(1_000)]
    losses = Losses(values)
    assert math.isclose(losses.mean, sum(values) / 1_000)
    assert math.isclose(losses.recent, sum(values[-SMOOTHED_STEPS:]) / SMOOTHED_STEPS)


def test_saved_losses_go_on_to_the_bit_and_take_no_more_room_with_time():
    values = [math.exp(math.sin(step)) for step in range(10_000)]
    whole, resumed = Losses(values), Losses()
    for value in values:
        resumed.add(value)
        if len(json.dumps(resumed.saved())) % 7 == 0:
            resumed = Losses.restored(json.loads(json.dumps(resumed.saved())))
    assert (resumed.mean, resumed.recent) == (whole.mean, whole.recent)
    assert len(json.dumps(resumed.saved())) < 40 * SMOOTHED_STEPS


def test_a_list_of_all_losses_in_an_older_checkpoint_is_read():
    assert Losses.restored([1.0, 2.0, 6.0]).mean == 3.0
