import dataclasses
import shutil

import pytest

from training import evaluate
from training.common.display import ProgressDisplay
from training.common.errors import UserError
from training.evaluate import measure_and_show, show_memory
from training.network.run import Run


@pytest.mark.parametrize(("parts", "kept"), [(("valid",), "valid"), (("valid", "test"), None)])
def test_figures_are_kept_of_the_part_that_a_run_is_judged_by(
    trained, prepared, tmp_path, parts, kept
):
    run = Run(shutil.copytree(trained.folder, tmp_path / "run"))
    (run.folder / "metrics.json").unlink()
    counts = {part: prepared.counts[part] for part in ("train", *parts)}
    measure_and_show(run, dataclasses.replace(prepared, counts=counts), "valid")
    assert (run.metrics or {}).get("part") == kept


@pytest.mark.parametrize("measure", [measure_and_show, show_memory])
def test_figures_of_weights_that_training_replaced_meanwhile_are_refused(
    trained, prepared, tmp_path, monkeypatch, measure
):
    run = Run(shutil.copytree(trained.folder, tmp_path / "run"))
    (run.folder / "metrics.json").unlink()

    class Replacing(ProgressDisplay):
        def __exit__(self, *error: object) -> None:
            run.save_weights({name: 2 * array for name, array in run.weights().items()})

    monkeypatch.setattr(evaluate, "ProgressDisplay", Replacing)
    with pytest.raises(UserError, match="training replaced the weights"):
        measure(run, prepared, "test")
    assert not list(run.folder.glob("me*.json"))
