"""Building the C library: with what compiler, and when anew. What it computes: `tests/mobile`."""

import shutil
from pathlib import Path

import pytest

from export import c_library
from export.c_library import build, litert_folder
from export.runtimes import UnavailableError


def compiler(folder: Path, flags: str) -> Path:
    """A gcc with more flags than it is given, in `folder`."""
    path = folder / "cc"
    path.write_text(f'#!/bin/sh\nexec gcc "$@" {flags}\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def sources(tmp_path, monkeypatch) -> Path:
    """A library of one small file in the place of the real one."""
    folder = tmp_path / "mobile"
    folder.mkdir()
    shutil.copy(c_library.MOBILE / "Makefile", folder)
    (folder / "elman.c").write_text("int elman(int unused) { return 0; }\n")
    for program in ("example", "driver"):
        (folder / f"{program}.c").write_text("int main(void) { return 0; }\n")
    monkeypatch.setattr(c_library, "MOBILE", folder)
    return folder


def test_a_warning_is_an_error_for_tests_only(sources, tmp_path):
    assert build(tmp_path / "users").exists()
    with pytest.raises(UnavailableError, match="unused"):
        build(tmp_path / "tests", strict=True)


def test_a_compiler_that_cannot_compile_is_none(sources, tmp_path, monkeypatch):
    monkeypatch.setenv("CC", str(compiler(tmp_path, "-nostdinc -include stdio.h")))
    with pytest.raises(UnavailableError, match="does not build: .*stdio.h"):
        build(tmp_path / "out")


def test_another_place_of_litert_builds_anew_and_the_same_one_does_not(
    sources, tmp_path, monkeypatch
):
    def built() -> tuple[bytes, int]:
        driver = build(tmp_path / "out")
        return driver.read_bytes(), driver.stat().st_mtime_ns

    first = built()
    assert built() == first
    moved = Path(shutil.copytree(litert_folder(), tmp_path / "moved", ignore=all_but_the_library))
    monkeypatch.setattr(c_library, "litert_folder", lambda: moved)
    assert str(moved).encode() in built()[0]


def all_but_the_library(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name != "libLiteRt.so"}
