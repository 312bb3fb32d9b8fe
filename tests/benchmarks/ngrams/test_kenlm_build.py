import os
import shutil
import subprocess

import pytest

from benchmarks.ngrams import kenlm_build
from benchmarks.ngrams.kenlm_build import NAMES, Programs, build, configure, source
from training.common.errors import UserError


def test_all_programs_start(programs):
    for name in NAMES:
        result = subprocess.run([programs.path(name), "--help"], capture_output=True, input=b"")
        assert result.returncode >= 0, f"{name} ended by a signal"
        assert b"error while loading" not in result.stderr


def test_what_is_built_is_not_built_again(programs, monkeypatch):
    monkeypatch.setattr(kenlm_build, "source", pytest.fail)
    assert kenlm_build.programs() == programs


def test_a_changed_recipe_is_built_anew(tmp_path, monkeypatch):
    recipe = shutil.copytree(kenlm_build.RECIPE, tmp_path / "native")
    before = kenlm_build.recipe_digest()
    (recipe / "rank.cc").write_text("int main() {}")
    monkeypatch.setattr(kenlm_build, "RECIPE", recipe)
    assert kenlm_build.recipe_digest() != before


def test_a_half_built_folder_is_not_used(tmp_path):
    (tmp_path / "lmplz").touch()
    assert not Programs(tmp_path).complete


def test_what_another_process_built_meanwhile_is_kept(tmp_path, monkeypatch):
    def build(_source, folder):
        theirs = tmp_path / f"kenlm-{kenlm_build.VERSION}-{kenlm_build.recipe_digest()}"
        for place, text in ((theirs, "theirs"), (folder / "bin", "ours")):
            place.mkdir()
            for name in NAMES:
                (place / name).write_text(text)
        return folder / "bin"

    monkeypatch.setattr(kenlm_build, "source", lambda folder: folder)
    monkeypatch.setattr(kenlm_build, "build", build)
    assert kenlm_build.programs(tmp_path).path("rank").read_text() == "theirs"
    assert len(list(tmp_path.iterdir())) == 1


def test_without_the_network_one_line_says_what_is_needed(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    with pytest.raises(UserError, match="cannot be downloaded from PyPI .* run the command again"):
        source(tmp_path)


@pytest.mark.rivals
def test_another_archive_than_the_pinned_one_is_refused(tmp_path, monkeypatch):
    recipe = shutil.copytree(kenlm_build.RECIPE, tmp_path / "native")
    pinned = recipe / "requirements.txt"
    pinned.write_text(pinned.read_text().replace("sha256:c", "sha256:d"))
    monkeypatch.setattr(kenlm_build, "RECIPE", recipe)
    with pytest.raises(UserError, match="cannot be downloaded"):
        source(tmp_path)


def test_without_cmake_the_reason_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert configure(tmp_path, tmp_path / "build") == "cmake is not installed"


def test_where_nothing_may_be_installed_the_command_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(kenlm_build, "configure", lambda *_: "cmake is not installed")
    with pytest.raises(
        UserError, match=r"cmake is not installed.* run: apt-get install cmake .*boost"
    ):
        build(tmp_path, tmp_path)


@pytest.mark.rivals
def test_a_complaint_of_two_lines_is_told_in_one(tmp_path):
    (tmp_path / "CMakeLists.txt").write_text("find_package(NoSuchThing CONFIG REQUIRED)\n")
    problem = configure(tmp_path, tmp_path / "build")
    assert "NoSuchThing" in problem and "\n" not in problem


@pytest.mark.rivals
def test_what_cmake_misses_is_told(tmp_path):
    (tmp_path / "CMakeLists.txt").write_text('message(FATAL_ERROR "no Boost")\n')
    assert configure(tmp_path, tmp_path / "build") == "no Boost"
