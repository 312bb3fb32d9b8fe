"""A full disk or read-only folder leads to a one-line error, loses nothing, and allows resuming.

A limit on file sizes simulates a full disk, because it also applies to root and needs no mount. The
long form also fills a small disk.
"""

import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from export.copies.saved_model import write_saved_model
from tests.commands import command_of, environment, one_line, run_command
from tests.export.networks import random_network
from tests.faults.trials import (
    RUN,
    assert_ends_alike,
    content,
    copy_of,
    largest_file,
    left_behind,
    run_in,
    train_here,
    training_in,
)
from training import evaluate as evaluate_module
from training.common.errors import UserError
from training.common.logs import Logs
from training.corpora import open_corpus
from training.data.prepare import open_prepared, prepare
from training.evaluate import measure_and_show

FULL = os.strerror(errno.EFBIG)


@pytest.mark.parametrize("size", [100, 10_000])
def test_a_preparation_on_a_full_disk_leaves_nothing(tmp_path, own_text, size):
    with largest_file(size), pytest.raises(UserError, match="cannot write .*; "):
        prepare(open_corpus(str(own_text)), 500, 1, tmp_path / "cache")
    assert content(tmp_path) == {} and left_behind(tmp_path) == []
    assert prepare(open_corpus(str(own_text)), 500, 1, tmp_path / "cache").tokens("train")


def test_a_training_on_a_full_disk_keeps_its_checkpoints_and_goes_on_later(
    midway, run_folder, own_text, uninterrupted
):
    before = content(run_folder)
    with largest_file(500_000), pytest.raises(UserError, match=f"checkpoint.next.npz: {FULL}; "):
        train_here(midway, own_text)
    assert content(run_folder) == before
    assert left_behind(midway) == []
    assert train_here(midway, own_text) == 0
    assert_ends_alike(midway, uninterrupted)


def test_logs_that_cannot_be_written_are_done_without(tmp_path, capsys):
    with largest_file(50):
        logs = Logs(tmp_path / "logs")
        for step in range(3):
            logs.scalars(step, loss=1.0)
    said = capsys.readouterr().out
    assert said.count("training continues without logs") == 1


def test_figures_on_a_full_disk_leave_the_older_ones(uninterrupted, tmp_path, monkeypatch):
    run = run_in(copy_of(uninterrupted, tmp_path / "copy"))
    prepared = open_prepared(Path(run.information["prepared"]))
    before, metrics = (
        content(run.folder),
        evaluate_module.evaluate(run.model(), prepared, run.vocabulary),
    )
    monkeypatch.setattr(evaluate_module, "evaluate", lambda *_, **__: metrics)
    with largest_file(100), pytest.raises(UserError, match=f"metrics.json: {FULL}; "):
        measure_and_show(run, prepared)
    assert content(run.folder) == before and left_behind(run.folder) == []


def test_a_saved_model_on_a_full_disk_is_refused_in_one_line(tmp_path):
    with largest_file(4096), pytest.raises(UserError, match="cannot write .*saved_model: .*; make"):
        write_saved_model(random_network(), tmp_path / "saved_model")


# -- folders that cannot be written, even by root: a file or a folder is in the way ----------------


def test_a_cache_that_cannot_be_written_is_refused_in_one_line(tmp_path, own_text):
    (tmp_path / "cache").write_text("a file where the folder should be")
    refused = run_command("training.train", *training_in(tmp_path, own_text), cwd=tmp_path)
    assert "cannot write" in one_line(refused)
    assert not (tmp_path / "runs").exists()


def test_figures_that_cannot_be_written_are_refused(uninterrupted, tmp_path, monkeypatch):
    run = run_in(copy_of(uninterrupted, tmp_path / "copy"))
    prepared = open_prepared(Path(run.information["prepared"]))
    (run.folder / "metrics.json").unlink()
    (run.folder / "metrics.json").mkdir()
    with pytest.raises(UserError, match="cannot write .*metrics.json: Is a directory; "):
        measure_and_show(run, prepared)
    assert left_behind(run.folder) == []


def test_an_export_that_cannot_be_written_is_refused_in_one_line(uninterrupted, tmp_path):
    (tmp_path / "file").write_text("a file where the folder should be")
    arguments = ["--runs", uninterrupted / "runs", "--output", tmp_path / "file/model"]
    assert "cannot write" in one_line(run_command("export", "--run", RUN, *arguments, cwd=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# -- a small disk ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mounting(tmp_path_factory) -> list[str]:
    """The command prefix for private mounts. Skips the test, with a message, if not allowed."""
    place = tmp_path_factory.mktemp("mount")
    ways = [["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]]
    for way in ways if shutil.which("unshare") else []:
        script = f"mount -t tmpfs -o size=100k tmpfs {place}"
        if subprocess.run([*way, "sh", "-c", script], capture_output=True).returncode == 0:
            return way
    pytest.skip("NOT SHOWN HERE: this machine forbids mounting, so no small disk was filled")


@pytest.mark.long
@pytest.mark.parametrize("size", ["40k", "200k", "1000k", "1900k"])
def test_a_training_on_a_small_disk_goes_on_elsewhere(
    size, mounting, tmp_path, own_text, uninterrupted
):
    copy_of(uninterrupted / "cache", tmp_path / "cache")
    (tmp_path / "runs").mkdir()
    command = command_of("training.train", *training_in(tmp_path, own_text))
    rescue = ["cp", "-r", tmp_path / "runs", tmp_path / "rescued"]
    result = on_small_disk(mounting, size, tmp_path / "runs", command, rescue)
    assert "cannot write" in one_line(result)
    shutil.rmtree(tmp_path / "runs")
    (tmp_path / "rescued").rename(tmp_path / "runs")
    assert left_behind(tmp_path) == []
    assert train_here(tmp_path, own_text) == 0
    assert_ends_alike(tmp_path, uninterrupted)


@pytest.mark.long
@pytest.mark.parametrize("size", ["20k", "100k", "200k", "400k"])
def test_an_export_on_a_small_disk_is_refused_in_one_line(size, mounting, tmp_path, uninterrupted):
    place = tmp_path / "disk"
    place.mkdir()
    arguments = ["--run", RUN, "--runs", uninterrupted / "runs", "--output", place / "model"]
    shown = ["find", place, "-mindepth", "1"]
    result = on_small_disk(mounting, size, place, command_of("export", *arguments), shown)
    assert "cannot write" in one_line(result)
    assert str(place) not in result.stdout.splitlines()[-1], "files were left on the disk"


def on_small_disk(mounting, size, place, command, afterwards):
    """Run a command and then another with a disk of this size mounted at `place`."""
    both = '"$@"; status=$?; {after}; exit $status'.format(after=" ".join(map(str, afterwards)))
    script = f"mount -t tmpfs -o size={size} tmpfs {place} && {{ {both}; }}"
    whole = [*mounting, "sh", "-c", script, "sh", *command]
    return subprocess.run(
        whole, cwd=place.parent, env=environment(), capture_output=True, text=True
    )
