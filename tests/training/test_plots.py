from matplotlib import image

from training.plots import draw_curve


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
