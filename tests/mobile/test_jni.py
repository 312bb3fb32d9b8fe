"""The JNI wrapper in a Java virtual machine, which checks every call (`-Xcheck:jni`)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from export.amalgamation import sources
from export.keyboard.c_library import CORE, build
from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from tests.core.text_program import STRICT

HERE = Path(__file__).parent
WRAPPERS = sorted((CORE.parent / "mobile" / "android").glob("*_jni.c"))
TEXT = "What do you "


@pytest.fixture
def java(tmp_path: Path) -> list[str]:
    """A command that runs the program in `ElmanNative.java` with the wrapper."""
    compiler = shutil.which("javac")
    if compiler is None:
        pytest.skip("NOT RUN: the JNI wrapper, because there is no Java development kit here")
    headers = Path(compiler).resolve().parents[1] / "include"
    program = tmp_path / "libelman_jni.so"
    command = ["gcc", *STRICT, "-O1", "-shared", "-fPIC", *WRAPPERS, *sources(), f"-I{CORE}"]
    command += [f"-I{headers}", f"-I{headers}/linux", "-lm", "-o", program]
    subprocess.run(list(map(str, command)), check=True)
    subprocess.run([compiler, "-d", tmp_path, HERE / "ElmanNative.java"], check=True)
    options = ["-Xcheck:jni", f"-Djava.library.path={tmp_path}", "-Dfile.encoding=UTF-8"]
    return ["java", *options, "-cp", str(tmp_path), "org.elman.keyboard.ElmanNative"]


def readings(keyboard: CKeyboard, touches: list[tuple[float, float] | None] | None = None) -> str:
    """The corrections of a word as the program in Java prints them."""
    found = keyboard.correct("How zre", touches)
    return "".join(
        f"{each.text} {each.replaces} {each.log_probability:.6f} {each.share:.6f} "
        f"{each.is_literal + 2 * each.is_certain}; "
        for each in found
    )


def test_every_function_gives_what_the_library_gives(java, exported, tmp_path):
    model = exported / "model.tflite"
    ran = subprocess.run([*java, model, tmp_path / "profile"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    with CKeyboard(build(), model) as keyboard:
        left = keyboard.read(TEXT, 2)
        words = [each.word for each in keyboard.predict(TEXT)]
        begun = [each.word for each in keyboard.predict(TEXT, "th")]
        corrected = [readings(keyboard), readings(keyboard, [(1.5, 2.0), None, (2.5, 0.5)])]
        keyboard.layout("azerty")
        corrected.append(readings(keyboard))
        keyboard.layout("qwerty")
        with Profile(build()) as profile:
            profile.keep("zre")
            keyboard.use(profile)
            corrected.append(readings(keyboard))
            keyboard.use(None)
    assert left > 0
    assert len(set(corrected)) == 4
    assert ran.stdout.splitlines() == [
        "it is not a TensorFlow Lite file; copy it again or export it again",
        str(left),
        " ".join(words),
        " ".join(begun),
        "k is 65, but must be from 1 to 64",
        "[don’t] [3, 2, 0, 0]",
        "[.] [1, 0, 0, 0]",
        "null",
        "the text is not UTF-8 at byte 0",
        "the text is not UTF-8 at byte 0",
        *corrected[:3],
        "row 1 of the layout is not a number of key widths, a space and keys that occur once, "
        "such as: 0.5 asdfghjkl",
        corrected[3],
        "0",
        "k is 0, but must be from 1 to 64",
        "the text is not UTF-8 at byte 0",
        "1",
        "words: 2 3 Ask; 2 4 Øyvind; ",
        "Øyvind",
        "sessions still use the profile: 1",
        "the text is not UTF-8 at byte 0",
        "words: 2 3 Ask; ",
        f"cannot write /no/😀x{'é' * 55}\ufffd: the folder does not exist, the disk is full, or "
        "another save is running",
        "words: ",
        "words: 2 3 Ask; 2 4 Øyvind; ",
        f"{tmp_path}/profile: the profile is damaged: it does not start as a profile does; "
        "restore a copy, or delete it to start again",
        "profile or bytes is NULL",
    ]
