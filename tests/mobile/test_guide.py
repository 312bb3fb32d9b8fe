"""The guide for keyboard developers says what works."""

import re
import subprocess
from pathlib import Path

from export.amalgamation import sources
from export.keyboard.c_library import CORE
from tests.core.text_program import STRICT

MOBILE = CORE.parent / "mobile"


def guide() -> str:
    return (MOBILE / "README.md").read_text(encoding="utf-8")


def test_the_program_in_the_guide_compiles_and_prints_suggestions(tmp_path, exported):
    program, *_ = c_code()
    compile_c(program, tmp_path / "program", [*sources(), "-lm"])
    ran = subprocess.run(
        [tmp_path / "program", exported / "model.tflite"], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert len(lines) == 4 and lines[-1] in ("think", "thing")


def test_the_calls_for_learning_in_the_guide_compile(tmp_path):
    *_, calls = c_code()
    given = "elman_session *session, const char *path, const char *message, size_t length"
    lines = ["#include <string.h>", '#include "elman.h"']
    lines += [f"elman_profile *learn({given}, const char *word) {{", "elman_error error;", calls]
    compile_c("\n".join([*lines, "return profile;", "}"]), tmp_path / "learning.o", ["-c"])


def test_the_calls_for_corrections_in_the_guide_compile(tmp_path):
    _, calls, _ = c_code()
    given = "elman_session *session, elman_profile *profile, const char *text, size_t length"
    touched = "const elman_touch *touches, size_t touch_count, const char *typed"
    lines = ["#include <string.h>", '#include "elman.h"', "void replace(size_t, const char *);"]
    lines += [
        f"void correct({given}, {touched}) {{",
        "elman_error error; size_t found;",
        calls,
        "}",
    ]
    compile_c("\n".join(lines), tmp_path / "correcting.o", ["-c"])


def c_code() -> list[str]:
    return re.findall(r"```c\n(.*?)```", guide(), re.DOTALL)


def compile_c(code: str, target: Path, arguments: list[str | Path]) -> None:
    source = target.with_suffix(".c")
    source.write_text(code)
    command = ["gcc", *STRICT, "-O1", source, f"-I{CORE}", *arguments, "-o", target]
    compiled = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stderr


def test_every_file_that_the_guide_names_is_there():
    names = re.findall(r"`((?:android/|ios/)?[A-Za-z_]+\.(?:c|h|kt|swift|modulemap))`", guide())
    assert len(names) > 6
    for name in names:
        assert any(MOBILE.rglob(name)) or any(CORE.rglob(name)), name


def test_every_call_that_the_guide_names_is_in_the_header():
    header = (CORE / "elman.h").read_text(encoding="utf-8")
    for name in set(re.findall(r"\b(?:elman_[a-z_]+|ELMAN_[A-Z_]+)\b", guide())):
        known = name in header or name in ("elman_jni", "ELMAN_LITERT_ROOT")
        assert known, name


def test_the_native_half_has_every_function_that_kotlin_declares():
    kotlin = (MOBILE / "android" / "Elman.kt").read_text(encoding="utf-8")
    native = "".join(path.read_text(encoding="utf-8") for path in MOBILE.rglob("*_jni.c"))
    declared = set(re.findall(r"external fun (\w+)", kotlin))
    assert declared == set(re.findall(r"NATIVE\((\w+)\)\(JNIEnv", native))
