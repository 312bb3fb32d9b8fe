"""The native part of the Kotlin wrapper, built by its CMakeLists.txt without and with LiteRT."""

from export.keyboard.c_library import litert_folder
from tests.mobile.android import build_native
from tests.mobile.cross import succeed

LIBRARY = "libelman_jni.so"


def test_by_default_it_needs_no_other_library(tmp_path):
    needed = succeed(["objdump", "-p", build_native(tmp_path) / LIBRARY]).stdout
    assert "libc.so.6" in needed and "LiteRt" not in needed


def test_litert_is_an_option(tmp_path):
    folder = build_native(tmp_path, f"-DELMAN_LITERT={litert_folder()}")
    assert (
        "NEEDED               libLiteRt.so" in succeed(["objdump", "-p", folder / LIBRARY]).stdout
    )
