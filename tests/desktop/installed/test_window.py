"""The settings program of the installed package, in a real GTK window."""

import json
import subprocess

import pytest

from tests.desktop.installed.conftest import SYSTEM_PYTHON, environment

HEAD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from desktop.window import opened_window
import gi
from gi.repository import Gtk
from desktop.memory import Memory, memory_path
from desktop.places import LIBRARY

def handle_events():
    while Gtk.events_pending():
        Gtk.main_iteration()

def shown():
    handle_events()
    return {row[0]: row[1] for row in window.list}

def answer(**values):
    print(json.dumps(values))

def type_elsewhere(*texts):
    other = Memory(LIBRARY, memory_path(), print)
    for text in texts:
        other.learn(text)
    other.close()
"""


@pytest.fixture
def run(prefix, tmp_path):
    """Runs a script after `HEAD`, and returns what it answered."""

    def run(script):
        command = ["xvfb-run", "--auto-servernum", SYSTEM_PYTHON, "-c", HEAD + script]
        done = subprocess.run(
            [*command, str(prefix / "usr/lib/ibus-elman"), str(tmp_path)],
            capture_output=True,
            text=True,
            env=environment(prefix, tmp_path),
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_words_are_listed_searched_and_forgotten(run):
    script = """
type_elsewhere("see Rajesh", "and Rajesh and Mia")
window = opened_window()
window.show_all()
everything, message = shown(), window.message.get_text()
window.search.set_text("RAJ")
window.update()
found = shown()
window.forget_selected()
hint = window.message.get_text()
window.view.get_selection().select_all()
window.forget_selected()
window.search.set_text("")
window.update()
answer(everything=everything, message=message, found=found, hint=hint, left=shown())
"""
    shown = run(script)
    assert shown["everything"] == {"Rajesh": 2, "and": 2, "Mia": 1, "see": 1}
    assert shown["message"].startswith("4 words in ") and "desktop.profile" in shown["message"]
    assert shown["found"] == {"Rajesh": 2}
    assert shown["hint"] == "Select the words to forget."
    assert shown["left"] == {"and": 2, "Mia": 1, "see": 1}


def test_words_are_exported_deleted_and_imported(run):
    script = """
type_elsewhere("see Rajesh")
window = opened_window()
path = Path(sys.argv[2], "exported")
window.export(path)
said = window.message.get_text()
window.clear()
empty = shown()
window.merge(path)
back = shown()
path.write_bytes(b"damaged")
window.merge(path)
answer(said=said, empty=empty, back=back, refused=window.message.get_text(), left=shown())
"""
    shown = run(script)
    assert "exported" in shown["said"] and "can read the words" in shown["said"]
    assert shown["empty"] == {} and shown["back"] == shown["left"] == {"Rajesh": 1, "see": 1}
    assert shown["refused"].startswith("exported: ")


def test_switches_are_saved_and_follow_the_menu(run, tmp_path):
    script = """
from desktop.settings import Settings, read_settings, settings_path, write_settings
window = opened_window()
before = {name: switch.get_active() for name, switch in window.switches.items()}
window.switches["correction"].set_active(False)
saved = vars(read_settings(settings_path()))
write_settings(settings_path(), Settings(private=True))
type_elsewhere("hello")
window.follow()
after = {name: switch.get_active() for name, switch in window.switches.items()}
write_settings(settings_path(), Settings(learning=False, private=True))
window.switches["private"].set_active(False)
both = {name: switch.get_active() for name, switch in window.switches.items()}
file = settings_path().read_text()
answer(before=before, saved=saved, after=after, both=both, words=shown(), file=file)
"""
    shown = run(script)
    assert shown["before"] == {"learning": True, "correction": True, "private": False}
    assert shown["saved"] == {"learning": True, "correction": False, "private": False}
    assert shown["after"] == {"learning": True, "correction": True, "private": True}
    assert shown["words"] == {"hello": 1}
    assert shown["both"] == {"learning": False, "correction": True, "private": False}
    assert "learning = no" in shown["file"] and "private = no" in shown["file"]


def test_a_damaged_profile_is_named_and_can_be_deleted(run, tmp_path):
    path = tmp_path / ".local/share/elman/desktop.profile"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    script = """
window = opened_window()
problem = window.message.get_text()
window.export(Path(sys.argv[2], "exported"))
refused = window.message.get_text()
window.clear()
answer(problem=problem, refused=refused, after=window.message.get_text())
"""
    shown = run(script)
    assert "no learning" in shown["problem"] and str(path) in shown["problem"]
    assert "damaged" in shown["refused"]
    assert shown["after"].startswith("0 words")


def test_the_programs_explain_themselves(prefix, tmp_path):
    for program in ("usr/bin/ibus-elman-settings", "usr/libexec/ibus-engine-elman"):
        variables = environment(prefix, tmp_path)
        command = [str(prefix / program)]
        done = subprocess.run([*command, "--help"], capture_output=True, text=True, env=variables)
        assert done.returncode == 0 and "Elman input method" in done.stdout, done.stderr
        done = subprocess.run(command, capture_output=True, text=True, env=variables)
        last = done.stderr.strip().splitlines()[-1]
        assert done.returncode == 2 and last.startswith("error: "), done.stderr
