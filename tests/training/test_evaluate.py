import dataclasses
import shutil

import pytest

from training.evaluate import measure_and_show
from training.run import Run


@pytest.mark.parametrize(("parts", "kept"), [(("valid",), "valid"), (("valid", "test"), None)])
def test_figures_are_kept_of_the_part_that_a_run_is_judged_by(
    trained, prepared, tmp_path, parts, kept
):
    run = Run(shutil.copytree(trained.folder, tmp_path / "run"))
    (run.folder / "metrics.json").unlink()
    counts = {part: prepared.counts[part] for part in ("train", *parts)}
    measure_and_show(run, dataclasses.replace(prepared, counts=counts), "valid")
    assert (run.metrics or {}).get("part") == kept
