"""The profile that the input method and the settings program share."""

import stat

import pytest

from desktop.memory import Memory, memory_path
from training.common.errors import UserError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "elman" / "desktop.profile"


@pytest.fixture
def open_memory(library, keyboard, path):
    opened = []

    def open_memory(**given):
        opened.append(Memory(library, path, given.pop("log", print), **given))
        return opened[-1]

    yield open_memory
    for memory in opened:
        memory.close()


def words(memory):
    return [word.word for word in memory.words()]


def test_what_was_learned_is_saved_at_once_for_this_user_only(open_memory, path):
    open_memory().learn("see Rajesh")
    assert words(open_memory()) == ["Rajesh", "see"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_words_are_searched_in_any_case(open_memory):
    memory = open_memory()
    memory.learn("see Rajesh and Mia")
    assert [word.word for word in memory.words("RAJ")] == ["Rajesh"]


def test_two_programs_learn_and_forget_in_turns(open_memory):
    engine, window = open_memory(), open_memory()
    engine.learn("see Rajesh")
    window.learn("see Mia")
    engine.learn("see you")
    window.forget("Rajesh")
    engine.learn("see Anna")
    assert engine.refresh() is False
    assert set(words(engine)) == {"see", "Mia", "you", "Anna"}


def test_what_another_program_deleted_does_not_come_back(open_memory):
    engine, window = open_memory(), open_memory()
    engine.learn("see Rajesh")
    window.clear()
    assert engine.refresh()
    engine.learn("hello")
    assert words(engine) == words(open_memory()) == ["hello"]


def test_a_profile_in_use_is_released_before_it_is_closed(open_memory, keyboard):
    engine = open_memory(attach=keyboard.use)
    open_memory().learn("zebra zebra")
    assert engine.refresh()
    assert [each.word for each in keyboard.predict("ze")] == ["zebra"]
    engine.hide(True)
    assert keyboard.predict("ze") == []
    engine.hide(False)
    assert [each.word for each in keyboard.predict("ze")] == ["zebra"]
    engine.close()


def test_a_damaged_profile_is_logged_once_and_left_as_it_is(open_memory, path):
    path.parent.mkdir()
    path.write_bytes(b"damaged")
    messages = []
    memory = open_memory(log=messages.append)
    memory.learn("see Rajesh")
    memory.keep("teh")
    assert not memory.usable and memory.words() == []
    assert len(messages) == 1 and str(path) in messages[0] and messages[0] == memory.problem
    assert path.read_bytes() == b"damaged"
    with pytest.raises(UserError, match="damaged.*delete"):
        memory.forget("see")


def test_deleting_everything_replaces_a_damaged_profile(open_memory, path):
    path.parent.mkdir()
    path.write_bytes(b"damaged")
    memory = open_memory()
    memory.clear()
    memory.learn("hello")
    assert memory.usable and words(memory) == ["hello"]


def test_an_export_is_imported_in_another_place(open_memory, library, tmp_path):
    open_memory().learn("see Rajesh")
    exported = tmp_path / "my words"
    open_memory().export(exported)
    other = Memory(library, tmp_path / "other.profile", print)
    other.merge(exported)
    other.merge(exported)
    assert words(other) == ["Rajesh", "see"]
    other.close()


def test_a_file_that_is_no_export_is_refused_by_name_and_changes_nothing(open_memory, tmp_path):
    memory = open_memory()
    memory.learn("hello")
    (tmp_path / "photo").write_bytes(b"x" * 2_000_000)
    for name in ("photo", "missing"):
        with pytest.raises(UserError, match=name):
            memory.merge(tmp_path / name)
    assert words(memory) == ["hello"]


def test_a_folder_that_cannot_be_written_is_named(open_memory, path):
    path.parent.write_text("a file in place of the folder")
    with pytest.raises(UserError, match="cannot write .*desktop.profile"):
        open_memory().learn("hello")


def test_the_folder_is_that_of_the_desktop(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert memory_path() == tmp_path / "elman" / "desktop.profile"


def test_a_kept_word_is_in_the_profile(open_memory, keyboard):
    memory = open_memory(attach=keyboard.use)
    assert [each.text for each in keyboard.correct("becuase") if each.is_certain] == ["because"]
    memory.keep("becuase")
    assert not any(each.is_certain for each in keyboard.correct("becuase"))


def test_what_is_no_single_word_is_not_kept_and_no_failure(open_memory):
    memory = open_memory()
    for text in ("wel-knwon", "two words", "https://x.org"):
        memory.keep(text)
    assert memory.words() == []
