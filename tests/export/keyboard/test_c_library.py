"""Building the C library. `tests/core` tests what it computes."""

import shutil
from pathlib import Path

import pytest

from export.keyboard import c_library
from export.keyboard.c_library import build, litert_folder
from export.keyboard.core import CKeyboard
from export.keyboard.results import LibraryError
from export.proof.runtimes import UnavailableError


def compiler(folder: Path, flags: str) -> Path:
    """A gcc in `folder` that adds flags."""
    path = folder / "cc"
    path.write_text(f'#!/bin/sh\nexec gcc "$@" {flags}\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def sources(tmp_path, monkeypatch) -> Path:
    """A library of one small file, instead of the real one."""
    folder = tmp_path / "core"
    folder.mkdir()
    shutil.copy(c_library.CORE / "Makefile", folder)
    (folder / "elman.c").write_text("int elman(int unused) { return 0; }\n")
    (folder / "programs").mkdir()
    for program in ("example", "python"):
        (folder / "programs" / f"{program}.c").write_text("int main(void) { return 0; }\n")
    monkeypatch.setattr(c_library, "CORE", folder)
    return folder


def test_a_warning_is_an_error_for_tests_only(sources, tmp_path):
    assert build(tmp_path / "users").exists()
    with pytest.raises(UnavailableError, match="unused"):
        build(tmp_path / "tests", strict=True)


def test_a_compiler_that_cannot_compile_is_none(sources, tmp_path, monkeypatch):
    monkeypatch.setenv("CC", str(compiler(tmp_path, "-nostdinc -include stdio.h")))
    with pytest.raises(UnavailableError, match="cannot be built: .*stdio.h"):
        build(tmp_path / "out")


def folder_of_programs(folder: Path, *names: str) -> Path:
    """A folder to be the only one in PATH."""
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


# What the Makefile calls besides a compiler.
TOOLS = ("make", "sh", "mkdir", "cmp", "rm")


def test_without_a_c_compiler_zig_builds_the_library(exported, tmp_path, monkeypatch):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(folder_of_programs(tmp_path / "bin", *TOOLS)))
    library = build(tmp_path / "out", strict=True)
    for litert in (False, True):
        with CKeyboard(library, exported / "model.tflite", litert) as keyboard:
            assert len(keyboard.predict("how are ")) == 3


def test_without_any_compiler_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(c_library, "zig", lambda: None)
    monkeypatch.setenv("PATH", str(folder_of_programs(tmp_path / "bin", *TOOLS)))
    with pytest.raises(UnavailableError, match="no C compiler .*install ziglang"):
        build(tmp_path / "out", litert=False)


def test_a_build_without_litert_refuses_to_open_with_it(exported, tmp_path):
    library = build(tmp_path / "out", litert=False)
    with pytest.raises(LibraryError, match="has no LiteRT"):
        CKeyboard(library, exported / "model.tflite", litert=True)


def test_another_place_of_litert_builds_anew_and_the_same_one_does_not(
    sources, tmp_path, monkeypatch
):
    def built() -> tuple[bytes, int]:
        library = build(tmp_path / "out")
        return library.read_bytes(), library.stat().st_mtime_ns

    first = built()
    assert built() == first
    moved = Path(shutil.copytree(litert_folder(), tmp_path / "moved", ignore=all_but_the_library))
    monkeypatch.setattr(c_library, "litert_folder", lambda: moved)
    assert str(moved).encode() in built()[0]


def all_but_the_library(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name != "libLiteRt.so"}
