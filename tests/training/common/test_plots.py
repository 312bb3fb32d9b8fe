import numpy as np
from matplotlib import colors, image

from training.common.plots import draw_curve, draw_gradients


def record(epoch: int, held_out: float | None) -> dict:
    return {
        "epoch": epoch,
        "training_perplexity": 100 / epoch,
        "validation_perplexity": held_out,
    }


def test_the_curve_is_a_picture_with_something_drawn_in_it(tmp_path):
    draw_curve([record(1, 90.0), record(2, 70.0)], tmp_path / "curve.png", "a run")
    pixels = image.imread(tmp_path / "curve.png")
    assert pixels.shape[0] > 300 and pixels.shape[1] > 500
    assert pixels.std() > 0.05


def test_a_run_without_held_out_text_has_a_curve_too(tmp_path):
    draw_curve([record(1, None)], tmp_path / "curve.png", "a run")
    assert (tmp_path / "curve.png").stat().st_size > 1000


def test_a_training_that_ran_away_has_a_curve_too(tmp_path):
    history = [record(1, 1e304), {**record(2, 1e300), "training_perplexity": 1e304}]
    draw_curve(history, tmp_path / "curve.png", "a run")
    assert (tmp_path / "curve.png").stat().st_size > 1000


def test_every_network_has_its_line_in_the_picture_of_gradients(tmp_path):
    reaches = {
        f"network {place}": {"distances": [1, 2, 4], "gradient_norms": [1 / (place + 1)] * 3}
        for place in range(7)
    }
    draw_gradients(reaches, tmp_path / "gradients.png")
    pixels = image.imread(tmp_path / "gradients.png")[..., :3]
    for place in range(len(reaches)):
        drawn = np.isclose(pixels, colors.to_rgb(f"C{place}"), atol=0.01).all(axis=-1)
        assert drawn.sum() > 100
