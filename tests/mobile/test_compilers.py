"""The C library compiles without warnings for iPhones and for Windows."""

from pathlib import Path

import pytest

from export.amalgamation import amalgamation, sources
from export.keyboard.c_library import CORE
from tests.core.text_program import STRICT
from tests.mobile.cross import ZIG, succeed, zig

MINGW = "x86_64-w64-mingw32-gcc-win32"
MACH_O = bytes.fromhex("cffaedfe")


# Zig contains the headers of Apple's C library.
HEADERS = ("-nostdlibinc", "-isystem", ZIG / "lib/libc/include/any-darwin-any")


@pytest.mark.parametrize(
    ("target", "source"),
    [("aarch64-ios.15.0", "separate"), ("aarch64-ios.15.0-simulator", "elman.c")],
)
def test_iphones(target, source, tmp_path):
    for path in [one_file(tmp_path)] if source == "elman.c" else sources():
        compiled = tmp_path / f"{path.name}.o"
        zig("-target", target, *STRICT, "-O1", *HEADERS, f"-I{CORE}", "-c", path, "-o", compiled)
        assert compiled.read_bytes()[:4] == MACH_O


@pytest.mark.parametrize("source", ["elman.c", "separate"])
def test_windows(source, tmp_path):
    files = [one_file(tmp_path)] if source == "elman.c" else sources()
    program = [CORE / "programs" / "example.c", *files, "-lm", "-o", tmp_path / "example.exe"]
    succeed([MINGW, *STRICT, "-O1", f"-I{CORE}", *program])
    assert (tmp_path / "example.exe").read_bytes()[:2] == b"MZ"


def one_file(folder: Path) -> Path:
    path = folder / "elman.c"
    path.write_text(amalgamation(), encoding="utf-8")
    return path
