"""The engine without a daemon: what it asks IBus to do."""

import time
from types import SimpleNamespace

import pytest

from desktop.settings import Settings
from tests.desktop.fake import FakeHelper

RELEASE, CONTROL, ALT, NUM_LOCK = 1 << 30, 1 << 2, 1 << 3, 1 << 4
PASSWORD, TAB, BACKSPACE = 8, 0xFF09, 0xFF08


class Shared(FakeHelper):
    """The helper with settings, which another program may have changed."""

    def __init__(self):
        super().__init__()
        self.settings, self.changed = Settings(), False

    def refresh(self):
        changed, self.changed = self.changed, False
        return changed

    def change(self, name, value):
        self.settings = Settings(**{**self.settings.__dict__, name: value})


@pytest.fixture
def shared():
    return Shared()


@pytest.fixture
def engine(engine_module, shared):
    bus = SimpleNamespace(get_connection=lambda: "connection")
    engine = engine_module.ElmanEngine(bus, "/path", shared)
    engine.do_focus_in_id("/field", "test")
    engine.calls.clear()
    return engine


def press(engine, text, state=0, code=0):
    results = [engine.do_process_key_event(ord(each), code, state) for each in text]
    return results[-1]


def last(engine, name):
    return next((call for call in reversed(engine.calls) if call[0] == name), None)


def test_an_engine_belongs_to_the_connection(engine):
    assert (engine.connection, engine.path) == ("connection", "/path")


def test_typing_shows_the_word_underlined_and_the_table(engine):
    assert press(engine, "h")
    assert engine.calls == [
        ("preedit", "h", 1, True, 1),
        ("table", ["how", "hello", "help"], ["1", "2", "3"], True),
    ]


def test_a_release_of_a_key_does_nothing(engine):
    assert not press(engine, "h", RELEASE)
    assert engine.calls == []


def test_tab_takes_a_word_and_space_inserts_it_and_hides_the_composed_text(engine):
    press(engine, "h")
    assert engine.do_process_key_event(TAB, 15, NUM_LOCK)
    assert last(engine, "preedit") == ("preedit", "how ", 4, True, 1)
    assert press(engine, " ")
    assert ("commit", "how ") in engine.calls
    assert last(engine, "preedit") == ("preedit", "", 0, False, 1)


def test_the_first_word_is_marked_if_space_takes_it(engine):
    press(engine, "teh")
    assert last(engine, "table") == ("table", ["the"], ["1 \u2423"], True)


@pytest.mark.parametrize("character", ["2", "\xe9"])
def test_alt_and_a_key_of_the_row_of_digits_takes_a_word_in_any_layout(engine, character):
    press(engine, "h")
    assert press(engine, character, ALT, code=3)
    assert last(engine, "preedit")[1] == "hello "


def test_shortcuts_go_to_the_application(engine):
    assert not press(engine, "c", CONTROL)
    assert last(engine, "forward") is None


def test_a_key_that_ends_a_word_comes_after_the_word(engine):
    press(engine, "h")
    assert press(engine, "c", CONTROL, code=46)
    assert last(engine, "forward") == ("forward", ord("c"), 46, CONTROL)
    kinds = [call[0] for call in engine.calls]
    assert kinds.index("commit") < kinds.index("forward")


def test_a_click_takes_a_word(engine):
    press(engine, "h")
    engine.do_candidate_clicked(1, 1, 0)
    assert last(engine, "preedit")[1] == "hello "


def test_a_password_field_gets_every_key(engine_module, engine, shared):
    engine.do_set_content_type(PASSWORD, 0)
    engine.do_set_surrounding_text(engine_module.IBus.Text("secret"), 6, 6)
    assert engine.told is None
    assert not press(engine, "hello ")
    assert not any(call[0] in ("commit", "table", "preedit") for call in engine.calls)
    engine.do_focus_out_id("/field")
    assert shared.learned == []


