"""The state machine of the input method: keys in, actions out.

The word being typed is *composed*: the application shows it underlined, but does not have it yet.
A word that was taken from the choices, or corrected by Space, stays composed together with the
space after it until the next key. This way, Backspace can take it back, and a punctuation mark can
replace the space, in every application.
"""

from __future__ import annotations

from typing import NamedTuple

from desktop.actions import Action, Commit, Delete, Helper, Key, Show
from desktop.choices import Choice, Chooser, is_letter
from desktop.fields import SILENCE, FieldRules
from desktop.finished import Finished
from desktop.surroundings import Surroundings
from export.keyboard.results import Correction, Edit, SpaceKind

JOINERS = "'\u2019-"
"""Marks that continue a word."""
MODIFIERS = (
    *("Shift_", "Control_", "Alt_", "Super_", "Meta_", "Hyper_", "Caps_", "Num_", "Scroll_"),
    *("ISO_Level", "ISO_Next", "ISO_Prev", "ISO_First", "ISO_Last", "Mode_"),
)
"""How the names of keys begin that type nothing and do nothing."""
ENDS_OF_LINE = ("Return", "KP_Enter")


class _Replaced(NamedTuple):
    """What a correction replaced: the part to compose again, and all of it."""

    composed: str
    typed: str


class Composer:
    """Composes words in one text field at a time.

    Every method that can change something returns the actions to carry out, in their order.

    Args:
        helper: The model, the profile and the settings.

    Example:
        >>> composer.press(Key("h", "h"))
        (True, [Show(composed='h', choices=('how', 'hi', 'have'))])
    """

    def __init__(self, helper: Helper):
        self._helper = helper
        self._rules = FieldRules()
        self._around = Surroundings()
        self._chooser = Chooser(helper, self._around)
        self._finished = Finished(helper.learn)
        self._composed = ""
        # The space at the end of a word that was taken, and what a correction replaced.
        self._space: SpaceKind | None = None
        self._replaced: _Replaced | None = None
        # Words whose correction was taken back.
        self._kept: set[str] = set()
        # An untouched field shows nothing, so that Tab moves through forms.
        self._touched = False
        self._hidden = False
        self._choices: list[Choice] = []
        self._certain: Correction | None = None
        self._shown = Show()
        self._actions: list[Action] = []

    # -- what happens to the field ----------------------------------------------------------------

    def enter(self) -> list[Action]:
        """Another field has the cursor."""
        self._around.forget()
        self._finished.discard()
        return self._restart()

    def leave(self) -> list[Action]:
        """The field loses the cursor. The application has inserted the composed text by itself."""
        self._absorb()
        self._end()
        self._around.forget()
        return self._restart()

    def reset(self) -> list[Action]:
        """The cursor was moved. The application has inserted the composed text by itself."""
        self._absorb()
        self._moved()
        return self._restart()

    def set_rules(self, rules: FieldRules) -> list[Action]:
        """What is allowed in the field."""
        self._commit("")
        if rules == SILENCE:
            self._finished.discard()
        self._rules = rules
        return self._restart()

    def tell(self, text: str, cursor: int, anchor: int) -> None:
        """The text of the field, as the application tells it, without the composed word.

        Some applications insert the composed word and tell so before the field loses the cursor.
        """
        inserted = self._text()
        self._around.tell(text, cursor, anchor)
        if self._composed and self._around.before == inserted:
            self._note_typed(self._composed)
            self._composed, self._space, self._replaced = "", None, None

    @property
    def is_silent(self) -> bool:
        """Whether the field gets every key, and nothing about it is of interest."""
        return self._rules == SILENCE

    # -- what the user does -----------------------------------------------------------------------

    def press(self, key: Key) -> tuple[bool, list[Action]]:
        """A key was pressed. The application does not get it if the first result is true."""
        if not self._rules.suggests or key.name.startswith(MODIFIERS):
            return False, []
        handled = self._press(key)
        return handled, self._results()

    def choose(self, place: int) -> list[Action]:
        """Take the choice number `place`, counted from 0."""
        if place < len(self._choices):
            self._take(self._choices[place])
        return self._results()

    def refresh(self) -> list[Action]:
        """Compute the choices again, because the settings or the profile changed."""
        return self._results()

    def _press(self, key: Key) -> bool:
        if key.alt and not key.other and key.name in ("1", "2", "3"):
            return self._press_number(int(key.name) - 1)
        if key.alt or key.other:
            return self._pass_on(key.name)
        if key.character == " ":
            return self._press_space()
        if key.character:
            return self._type(key.character)
        return self._press_named(key)

    def _press_number(self, place: int) -> bool:
        if place >= len(self._choices):
            return self._pass_on()
        self._take(self._choices[place])
        return True

    def _press_named(self, key: Key) -> bool:
        if key.name == "BackSpace":
            return self._erase()
        if key.name == "Tab" and self._choices and not key.shift:
            self._take(self._choices[0])
            return True
        if key.name == "Escape" and self._choices:
            self._hidden = True
            return True
        return self._pass_on(key.name)

    def _pass_on(self, name: str = "") -> bool:
        """Insert what is composed; then the application gets the key, which may move the cursor."""
        if name in ENDS_OF_LINE and self._space == "brought":
            self._composed = self._composed.removesuffix(" ")
        self._commit("")
        if name in ENDS_OF_LINE:
            self._end()
            self._around.insert("\n")
        else:
            self._moved()
        self._touched = False
        return False

    # -- typing -----------------------------------------------------------------------------------

    def _press_space(self) -> bool:
        if self._certain is None:
            return self._type(" ")
        self._take(Choice(self._certain.text, self._certain))
        return True

    def _type(self, character: str) -> bool:
        if self._space is not None and self._react(self._space, character):
            return True
        if self._continues_word(character):
            if self._space is not None:
                self._commit("")
            self._composed += character
            self._touched = True
            return True
        if self._composed:
            self._commit(character)
            return True
        self._insert(character)
        return False

    def _continues_word(self, character: str) -> bool:
        inside = self._composed and self._space is None
        return is_letter(character) or bool(inside and character in JOINERS)

    def _react(self, space: SpaceKind, character: str) -> bool:
        """Let a character replace the space after the word that was taken, if it does."""
        edit = self._helper.react(self._text(), space, character)
        if edit is None:
            return False
        self._composed = self._composed[: len(self._composed) - edit.before]
        self._commit(edit.text)
        return True

    def _erase(self) -> bool:
        if self._replaced is not None:
            self._take_back(self._replaced)
        elif self._composed:
            self._composed = self._composed[:-1]
        else:
            self._around.delete(1, 0)
            self._finished.erase(1)
            return False
        self._space, self._replaced = None, None
        return True

    def _take_back(self, replaced: _Replaced) -> None:
        self._composed = replaced.composed
        self._kept.add(replaced.typed)
        if self._rules.learns:
            self._helper.keep(replaced.typed)

    def _take(self, choice: Choice) -> None:
        """Replace what was typed with a choice."""
        before, correction = self._text(), choice.correction
        if correction is None:
            edit = self._helper.place(before, self._around.after, choice.word)
        else:
            edit = Edit(correction.replaces, 0, f"{choice.word} ", 0, "brought")
        typed = before[len(before) - edit.before :]
        kept = self._replace(edit)
        self._space, self._hidden, self._touched = edit.space, False, True
        self._replaced = _Replaced(typed[kept:], typed) if correction else None
        if edit.space is None:
            self._commit("")

    def _replace(self, edit: Edit) -> int:
        """Compose the text of an edit; return how many characters of the replaced text stay."""
        extra, kept = edit.before - len(self._composed), 0
        if extra < 0:
            self._composed = self._composed[: -edit.before or None]
            self._commit("")
        elif self._chooser.extends(edit, self._composed):
            kept = extra
        elif extra or edit.after:
            self._actions.append(Delete(extra, edit.after))
            self._around.delete(extra, edit.after)
            self._finished.erase(extra)
        self._composed = edit.text[kept:]
        return kept

    # -- changes ----------------------------------------------------------------------------------

    def _text(self) -> str:
        return self._around.before + self._composed

    def _commit(self, text: str) -> None:
        """Insert the composed text, followed by `text`."""
        text = self._composed + text
        self._composed, self._space, self._replaced = "", None, None
        if text:
            self._actions.append(Commit(text))
            self._insert(text)

    def _absorb(self) -> None:
        """Note that the application has inserted the composed text."""
        text, self._composed = self._composed, ""
        self._insert(text)

    def _insert(self, text: str) -> None:
        self._around.insert(text)
        self._note_typed(text)

    def _note_typed(self, text: str) -> None:
        self._touched, self._hidden = True, False
        if self._rules.learns and self._finished.add(text):
            self._end()

    def _moved(self) -> None:
        self._around.moved()
        self._finished.moved()

    def _end(self) -> None:
        self._finished.end(self._around.content())

    def _restart(self) -> list[Action]:
        self._composed, self._space, self._replaced = "", None, None
        self._touched, self._hidden = False, False
        return self._results()

    # -- what to show -----------------------------------------------------------------------------

    def _results(self) -> list[Action]:
        """The actions since the last call, and what to show if it changed."""
        self._certain, self._choices = None, []
        if self._touched and not self._hidden and self._rules.suggests:
            if self._rules.corrects and self._composed and self._space is None:
                self._certain = self._chooser.correction(self._composed, self._kept)
            self._choices = self._chooser.choices(self._composed, self._certain)
        words = tuple(choice.word for choice in self._choices)
        shown = Show(self._composed, words, self._certain is not None)
        actions, self._actions = self._actions, []
        if shown != self._shown:
            actions.append(shown)
        self._shown = shown
        return actions
