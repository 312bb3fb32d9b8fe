"""The native part of the Kotlin wrapper, built by its CMakeLists.txt without and with LiteRT."""

from pathlib import Path

from export.keyboard.c_library import litert_folder
from tests.mobile.android import build_native
from tests.mobile.cross import succeed


def headers(folder: Path) -> str:
    return succeed(["objdump", "-p", folder / "libelman_jni.so"]).stdout


def test_by_default_it_needs_no_other_library(native):
    assert "libc.so.6" in headers(native) and "LiteRt" not in headers(native)


def test_litert_is_an_option(tmp_path):
    build_native(tmp_path, f"-DELMAN_LITERT={litert_folder()}")
    assert "libLiteRt.so" in headers(tmp_path)