def test_the_text_of_the_field_is_asked_for_and_used(engine_module, engine, shared):
    engine.do_focus_in_id("/field", "test")
    assert last(engine, "get_surrounding_text")
    text = engine_module.IBus.Text("see he")
    engine.do_set_surrounding_text(text, 6, 6)
    assert engine.told == ("see he", 6, 6)
    press(engine, "l")
    assert shared.contexts[-1] == "see hel"


def test_the_text_of_a_field_is_known_when_it_gets_the_focus_again(engine_module, engine, shared):
    engine.do_set_surrounding_text(engine_module.IBus.Text("see he"), 6, 6)
    engine.do_focus_out_id("/field")
    engine.do_focus_in_id("/other", "test")
    press(engine, "l ")
    assert shared.contexts[-1] == "l "
    engine.do_focus_out_id("/other")
    engine.do_focus_in_id("/field", "test")
    press(engine, "l")
    assert shared.contexts[-1] == "see hel"


def test_a_field_without_a_name_works_too_and_its_text_is_not_remembered(
    engine_module, engine, shared
):
    engine.do_focus_out_id("/field")
    for _ in range(2):
        engine.do_focus_in()
        press(engine, "l")
        assert shared.contexts[-1] == "l"
        engine.do_set_surrounding_text(engine_module.IBus.Text("see he"), 6, 6)
        engine.do_focus_out()


def test_text_is_deleted_around_the_cursor(engine_module, engine):
    engine.do_set_surrounding_text(engine_module.IBus.Text("hxx you"), 1, 1)
    press(engine, "e")
    engine.do_process_key_event(TAB, 15, 0)
    assert ("delete", -1, 4) in engine.calls


def test_the_application_inserts_the_word_when_it_loses_the_focus(engine, shared):
    press(engine, "hello")
    engine.do_focus_out_id("/field")
    assert not any(call[0] == "commit" for call in engine.calls)
    assert last(engine, "preedit") == ("preedit", "", 0, False, 1)
    assert shared.learned == ["hello"]


def test_another_input_method_ends_the_text(engine, shared):
    press(engine, "hello")
    engine.do_disable()
    assert shared.learned == ["hello"]


def test_the_menu_shows_and_changes_the_settings(engine, shared):
    engine.do_focus_in_id("/field", "test")
    states = {"learning": 1, "correction": 1, "private": 0, "settings": 0}
    assert last(engine, "register") == ("register", list(states.items()))
    engine.do_property_activate("private", 1)
    assert shared.settings == Settings(private=True)
    assert last(engine, "update") == ("update", "private", 1)


def test_the_menu_starts_the_settings_program(engine_module, engine, monkeypatch):
    started = []

    def popen(command, **options):
        assert command == ["ibus-elman-settings"]
        started.append(real(["true"], **options))
        return started[0]

    real = engine_module.subprocess.Popen
    monkeypatch.setattr(engine_module.subprocess, "Popen", popen)
    engine.do_property_activate("settings", 0)
    # Somebody waits for its end.
    until = time.monotonic() + 10
    while started[0].returncode is None and time.monotonic() < until:
        time.sleep(0.01)
    assert started[0].returncode == 0


def test_a_settings_program_that_is_missing_is_named(engine_module, engine, monkeypatch):
    monkeypatch.setattr(engine_module, "SETTINGS_PROGRAM", "no-such-program")
    engine.do_property_activate("settings", 0)
    message = "no-such-program: No such file or directory; install ibus-elman again"
    assert engine.calls == [("message", message, True), ("no message",)]


def test_changes_by_another_program_are_shown_at_the_next_key(engine, shared):
    shared.settings, shared.changed = Settings(learning=False), True
    press(engine, "h")
    assert ("update", "learning", 0) in engine.calls


def test_without_a_model_every_key_passes_and_one_message_is_shown(engine_module):
    bus = SimpleNamespace(get_connection=lambda: "connection")
    engine = engine_module.SilentEngine(bus, "/path", "no model")
    engine.do_focus_in()
    engine.do_focus_in()
    assert engine.calls == [("message", "no model", True), ("no message",)]
    assert not press(engine, "h")
