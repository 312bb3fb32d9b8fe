import shutil

import pytest

from benchmarks.seeds import check_alike, figures_of, main, summary
from training.common.errors import UserError
from training.common.files import write_json
from training.measure.metrics import FIGURES
from training.network.run import Run


def with_seed(run: Run, seed: int, **changes) -> Run:
    """A copy of a finished run with a different seed."""
    other = Run(run.folder.parent / f"seed-{seed}")
    shutil.rmtree(other.folder, ignore_errors=True)
    shutil.copytree(run.folder, other.folder)
    run.configuration.changed({"seed": seed, **changes}).save(other.folder / "configuration.json")
    figures = {**figures_of(run), "perplexity": 100.0 + seed}
    write_json(other.folder / "metrics.json", figures)
    return other


@pytest.fixture
def copy(trained, tmp_path) -> Run:
    shutil.copytree(trained.folder, tmp_path / "first")
    return Run(tmp_path / "first")


def test_the_table_has_each_run_the_mean_and_the_spread(copy):
    runs = {str(seed): figures_of(with_seed(copy, seed)) for seed in (2, 4)}
    rows = [[cell.value for cell in row] for row in summary(runs).rows]
    assert rows[0] == ["perplexity", "102.00", "104.00", "103.00", "1.41"]
    assert [row[0] for row in rows] == [figure.title for figure in FIGURES]


def test_runs_that_differ_in_more_than_the_seed_are_refused(copy):
    with pytest.raises(UserError, match="more than its seed"):
        check_alike([copy, with_seed(copy, 2, layer_dropout=0.3)])


def test_runs_of_different_texts_are_refused(copy):
    other = with_seed(copy, 2)
    other.update_information(corpus_sha256="another")
    with pytest.raises(UserError, match="trained on different texts"):
        check_alike([copy, other])


def test_the_same_seed_twice_is_refused(copy):
    with pytest.raises(UserError, match="same seed"):
        check_alike([copy, with_seed(copy, copy.configuration.seed)])


def test_one_run_alone_is_refused(tmp_path):
    with pytest.raises(UserError, match="name at least two"):
        main(["--run", "keyboard", "--runs", str(tmp_path)])


def test_the_table_is_kept_where_it_can_be_committed(copy, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.seeds.RESULTS", tmp_path / "kept")
    other = with_seed(copy, 2)
    main(["--run", copy.name, other.name, "--runs", str(tmp_path), "--keep"])
    assert (
        f"| perplexity | {figures_of(copy)['perplexity']:.2f} | 102.00 |"
        in (tmp_path / "kept/seeds.md").read_text()
    )
