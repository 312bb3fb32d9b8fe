"""The file of settings."""

from pathlib import Path

import pytest

from desktop.settings import Settings, SettingsFile, read_settings, settings_path, write_settings
from training.common.errors import UserError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "elman" / "settings.ini"


def test_without_a_file_the_defaults_hold(path):
    assert read_settings(path) == Settings(learning=True, correction=True, private=False)


def test_what_was_written_is_read(path):
    write_settings(path, Settings(learning=False, private=True))
    assert read_settings(path) == Settings(learning=False, private=True)


def test_the_file_can_be_written_by_hand(path):
    path.parent.mkdir()
    path.write_text("[elman]\nCorrection = off\nanother = 100%\n")
    assert read_settings(path) == Settings(correction=False)


@pytest.mark.parametrize(
    "text", ["learning = yes", "[elman]\nlearning = perhaps\n", "[elman]\n\xff"]
)
def test_a_damaged_file_is_refused_by_name(path, text):
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError, match="settings.ini.*correct it or delete it"):
        read_settings(path)


def test_a_damaged_file_is_logged_once_and_the_last_settings_stay(path):
    messages = []
    write_settings(path, Settings(private=True))
    file = SettingsFile(path, messages.append)
    path.write_text("private\n")
    assert not file.refresh() and not file.refresh()
    assert file.current == Settings(private=True) and len(messages) == 1


def test_changes_by_another_program_are_followed(path):
    file = SettingsFile(path, print)
    assert not file.refresh()
    write_settings(path, Settings(correction=False))
    assert file.refresh() and not file.refresh()
    assert file.current == Settings(correction=False)
    path.unlink()
    assert file.refresh()
    assert file.current == Settings()


def test_a_change_is_saved_and_does_not_count_as_one_by_another_program(path):
    file = SettingsFile(path, print)
    file.change("private", True)
    assert read_settings(path) == Settings(private=True)
    assert not file.refresh()


def test_two_programs_do_not_undo_each_other_s_changes(path):
    one, other = SettingsFile(path, print), SettingsFile(path, print)
    one.change("private", True)
    other.change("correction", False)
    assert other.current == read_settings(path) == Settings(correction=False, private=True)


def test_the_folder_is_that_of_the_desktop(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path() == tmp_path / "elman" / "settings.ini"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert settings_path() == Path.home() / ".config" / "elman" / "settings.ini"
