"""The sample keyboard: an Android package, and its service typed on in a Java virtual machine."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from tests.mobile.android import (
    HERE,
    RUNTIME,
    build_package,
    build_resources,
    compile_java,
    compile_kotlin,
)
from tests.mobile.cross import succeed

# inputType and imeOptions, as in Android's documentation.
MESSAGE = "0x4001 0"
PASSWORD = "0x81 0"
WEB_PASSWORD = "0xe1 0"
PIN = "0x12 0"
ADDRESS = "0x21 0"
NOT_LEARNED = "0x4001 0x1000000"
SEND = "0x4001 4"
PROFILE = "keyboard.profile"

Type = Callable[..., list[str]]


@pytest.fixture(scope="module")
def built(once) -> Path:
    """The classes, and the stand-ins for Android."""

    def make(folder: Path) -> None:
        build_resources(folder)
        compile_kotlin(folder)
        compile_java(folder / "standins", [*(HERE / "standins/platform").rglob("*.java")])
        typist = ["javac", "-cp", folder / "standins", "-d", folder / "standins"]
        succeed([*typist, HERE / "Typist.java"])

    return once("sample", make)


@pytest.fixture
def typed(built, native, exported, tmp_path) -> Type:
    """A function that types as its arguments say, see Typist.java, and returns what is printed."""
    shutil.copy(exported / "model.tflite", tmp_path)
    used = ":".join(map(str, [built / "classes", built / "standins", RUNTIME]))
    options = ["-Xcheck:jni", f"-Djava.library.path={native}", "-Dfile.encoding=UTF-8"]

    def type_lines(*lines: str) -> list[str]:
        ran = subprocess.run(
            ["java", *options, "-cp", used, "Typist"],
            cwd=tmp_path,
            input="\n".join(lines),
            capture_output=True,
            encoding="utf-8",
        )
        assert ran.returncode == 0 and ran.stderr == "", ran.stderr
        assert "WARNING" not in ran.stdout, ran.stdout
        return ran.stdout.splitlines()

    return type_lines


@pytest.fixture
def learned(tmp_path):
    """A function that returns the words in the keyboard's profile."""

    def words() -> list[str]:
        if not (tmp_path / PROFILE).exists():
            return []
        with Profile(build(), tmp_path / PROFILE) as profile:
            return [each.word for each in profile.words()]

    return words


@pytest.fixture
def shown(exported) -> Callable[[str], list[str]]:
    """A function that returns the three words, some maybe empty, that the strip should show."""

    def words(text: str, is_whole: bool = True) -> list[str]:
        with CKeyboard(build(), exported / "model.tflite") as keyboard:
            suggested = [each.word for each in keyboard.predict(text)]
            certain = [each for each in keyboard.correct(text) if each.is_certain]
        if is_whole and certain and not certain[0].is_literal:
            literal = text.encode()[-certain[0].replaces :].decode()
            others = [word for word in suggested if word != certain[0].text]
            suggested = [literal, certain[0].text, *others]
        return [*suggested, "", ""][:3]

    return words


def test_the_strip_shows_what_the_library_suggests(typed, shown):
    lines = typed(f"field {MESSAGE}", "strip", "type how are y", "strip", "text")
    assert lines == ["|".join(shown("")), "|".join(shown("How are y")), "How are y|"]


def test_a_suggestion_completes_the_word_and_punctuation_takes_its_space(typed, shown):
    first, second, _ = shown("How are y")
    lines = typed(f"field {MESSAGE}", "type how are y", "choose 0", "text", "type ?", "text")
    assert lines == [f"How are {first} |", f"How are {first}?|"]
    lines = typed(f"field {MESSAGE} How are y", "choose 1", "text")
    assert lines == [f"How are {second} |"]


def test_a_suggestion_in_the_middle_replaces_the_whole_word(typed, shown):
    first = shown("Are yo", is_whole=False)[0]
    lines = typed(f"field {MESSAGE} Are yoxx ok", "left 5", "choose 0", "text", "type .", "text")
    assert lines == [f"Are {first} |ok", f"Are {first}.| ok"]


def test_a_slip_is_mended_and_backspace_takes_it_back_for_good(typed):
    lines = typed(
        f"field {MESSAGE}",
        "type i like poeple ",
        "text",
        "press ⌫",
        "text",
        "type poeple ",
        "text",
        "type wehre.",
        "text",
    )
    assert lines == [
        "I like people |",
        "I like poeple |",
        "I like poeple poeple |",
        "I like poeple poeple where.|",
    ]


def test_the_strip_has_the_slip_its_correction_and_another_word(typed, shown):
    strip, text = typed(f"field {MESSAGE}", "type i like poeple", "strip", "choose 0", "text")
    assert strip == "|".join(shown("I like poeple")) and strip.startswith("poeple|people")
    assert text == "I like poeple |"


