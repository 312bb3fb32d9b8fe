import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from export import build
from export.__main__ import main
from export.build import created_from, export_run, is_current, replacing
from export.copies.errors import ExportError
from export.copies.manifest import digest_of, listed_files, read_manifest
from export.copies.packing import TRAILER_BYTES
from export.proof.lint import Finding
from training.common.errors import UserError
from training.common.files import temporary_beside, write_json
from training.network.run import Run
from training.text.tail import Tail


def test_a_new_folder_takes_the_place_of_the_older_export(breakable):
    with replacing(breakable) as folder:
        (folder / "manifest.json").write_text("new")
    assert [path.name for path in breakable.iterdir()] == ["manifest.json"]
    assert list(breakable.parent.iterdir()) == [breakable]


def test_a_failed_export_leaves_the_older_one_untouched(breakable):
    before = listed_files(breakable)
    with pytest.raises(RuntimeError), replacing(breakable) as folder:
        (folder / "manifest.json").write_text("new")
        raise RuntimeError
    assert listed_files(breakable) == before
    assert list(breakable.parent.iterdir()) == [breakable]


@pytest.fixture
def ended() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def aside_of(output: Path, process: int) -> Path:
    """Where a process moves an older export."""
    own = temporary_beside(output, "old")
    return own.with_name(own.name.replace(f".{os.getpid()}.", f".{process}."))


def test_an_export_that_a_killed_process_had_moved_aside_is_put_back(breakable, ended):
    before = listed_files(breakable)
    breakable.rename(aside_of(breakable, ended))
    with pytest.raises(RuntimeError), replacing(breakable):
        raise RuntimeError
    assert listed_files(breakable) == before
    assert list(breakable.parent.iterdir()) == [breakable]


def test_what_was_moved_aside_is_deleted_where_there_is_an_export(breakable, ended):
    before = listed_files(breakable)
    aside = aside_of(breakable, ended)
    aside.mkdir()
    with pytest.raises(RuntimeError), replacing(breakable):
        raise RuntimeError
    assert listed_files(breakable) == before
    assert not aside.exists()


def test_what_a_running_process_moved_aside_is_left_to_it(breakable):
    aside = aside_of(breakable, os.getppid())
    aside.mkdir()
    with replacing(breakable) as folder:
        (folder / "manifest.json").write_text("new")
    assert aside.exists()


def test_a_folder_that_is_no_export_is_never_replaced(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_text("dear")
    with pytest.raises(UserError, match="is not an exported model"), replacing(tmp_path / "photos"):
        pass
    assert (tmp_path / "photos" / "one.jpg").read_text() == "dear"


def test_an_empty_folder_may_be_used(tmp_path):
    (tmp_path / "new").mkdir()
    with replacing(tmp_path / "new") as folder:
        (folder / "manifest.json").write_text("new")
    assert (tmp_path / "new" / "manifest.json").exists()


def test_a_place_that_cannot_be_written_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write"), replacing(tmp_path / "file" / "model"):
        pass


def test_an_export_asked_for_before_training_is_refused_in_words(tmp_path):
    with pytest.raises(UserError, match="no trained model; run `make train` first"):
        main(["--run", "keyboard", "--runs", str(tmp_path), "--output", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_a_copy_that_cannot_be_made_fails_the_command_in_words(
    trained, breakable, monkeypatch, capsys
):
    def fail(_weights, _folder):
        raise ExportError("the TensorFlow.js converter failed")

    monkeypatch.setattr(build, "write_copies", fail)
    before = listed_files(breakable)
    options = ["--runs", str(trained.folder.parent), "--output", str(breakable)]
    assert main(["--run", trained.name, *options]) == 1
    assert "converter failed" in capsys.readouterr().err
    assert listed_files(breakable) == before


@pytest.mark.slow
def test_an_export_that_its_own_lint_refuses_is_not_put_in_place(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "lint", lambda _folder: [Finding("tfjs", "a fused tanh")])
    with pytest.raises(ExportError, match="a fused tanh"):
        export_run(trained, tmp_path / "out", metrics=False)
    assert list(tmp_path.iterdir()) == []


def test_an_export_whose_weights_were_replaced_meanwhile_is_refused(trained, tmp_path, monkeypatch):
    run = Run(shutil.copytree(trained.folder, tmp_path / "runs/tiny"))

    def replace(folder: Path) -> list[Finding]:
        run.save_weights({name: 2 * array for name, array in run.weights().items()})
        return []

    monkeypatch.setattr(build, "write_copies", lambda _weights, _folder: None)
    monkeypatch.setattr(build, "pack_copies", lambda *_: None)
    monkeypatch.setattr(build, "_describe", lambda *_: None)
    monkeypatch.setattr(build, "lint", replace)
    with pytest.raises(UserError, match="training replaced the weights"):
        export_run(run, tmp_path / "out/model", metrics=False)
    assert list((tmp_path / "out").iterdir()) == []


def test_an_export_is_current_until_the_weights_change(trained, exported, monkeypatch):
    assert is_current(trained, exported)
    monkeypatch.setattr(Run, "weights_sha256", "0" * 64)
    assert not is_current(trained, exported)


def test_an_export_is_not_current_when_a_file_of_it_is_missing(trained, breakable):
    (breakable / "model_card.md").unlink()
    assert not is_current(trained, breakable)


def test_an_export_of_an_older_version_without_a_digest_is_not_current(trained, breakable):
    path = breakable / "model.tflite"
    path.write_bytes(path.read_bytes()[:-TRAILER_BYTES])
    manifest = {**read_manifest(breakable), "files": listed_files(breakable)}
    write_json(breakable / "manifest.json", {**manifest, "digest": digest_of(manifest)})
    assert not is_current(trained, breakable)


def test_an_export_with_a_golden_record_of_an_older_version_is_not_current(trained, breakable):
    path = breakable / "golden.json"
    write_json(path, {**json.loads(path.read_text()), "format": 1})
    manifest = {**read_manifest(breakable), "files": listed_files(breakable)}
    write_json(breakable / "manifest.json", {**manifest, "digest": digest_of(manifest)})
    assert not is_current(trained, breakable)


def test_an_export_with_other_tail_words_than_the_run_is_not_current(trained, exported, tmp_path):
    run = Run(shutil.copytree(trained.folder, tmp_path / trained.name))
    assert is_current(run, exported)
    (run.folder / "tail.txt").unlink()
    assert run.tail == Tail()
    assert not is_current(run, exported)


def test_a_folder_without_an_export_is_not_current(trained, tmp_path):
    assert not is_current(trained, tmp_path)


def test_a_current_export_is_kept_when_asked(trained, exported, capsys):
    before = (exported / "manifest.json").stat().st_mtime_ns
    options = ["--runs", str(trained.folder.parent), "--output", str(exported), "--if-changed"]
    assert main(["--run", trained.name, *options]) == 0
    assert "already exported" in capsys.readouterr().out
    assert (exported / "manifest.json").stat().st_mtime_ns == before


def test_the_manifest_names_the_weights_that_were_exported(trained, exported):
    assert read_manifest(exported)["created_from"] == created_from(trained)


def test_the_vocabulary_is_the_runs_own(trained, exported):
    run_file = (Run(trained.folder).folder / "vocabulary.txt").read_bytes()
    assert (exported / "vocabulary.txt").read_bytes() == run_file
