"""The keyboard in a terminal, driven key by key through a real pipe."""

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.keyboard.stored import StoredProfile, open_stored, profile_path
from export.proof.runtimes import StepModel
from export.terminal_keyboard import TerminalKeyboard, TypingCount, main
from tests.commands import one_line, run_command
from training.common.errors import UserError
from training.text.vocabulary import Vocabulary

ENTRIES = ["</s>", "<unk>", ".", "are", "don't", "how", "I", "you", "your"]
LEAVE = "\x03"
ALT = "\x1b"
library = cache(build)


def keyboard() -> CKeyboard:
    """A model in which the next word of the list is the most likely."""
    size = len(ENTRIES)

    def step(token, state):
        return -np.abs(np.arange(size) - token - 1).astype(np.float32), state

    model, vocabulary = StepModel(step, size, (1, 1, 1)), Vocabulary(ENTRIES, "message")
    return CKeyboard.of_network(library(), model, vocabulary)


def after(
    keys: str, stored: StoredProfile | None = None, corrects: bool = False
) -> TerminalKeyboard:
    """The terminal keyboard after `keys` and a final Ctrl-C."""
    # On a thread, since the browser of other tests may have an event loop on this one.
    with create_pipe_input() as pipe, ThreadPoolExecutor(max_workers=1) as pool:
        pipe.send_text(keys + LEAVE)
        terminal = TerminalKeyboard(keyboard(), pipe, DummyOutput(), stored, corrects)
        pool.submit(terminal.run).result()
    return terminal


def words(terminal: TerminalKeyboard) -> list[str]:
    return [suggestion.word for suggestion in terminal.suggestions]


def test_the_strip_completes_the_letters_that_were_typed():
    assert set(words(after("how are yo"))) == {"you", "your"}


def test_tab_takes_the_first_suggestion_with_its_space():
    assert after("how are yo\t").line.text == "how are you "


def test_alt_and_a_digit_take_that_suggestion():
    terminal = after("how are yo")
    second = words(terminal)[1]
    assert after(f"how are yo{ALT}2").line.text == f"how are {second} "


def test_a_mark_swallows_the_space_that_a_suggestion_brought():
    for mark in [*".,;:!?%'-/)]}", "\u2019", "\u201d"]:
        assert after(f"how are yo\t{mark}").line.text == f"how are you{mark}"
    assert after("how are yo\t\x1b[D.").line.text == "how are you. "
    assert after("how are yo\t\x1b[D\x1b[C.").line.text == "how are you ."
    assert after('how are yo\t"').line.text == 'how are you "'
    assert after('how "are yo\t"').line.text == 'how "are you"'


def test_a_space_typed_behind_a_taken_word_makes_no_second_one():
    assert after("how are yo\t ").line.text == "how are you "
    assert after("how are yo\t  ").line.text == "how are you  "
    assert after("how are yo\t .").line.text == "how are you ."


def left(keys: int) -> str:
    return "\x1b[D" * keys


def test_a_word_taken_inside_text_replaces_the_word_around_the_cursor():
    terminal = after("how ae you" + left(5) + "\t")
    assert terminal.line.text == "how are you"
    assert terminal.line.document.text_before_cursor == "how are "


def test_a_word_taken_inside_text_uses_the_space_that_follows():
    assert after("how ar you" + left(4) + "\t").line.text == "how are you"
    assert after("how ar, you" + left(5) + "\t").line.text == "how are, you"
    assert after("how ar you" + left(4) + "\t,").line.text == "how are, you"
    assert after("how ar you" + left(4) + "\t, ").line.document.text_before_cursor == "how are, "


def test_a_word_taken_right_behind_a_mark_has_a_space_before_it():
    terminal = after("how.\t")
    assert terminal.line.text == f"how. {words(after('how.'))[0]} "


def test_a_curly_apostrophe_stays_as_it_was_typed():
    assert after("don\u2019\t").line.text == "don\u2019t "
    assert after("don'\t").line.text == "don't "


PASTE, PASTED = "\x1b[200~", "\x1b[201~"


def test_pasted_text_counts_neither_as_typed_nor_as_saved():
    terminal = after(f"how {PASTE}are you, ARE YOU?{PASTED}")
    assert terminal.line.text == "how are you, ARE YOU?"
    assert terminal.characters == len("how ")
    assert terminal.count.keys == len("how ") + 1


def test_pasted_lines_become_one():
    assert after(f"{PASTE}how\r\nare\nyou{PASTED}").line.text == "how are you"


def test_editing_keys_of_the_terminal_are_keys_and_what_they_bring_back_is_not_saved():
    control_w, control_y = "\x17", "\x19"
    terminal = after(f"how are{control_w}{control_y}")
    assert terminal.line.text == "how are"
    assert terminal.count.keys == len("how are") + 2
    assert terminal.characters == len("how ")


def test_enter_sends_the_line_and_the_next_one_starts_with_a_capital():
    terminal = after("how are you\r")
    assert terminal.sent == ["how are you"]
    assert terminal.line.text == ""
    assert all(word[0].isupper() for word in words(terminal))


def test_keys_and_characters_are_counted_as_the_metric_does():
    terminal = after("Ho\t\r")
    assert terminal.sent == ["How"]
    assert terminal.characters == len("How") + 1
    assert terminal.count.keys == 3 + 1 + 1
    assert after("hox\x7fw").count.keys == 5


def test_the_share_saved_is_one_minus_keys_by_characters():
    assert TypingCount(keys=6).saved(10) == pytest.approx(0.4)
    assert TypingCount().saved(0) == 0.0


def test_text_in_the_middle_of_a_line_is_followed():
    assert after("how  you" + f"{ALT}[D" * 4).line.cursor_position == 4
    assert words(after("how  you" + f"{ALT}[D" * 4))[0] == "I"


