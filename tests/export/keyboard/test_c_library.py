"""Building and calling the C library. `tests/core` tests what it computes."""

import shutil
import signal
from pathlib import Path

import pytest

from export.keyboard import c_library, line_program
from export.keyboard.c_library import CKeyboard, LibraryError, build, litert_folder
from export.proof.runtimes import UnavailableError
from training.common.errors import UserError


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
    for program in ("example", "driver"):
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
    driver = build(tmp_path / "out", strict=True)
    for litert in (False, True):
        with CKeyboard(driver, exported / "model.tflite", litert) as keyboard:
            assert len(keyboard.predict("how are ")) == 3


def test_without_any_compiler_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(c_library, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(folder_of_programs(tmp_path / "bin", *TOOLS)))
    with pytest.raises(UnavailableError, match="no C compiler .*install ziglang"):
        build(tmp_path / "out", litert=False)


def test_a_build_without_litert_refuses_to_open_with_it(exported, tmp_path):
    driver = build(tmp_path / "out", litert=False)
    with pytest.raises(LibraryError, match="in a build with LiteRT"):
        CKeyboard(driver, exported / "model.tflite", litert=True)


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


def program(folder: Path, script: str) -> Path:
    """A shell script, instead of the driver."""
    path = folder / "driver"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_program_that_complains_at_length_is_still_heard(tmp_path):
    complain = "head -c 300000 /dev/zero | tr '\\0' x >&2; echo last words >&2"
    driver = program(tmp_path, f"echo ok; read question; {complain}; echo 7; echo ok; exit 3")
    with CKeyboard(driver, tmp_path) as keyboard:
        assert keyboard.steps() == 7
        with pytest.raises(UserError, match=r"ended with status 3: x+last words"):
            keyboard.steps()


def test_a_program_that_does_not_answer_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(line_program, "ANSWER_SECONDS", 0.2)
    with CKeyboard(program(tmp_path, "echo ok; exec sleep 60"), tmp_path) as keyboard:
        with pytest.raises(UserError, match="did not answer within 0.2 seconds"):
            keyboard.steps()
        assert keyboard.close() == -signal.SIGKILL


def test_an_answer_in_pieces_is_put_together(tmp_path):
    driver = program(
        tmp_path, "echo ok; read q; printf 1; sleep 0.1; printf '2\\no'; echo k; read q"
    )
    with CKeyboard(driver, tmp_path) as keyboard:
        assert keyboard.steps() == 12


def all_but_the_library(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name != "libLiteRt.so"}
