"""Corrections in the terminal keyboard."""

import pytest

from export.keyboard.correcting import Choice, Correcting, choices
from export.keyboard.results import Correction, Suggestion
from export.keyboard.stored import StoredProfile
from tests.commands import run_command
from tests.export.test_terminal_keyboard import PASTE, PASTED, after, library

BACKSPACE = "\x7f"
LEFT = "\x1b[D"


def line(keys: str, stored: StoredProfile | None = None) -> str:
    return after(keys, stored, corrects=True).line.text


@pytest.mark.parametrize("end", [" ", ".", ",", "?", "!", ")"])
def test_a_space_or_a_mark_corrects_a_slip(end):
    assert line(f"how are yuo{end}") == f"how are you{end}"


def test_the_correction_is_in_the_middle_of_the_strip_and_tab_takes_it():
    terminal = after("how are yuo", corrects=True)
    assert terminal.shown[:2] == ["“yuo”", "you"]
    styles = [style for style, _ in terminal._strip()]
    assert styles[:4] == ["reverse", "", "bold reverse", ""]
    assert line("how are yuo\t") == "how are you "


def test_a_correction_may_bring_a_space():
    assert line("how areyou ") == "how are you "
    assert line(f"how areyou {BACKSPACE}") == "how areyou "


def test_the_typed_word_can_be_chosen_and_stays():
    assert line("how are yuo\x1b1") == "how are yuo "
    assert line("how are yuo\x1b1are yuo ") == "how are yuo are yuo "


def test_backspace_right_after_takes_a_correction_back():
    assert line(f"how are yuo {BACKSPACE}") == "how are yuo "
    assert line(f"how are yuo.{BACKSPACE}") == "how are yuo."
    assert line(f"how are yuo {BACKSPACE}yuo ") == "how are yuo yuo "
    assert line(f"how are yuo {BACKSPACE}{BACKSPACE}") == "how are yuo"


def test_backspace_later_only_deletes():
    assert line(f"how are yuo x{BACKSPACE}{BACKSPACE}") == "how are you"


def test_keys_are_counted_as_they_were_pressed():
    terminal = after(f"how are yuo {BACKSPACE}", corrects=True)
    assert terminal.count.keys == len("how are yuo ") + 1
    assert terminal.characters == len("how are yuo ")


def test_pasted_words_and_words_changed_in_the_middle_are_left_alone():
    assert line(f"how are {PASTE}yuo{PASTED} ") == "how are yuo "
    assert line(f"how are yo{LEFT}u\x1b[C ") == "how are yuo "
    assert line(f"how are yuo{LEFT} ") == "how are yu o"


@pytest.mark.parametrize("text", ["www.yuo ", "me@yuo ", "#yuo ", "4yuo "])
def test_parts_of_addresses_tags_and_numbers_are_left_alone(text):
    assert line(f"how {text}") == f"how {text}"


def test_a_word_behind_a_deleted_letter_is_corrected():
    assert line(f"how are yux{BACKSPACE}o ") == "how are you "


def test_what_was_taken_back_is_kept_in_the_profile(tmp_path):
    path = tmp_path / "tiny.profile"
    assert line(f"how are yuo {BACKSPACE}", StoredProfile(library(), path)) == "how are yuo "
    assert path.exists()
    assert line("how are yuo ", StoredProfile(library(), path)) == "how are yuo "


def test_a_word_that_a_profile_cannot_hold_is_kept_for_the_visit(tmp_path):
    stored = StoredProfile(library(), tmp_path / "tiny.profile")
    stored.keep("well-known")
    assert stored.learns


def test_without_learning_nothing_is_kept(tmp_path):
    path = tmp_path / "tiny.profile"
    stored = StoredProfile(library(), path, learns=False)
    assert line(f"how are yuo {BACKSPACE}yuo ", stored) == "how are yuo yuo "
    assert not path.exists()


def test_a_profile_that_cannot_be_saved_is_said_and_typing_goes_on(tmp_path):
    (tmp_path / "file").write_text("")
    stored = StoredProfile(library(), tmp_path / "folder" / "tiny.profile")
    stored.path = tmp_path / "file" / "tiny.profile"
    terminal = after(f"how are yuo {BACKSPACE}", stored, corrects=True)
    assert terminal.line.text == "how are yuo "
    assert str(tmp_path / "file") in terminal._status()


def test_corrections_can_be_turned_off():
    terminal = after("how are yuo", corrects=False)
    assert terminal.corrections == []
    assert after("how are yuo ", corrects=False).line.text == "how are yuo "


def test_the_command_has_a_switch(tmp_path):
    helped = run_command("export.terminal_keyboard", "--help", cwd=tmp_path)
    assert "--no-correction" in helped.stdout


class Revising:
    """A keyboard that reads `no teh` as `on the`."""

    def correct(self, context: str, k: int) -> list[Correction]:
        """The readings of that text."""
        assert context == "no teh" and k > 3
        return [
            Correction("on the", 6, -3.0, 0.8, False, True),
            Correction("the", 3, -5.0, 0.1, False, True),
            Correction("no teh", 6, -7.0, 0.02, True, False),
        ]


@pytest.mark.parametrize(("start", "replaces", "text"), [(0, 6, "on the "), (3, 3, "the ")])
def test_the_word_before_is_revised_if_it_was_typed(start, replaces, text):
    correcting = Correcting(Revising(), lambda word: None)  # type: ignore[arg-type]
    correcting.interrupted(start)
    correcting.typed(start, 6)
    slip = correcting.slip("no teh", "no teh", "")
    assert slip is not None and slip.typed.replaces == replaces
    edit = correcting.finish(slip, "no teh", " ")
    assert edit is not None and (edit.before, edit.text) == (replaces, text)
    assert correcting.slip("no teh", "no teh", "") == slip
    correcting.leave(slip.typed.text)
    assert correcting.slip("no teh", "no teh", "") != slip


def test_another_word_replaces_the_typed_one_alone():
    correcting = Correcting(Revising(), lambda word: None)  # type: ignore[arg-type]
    correcting.typed(0, 6)
    slip = correcting.slip("no teh", "no teh", "")
    assert slip is not None
    # `teh` is the beginning of a word.
    assert choices(slip, [Suggestion("tehran", -1.0, 7, 0.5)]) == []
    typed, best, other = choices(slip, [Suggestion("ten", -1.0, 7, 0.5)])
    assert (typed.text, best.text, other) == ("no teh", "on the", Choice("ten", 3))