@pytest.mark.parametrize(("place", "text"), [(0, "I want t oeat |"), (1, "I want to eat |")])
def test_a_correction_of_two_words_replaces_both(typed, place, text):
    lines = typed(f"field {MESSAGE}", "type i want t oeat", "strip", f"choose {place}", "text")
    assert lines[0].startswith("t oeat|to eat") and lines[1] == text


def test_a_correction_from_the_strip_uses_the_space_behind_it(typed):
    lines = typed(f"field {MESSAGE} I like poeple now", "left 4", "strip", "choose 1", "text")
    assert lines[0].startswith("poeple|people|") and lines[1] == "I like people |now"


def test_words_are_learned_when_a_message_was_sent_and_forgotten_when_held(typed, learned):
    lines = typed(
        f"field {MESSAGE}",
        *["type ask Zyxandra now", "send"] * 2,
        "type ask zyxand",
        "strip",
        "hold zyxandra",
        "strip",
    )
    assert "zyxandra" in lines[0].split("|") and "zyxandra" not in lines[1].split("|")
    assert "now" in learned() and "zyxandra" not in learned()


def test_enter_sends_and_learns_once(typed, tmp_path):
    assert typed(f"field {SEND}", "type see Zyxandra", "press ⏎", "send") == ["action 4"]
    with Profile(build(), tmp_path / PROFILE) as profile:
        assert [(each.word, each.count) for each in profile.words()][-1] == ("zyxandra", 1)


def test_text_that_was_there_before_is_not_learned(typed, learned):
    typed(f"field {MESSAGE} Quillon wrot", "type e this", f"field {MESSAGE}")
    assert learned() == ["this", "wrote"]


def test_suggestions_do_not_follow_into_a_password(typed):
    lines = typed(f"field {MESSAGE}", "type how are y", f"field {PASSWORD}", "strip")
    assert lines == ["||"]


@pytest.mark.parametrize("field", [PASSWORD, WEB_PASSWORD, PIN, NOT_LEARNED, ADDRESS])
def test_a_private_field_learns_nothing(typed, learned, field):
    typed(f"field {field}", "type zyxandra poeple ", "press ⌫", "send", f"field {MESSAGE}")
    assert learned() == []


@pytest.mark.parametrize("field", [PASSWORD, WEB_PASSWORD, PIN])
def test_a_password_is_neither_suggested_nor_corrected(typed, field):
    lines = typed(f"field {field}", "type poeple ", "strip", "text")
    assert lines == ["||", "poeple |"]


def test_what_was_learned_is_not_shown_in_a_private_field(typed):
    lessons = ["type ask Zyxandra now", "send"] * 2
    lines = typed(f"field {MESSAGE}", *lessons, f"field {NOT_LEARNED}", "type ask zyxand", "strip")
    assert "zyxandra" not in lines[-1].lower()


def test_shift_symbols_and_capitals(typed):
    lines = typed(
        f"field {MESSAGE}",
        "keys",
        "type a",
        "keys",
        "press ⇧",
        "press ⇧",
        "type bc",
        "press ⇧",
        "type d",
        "press ?123",
        "type 7#",
        "text",
    )
    assert lines == ["QWERTYUIOPASDFGHJKLZXCVBNM", "qwertyuiopasdfghjklzxcvbnm", "ABCd7#|"]


def test_two_keyboards_that_exchange_their_profiles_do_not_wait_for_ever(
    built, native, exported, tmp_path
):
    shutil.copy(exported / "model.tflite", tmp_path)
    used = ":".join(map(str, [built / "classes", RUNTIME]))
    succeed(["javac", "-cp", used, "-d", tmp_path, HERE / "Exchange.java"])
    command = ["java", "-Xcheck:jni", f"-Djava.library.path={native}", "-cp", f"{used}:."]
    ran = subprocess.run(
        [*command, "Exchange", "20"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert (ran.stdout, ran.stderr) == ("exchanged\n", "")


def test_the_package_is_signed_and_declares_an_input_method(built, exported, tmp_path):
    folder = Path(shutil.copytree(built, tmp_path / "package"))
    package = build_package(folder, exported / "model.tflite")
    verified = succeed(["apksigner", "verify", "--verbose", "--min-sdk-version", 23, package])
    assert "Verified using v2 scheme (APK Signature Scheme v2): true" in verified.stdout
    badging = succeed(["aapt", "dump", "badging", package]).stdout
    assert "package: name='org.elman.sample'" in badging
    assert "sdkVersion:'23'" in badging and "provides-component:'ime'" in badging
    assert "uses-permission" not in badging
    succeed(["zipalign", "-c", "4", package])
    with zipfile.ZipFile(package) as archive:
        assert archive.read("assets/model.tflite") == (exported / "model.tflite").read_bytes()
        assert b"Lorg/elman/sample/SampleKeyboard;" in archive.read("classes.dex")