# -- learning --------------------------------------------------------------------------------------


def learned(path: Path) -> list[str]:
    with StoredProfile(library(), path) as stored:
        return [word.word for word in stored.profile.words()]


def test_a_name_is_suggested_after_it_was_sent_twice(tmp_path):
    stored = StoredProfile(library(), tmp_path / "data" / "tiny.profile")
    assert "Rajesh" not in words(after("how Rajesh\rhow Ra", stored))
    assert words(after("how Rajesh\rhow ra", stored))[0] == "Rajesh"
    assert words(after("how ra", StoredProfile(library(), stored.path)))[0] == "Rajesh"


def test_a_line_that_was_not_sent_is_not_learned(tmp_path):
    path = tmp_path / "tiny.profile"
    after("how Rajesh", StoredProfile(library(), path))
    assert not path.exists()


def test_without_learning_words_are_suggested_but_nothing_is_learned(tmp_path):
    path = tmp_path / "tiny.profile"
    after("how Rajesh\rhow Rajesh\r", StoredProfile(library(), path))
    before = path.read_bytes()
    terminal = after("you Ingrid\rhow ra", StoredProfile(library(), path, learns=False))
    assert words(terminal)[0] == "Rajesh"
    assert path.read_bytes() == before


def test_two_keyboards_with_one_profile_keep_the_words_of_both(tmp_path):
    path = tmp_path / "tiny.profile"
    first, second = (StoredProfile(library(), path) for _ in range(2))
    first.learn("ask Rajesh")
    second.learn("ask Ingrid")
    assert learned(path) == ["ask", "Ingrid", "Rajesh"]


def test_one_keyboard_saves_at_a_time(tmp_path):
    path = tmp_path / "tiny.profile"
    stored = StoredProfile(library(), path)
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with ThreadPoolExecutor(1) as pool:
        saved = pool.submit(stored.learn, "ask Rajesh")
        done, _ = wait([saved], timeout=0.5)
        existed = path.exists()
        os.close(folder)
        saved.result()
    assert not done and not existed
    assert learned(path) == ["ask", "Rajesh"]


def test_a_damaged_profile_is_refused_by_name_and_left_alone(tmp_path, capsys):
    path = tmp_path / "tiny.profile"
    path.write_bytes(b"ELMP" + bytes(100))
    stored = open_stored(library(), path)
    assert stored is None
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and str(path) in said[0] and "damaged" in said[0]
    assert after("how are you\r", stored).sent == ["how are you"]
    assert path.read_bytes() == b"ELMP" + bytes(100)


def test_a_device_is_no_profile_and_is_neither_read_nor_replaced(tmp_path):
    path = tmp_path / "tiny.profile"
    os.mkfifo(path)
    with pytest.raises(UserError, match=f"{path} is not a file; choose another one with PROFILE="):
        StoredProfile(library(), path)
    stored = StoredProfile(library(), tmp_path / "another.profile")
    stored.path = path
    with pytest.raises(UserError, match="is not a file"):
        stored.learn("how are you")
    assert path.is_fifo()


def test_a_profile_that_cannot_be_saved_is_said_and_typing_goes_on(tmp_path):
    (tmp_path / "file").write_text("")
    stored = StoredProfile(library(), tmp_path / "folder" / "tiny.profile")
    stored.path = tmp_path / "file" / "tiny.profile"
    terminal = after("how are\ryou\r", stored)
    assert terminal.sent == ["how are", "you"]
    assert str(tmp_path / "file") in terminal._status()


def test_the_profile_is_in_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert profile_path("novel") == tmp_path / "elman" / "novel.profile"
    for ignored in ("", "relative"):
        monkeypatch.setenv("XDG_DATA_HOME", ignored)
        assert profile_path("novel") == Path.home() / ".local/share/elman/novel.profile"


def test_words_are_listed_and_forgotten_by_the_command(tmp_path):
    path = tmp_path / "tiny.profile"
    with StoredProfile(library(), path) as stored:
        stored.learn("ask Rajesh")
        stored.learn("ask you")
    listed = run_command("export.terminal_keyboard", "--profile", path, "--words", cwd=tmp_path)
    assert [line.split() for line in listed.stdout.splitlines()[:-1]] == [
        ["1", "you"],
        ["2", "ask"],
        ["1", "Rajesh"],
    ]
    assert listed.stdout.splitlines()[-1] == f"3 words in {path}"
    run_command("export.terminal_keyboard", "--profile", path, "--forget", "rajesh", cwd=tmp_path)
    assert learned(path) == ["ask", "you"]


def test_a_command_refuses_a_damaged_profile_and_what_is_no_word(tmp_path):
    path = tmp_path / "tiny.profile"
    two = ["--profile", path, "--forget", "two words"]
    assert "one word" in one_line(run_command("export.terminal_keyboard", *two, cwd=tmp_path))
    path.write_bytes(b"?")
    listed = run_command("export.terminal_keyboard", "--profile", path, "--words", cwd=tmp_path)
    assert str(path) in one_line(listed)


def test_without_an_export_one_line_says_what_to_do(tmp_path):
    result = run_command("export.terminal_keyboard", "--run", "none", cwd=tmp_path)
    assert "make train" in one_line(result)


def test_without_a_terminal_it_says_so(exported):
    place = ["--exports", exported.parent, "--run", exported.name]
    result = run_command("export.terminal_keyboard", *place, cwd=exported.parent)
    assert "terminal" in one_line(result)


def test_with_closed_standard_input_it_says_that_it_needs_a_terminal(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.tflite").touch()
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(UserError, match="needs a terminal"):
        main(["--exports", str(tmp_path), "--run", "mine"])
