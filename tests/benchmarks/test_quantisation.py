"""The table and the plot of perplexity and file size."""

import shutil
from pathlib import Path

import pytest

from benchmarks import quantisation
from export.proof.exported import Exported
from tests.commands import one_line, run_command
from training.common.errors import UserError
from training.network.run import Run


@pytest.fixture(scope="module")
def kept(trained, exported, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantisation, "RESULTS", folder)
        arguments = ["--run", trained.name, "--runs", str(trained.folder.parent), "--keep"]
        arguments += ["--exports", str(exported.parent), "--tokens", "300"]
        assert quantisation.main(arguments) == 0
    return folder


def test_every_variant_is_a_row_with_its_bytes_and_its_perplexity(kept):
    (table,) = kept.glob("*.md")
    rows = [line.split("|")[1:-1] for line in table.read_text().splitlines() if "| int" in line]
    names = [row[0].strip() for row in rows]
    assert names == ["int8, shipped", *quantisation.FOUR_BITS]
    assert all(float(row[1]) > 0 and float(row[2]) > 1 for row in rows)


def test_the_command_is_told_without_places(kept, trained, exported):
    (table,) = kept.glob("*.md")
    command = f"--run {trained.name} --runs {trained.folder.parent.name} --keep"
    command += f" --exports {exported.parent.name} --tokens 300`, on "
    assert f"`python -m benchmarks.quantisation {command}" in table.read_text()


def test_a_stale_export_is_refused(trained, exported, tmp_path):
    again = Run(Path(shutil.copytree(trained.folder, tmp_path / trained.name)))
    again.save_weights({name: array + 1 for name, array in again.weights().items()})
    with pytest.raises(UserError, match="exported from other weights"):
        quantisation.main(
            ["--run", again.name, "--runs", str(tmp_path), "--exports", str(exported.parent)]
        )


def test_blocks_that_rows_do_not_divide_into_are_left_out(exported, monkeypatch, capsys):
    monkeypatch.setattr(quantisation, "FOUR_BITS", {"by 7": (False, 7), "by 32": (True, 32)})
    names = [name for name, _ in quantisation.variants(Exported(exported))]
    assert names[2:] == ["by 32"]
    assert "by 7: skipped" in capsys.readouterr().out


def test_the_plot_is_a_picture(kept):
    (plot,) = kept.glob("*.png")
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_a_mistake_is_one_line(tmp_path):
    result = run_command("benchmarks.quantisation", "--runs", "nowhere", cwd=tmp_path)
    assert result.returncode == 2
    assert "make train" in one_line(result)
