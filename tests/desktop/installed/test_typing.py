"""Typing with the installed package: ibus-daemon, a GTK window, and real key presses."""

import json
import subprocess

import pytest

from tests.desktop.installed.conftest import SYSTEM_PYTHON, Desktop, environment, unpack

PROFILE = ".local/share/elman/desktop.profile"
SETTINGS = ".config/elman/settings.ini"


def learned(desktop, *forget):
    """The words of the profile, read by the modules of the package; forgets some before."""
    code = (
        "import json, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from desktop.memory import Memory, memory_path\n"
        "from desktop.places import LIBRARY\n"
        "memory = Memory(LIBRARY, memory_path(), print)\n"
        "[memory.forget(word) for word in sys.argv[2:]]\n"
        "print(json.dumps({word.word: word.count for word in memory.words()}))\n"
    )
    command = [SYSTEM_PYTHON, "-I", "-c", code, str(desktop.prefix / "usr/lib/ibus-elman"), *forget]
    variables = environment(desktop.prefix, desktop.home)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=variables)
    return json.loads(done.stdout)


def test_words_are_offered_and_taken_by_tab_digit_and_click(desktop):
    assert "elman" in desktop.shown["engines"] and desktop.shown["chosen"]
    shown = desktop.type("yo")
    assert (shown["composed"], len(shown["words"])) == ("yo", 3)
    assert [label[0] for label in shown["labels"]] == ["1", "2", "3"]
    assert all(word.casefold().startswith("yo") for word in shown["words"])
    first = shown["words"][0]
    second = desktop.keys("Tab")["words"][1]
    assert desktop.shown["composed"] == f"{first} "
    third = desktop.keys("alt+2")["words"][2]
    assert (desktop.text, desktop.shown["composed"]) == (f"{first} ", f"{second} ")
    desktop.send("click", 2)
    assert desktop.type(".")["composed"] == ""
    assert desktop.text == f"{first} {second} {third}."


def test_space_mends_a_slip_and_backspace_takes_that_back(desktop):
    shown = desktop.type("bceause")
    assert (shown["words"][0].casefold(), shown["labels"][0]) == ("because", "1 \u2423")
    assert desktop.type(" ")["composed"].casefold() == "because "
    assert desktop.keys("BackSpace")["composed"] == "bceause"
    desktop.type(" you bceause ")
    assert (desktop.text, desktop.shown["composed"]) == ("bceause you bceause ", "")


def test_a_name_typed_twice_is_learned_and_can_be_forgotten(desktop):
    for _ in range(2):
        desktop.type("see Rajesh\n")
        desktop.fresh()
    assert "Rajesh" in desktop.type("see Raj")["words"]
    assert learned(desktop)["Rajesh"] == 2
    desktop.fresh()
    assert "Rajesh" not in learned(desktop, "Rajesh")
    assert "Rajesh" not in desktop.type("see Raj")["words"]


@pytest.mark.parametrize("entry", ["password", "hidden"])
def test_a_password_is_neither_shown_nor_corrected_nor_learned(desktop, entry):
    desktop.fresh(entry)
    shown = desktop.type("bceause zebra ")
    assert (shown["texts"][entry], shown["words"], shown["composed"]) == ("bceause zebra ", [], "")
    desktop.keys("Return")
    desktop.fresh()
    desktop.type("hello\n")
    assert learned(desktop).keys() == {"hello"}


def test_an_address_is_neither_corrected_nor_learned(desktop):
    desktop.fresh("mail")
    assert desktop.type("bceause ")["texts"]["mail"] == "bceause "
    desktop.fresh()
    assert learned(desktop) == {}


def test_the_application_keeps_the_word_when_the_focus_or_the_cursor_moves(desktop):
    desktop.type("hello")
    desktop.send("focus", "mail")
    assert (desktop.text, desktop.shown["words"]) == ("hello", [])
    assert learned(desktop) == {"hello": 1}
    desktop.send("focus", "plain")
    desktop.keys("End")
    desktop.type(" yo")
    desktop.keys("Left", "Left")
    assert (desktop.text, desktop.shown["composed"]) == ("hello yo", "")
    desktop.type("x")
    desktop.send("press", "plain")
    assert (desktop.text, desktop.shown["composed"]) == ("hello xyo", "")


def test_the_text_around_the_cursor_is_used_and_replaced(desktop):
    desktop.type("be")
    desktop.keys("Left", "Right")
    shown = desktop.type("c")
    assert shown["composed"] == "c"
    assert all(word.casefold().startswith("bec") for word in shown["words"])
    assert "because" in [word.casefold() for word in shown["words"]]
    desktop.send("click", [word.casefold() for word in shown["words"]].index("because"))
    desktop.keys("Right")
    assert desktop.text.casefold() == "because "


def test_a_text_of_several_lines_and_shortcuts(desktop):
    desktop.fresh("area")
    desktop.type("hello\nyou")
    desktop.keys("ctrl+a", "ctrl+x")
    assert desktop.shown["texts"]["area"] == ""
    desktop.keys("ctrl+v")
    assert desktop.shown["texts"]["area"] == "hello\nyou"


def test_keys_come_after_the_word_in_applications_that_wait_for_ibus(prefix, tmp_path):
    desktop = Desktop(prefix, tmp_path, IBUS_ENABLE_SYNC_MODE="1")
    desktop.fresh("area")
    desktop.type("hello\nyou")
    desktop.keys("Left")
    desktop.type("s")
    desktop.keys("Home")
    assert desktop.shown["texts"]["area"] == "hello\nyosu"
    desktop.close()


def test_switches_of_the_menu_are_saved_and_followed_in_both_directions(desktop):
    assert desktop.type("a")["switches"]["private"] is False
    assert desktop.send("menu", "private", True)["switches"]["private"] is True
    assert "private = yes" in (desktop.home / SETTINGS).read_text()
    desktop.type(" zebra\n")
    assert learned(desktop) == {}
    (desktop.home / SETTINGS).write_text("[elman]\ncorrection = no\n")
    desktop.type("b")
    assert desktop.shown["switches"]["private"] is False
    assert desktop.shown["switches"]["correction"] is False
    desktop.fresh()
    assert desktop.type("bceause ")["texts"]["plain"] == "bceause "


def test_a_damaged_profile_stops_learning_only(prefix, tmp_path):
    path = tmp_path / PROFILE
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    desktop = Desktop(prefix, tmp_path)
    assert desktop.type("y")["words"]
    desktop.type("ou\nyou\n")
    desktop.close()
    lines = [line for line in log(desktop) if "no learning" in line]
    assert len(lines) == 1 and str(path) in lines[0]
    assert path.read_bytes() == b"damaged"


def test_without_a_model_typing_works_and_one_message_says_why(package, tmp_path):
    prefix = unpack(package, tmp_path / "prefix")
    (prefix / "usr/lib/ibus-elman/model.tflite").unlink()
    desktop = Desktop(prefix, tmp_path)
    shown = desktop.type("teh you")
    assert (shown["texts"]["plain"], shown["words"]) == ("teh you", [])
    (message,) = shown["messages"]
    assert "model.tflite" in message and "install ibus-elman again" in message
    desktop.close()
    assert len([line for line in log(desktop) if "model.tflite" in line]) == 1


def log(desktop):
    lines = (desktop.home / "errors.txt").read_text().splitlines()
    return [line for line in lines if line.startswith("ibus-elman: ")]
