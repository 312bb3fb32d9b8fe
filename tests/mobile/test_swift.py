"""The Swift wrapper, in the language modes of Swift 5 and 6."""

import shutil
from pathlib import Path

import pytest

from export.amalgamation import amalgamation
from export.keyboard.c_library import CORE, ROOT, build
from export.keyboard.core import CKeyboard
from tests.mobile.cross import succeed

IOS = ROOT / "mobile" / "ios"
MAIN = Path(__file__).with_name("native") / "main.swift"


@pytest.mark.parametrize("mode", [5, 6])
def test_the_wrapper_gives_what_the_library_gives(exported, tmp_path, mode):
    compiler = shutil.which("swiftc")
    if compiler is None:
        pytest.skip("NOT RUN: the Swift wrapper, because there is no Swift compiler here")
    source, compiled = tmp_path / "elman.c", tmp_path / "elman.o"
    source.write_text(amalgamation(), encoding="utf-8")
    succeed(["gcc", "-std=c11", "-O1", f"-I{CORE}", "-c", source, "-o", compiled])
    command = [compiler, "-swift-version", mode, "-warnings-as-errors", "-I", IOS]
    command += [*sorted(IOS.glob("*.swift")), MAIN, compiled, "-lm", "-o", tmp_path / "program"]
    succeed(command)
    ran = succeed([tmp_path / "program", exported / "model.tflite", tmp_path / "profile"])
    with CKeyboard(build(), exported / "model.tflite") as keyboard:
        words = [each.word for each in keyboard.predict("What do you ")]
    assert ran.stdout.splitlines() == [
        " ".join(words),
        "2",
        "[don’t] [thi] [nk]",
        ".",
        "true",
        "Ask 2; Øyvind 2",
        "Øyvind",
        "Ask",
        "teh the",
        "true",
        "Ask 2; teh 1; word 100",
        "k is 65, but must be from 1 to 64",
        f"{tmp_path}/profile: the profile is damaged: it does not start as a profile does; "
        "restore a copy, or delete it to start again",
    ]
