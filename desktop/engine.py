"""The input method as an engine of IBus: passes keys to a `Composer`, whose actions it runs."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterable

import gi

gi.require_version("IBus", "1.0")
from gi.repository import GLib, IBus  # noqa: E402

from desktop.actions import Action, Commit, Delete, Key, Show  # noqa: E402
from desktop.choices import CHOICES  # noqa: E402
from desktop.composing import Composer  # noqa: E402
from desktop.fields import rules_of  # noqa: E402
from desktop.menu import Menu  # noqa: E402
from desktop.shared import Shared  # noqa: E402

SETTINGS_PROGRAM = "ibus-elman-settings"
MESSAGE_SECONDS = 10
SHORTCUTS = (
    IBus.ModifierType.CONTROL_MASK
    | IBus.ModifierType.MOD4_MASK
    | IBus.ModifierType.SUPER_MASK
    | IBus.ModifierType.HYPER_MASK
    | IBus.ModifierType.META_MASK
)
KEY_OF_1 = 2
"""The hardware code of the key 1, which has other characters in some layouts."""
MOST_FIELDS = 16
"""Whose text is remembered."""
MODE = IBus.PreeditFocusMode.COMMIT
"""An application that loses the focus inserts the composed text."""


class ElmanEngine(IBus.Engine):
    """One engine of IBus.

    Args:
        bus: The connection to IBus.
        path: The path of the engine's object on the bus.
        shared: What all engines share.
    """

    __gtype_name__ = "ElmanEngine"

    def __init__(self, bus: IBus.Bus, path: str, shared: Shared):
        super().__init__(connection=bus.get_connection(), object_path=path, has_focus_id=True)
        self._shared = shared
        # What each field told last. Applications tell nothing when they get the focus again.
        self._texts: dict[str, tuple[str, int, int]] = {}
        self._field = ""
        self._composer = Composer(shared)
        self._menu = Menu(shared)
        self._table = IBus.LookupTable.new(CHOICES, 0, False, False)
        self._table.set_orientation(IBus.Orientation.HORIZONTAL)

    # -- the field --------------------------------------------------------------------------------

    def do_focus_in(self) -> None:
        """A field gets the focus whose name IBus does not know yet."""
        self.do_focus_in_id("", "")

    def do_focus_out(self) -> None:
        """This field loses the focus."""
        self.do_focus_out_id("")

    def do_focus_in_id(self, field: str, client: str) -> None:
        """A field gets the focus."""
        self._follow()
        self.register_properties(self._menu.properties)
        self._run(self._composer.enter())
        self._field = field
        if field in self._texts:
            self._composer.tell(*self._texts[field])
        self._ask_for_text()

    def do_focus_out_id(self, field: str) -> None:
        """The field loses the focus."""
        self._run(self._composer.leave())
        self._field = ""

    def do_enable(self) -> None:
        """The user chose this input method."""
        self._ask_for_text()

    def do_disable(self) -> None:
        """The user chose another input method."""
        self._run(self._composer.leave())

    def do_reset(self) -> None:
        """The cursor was moved."""
        self._run(self._composer.reset())

    def do_set_content_type(self, purpose: int, hints: int) -> None:
        """What the field is for."""
        self._run(self._composer.set_rules(rules_of(purpose, hints)))

    def do_set_surrounding_text(self, text: IBus.Text, cursor: int, anchor: int) -> None:
        """The field's text, except that of passwords and the like."""
        if self._composer.is_silent:
            return
        IBus.Engine.do_set_surrounding_text(self, text, cursor, anchor)
        told = text.get_text(), cursor, anchor
        self._composer.tell(*told)
        if self._field:
            self._remember(told)

    def _remember(self, told: tuple[str, int, int]) -> None:
        self._texts.pop(self._field, None)
        self._texts[self._field] = told
        if len(self._texts) > MOST_FIELDS:
            del self._texts[next(iter(self._texts))]

    def _ask_for_text(self) -> None:
        """Asking once tells the application that its text is wanted."""
        self.get_surrounding_text()

    # -- the user ---------------------------------------------------------------------------------

    def do_process_key_event(self, keyval: int, keycode: int, state: int) -> bool:
        """A key was pressed or released. Returns whether the application must not get it."""
        if state & IBus.ModifierType.RELEASE_MASK:
            return False
        self._follow()
        handled, actions = self._composer.press(key_of(keyval, keycode, state))
        self._run(actions)
        if not handled and any(isinstance(action, Commit) for action in actions):
            # Applications that wait for this answer, such as Chromium, would handle the key before
            # the text. A forwarded key comes after it.
            self.forward_key_event(keyval, keycode, state)
            return True
        return handled

    def do_candidate_clicked(self, index: int, button: int, state: int) -> None:
        """A word was clicked."""
        self._run(self._composer.choose(index))

    def do_property_activate(self, name: str, state: int) -> None:
        """An entry of the menu was chosen."""
        if self._menu.has(name):
            self._shared.change(name, state == IBus.PropState.CHECKED)
            self._update_menu()
            self._run(self._composer.refresh())
        else:
            self._open_settings()

    def _open_settings(self) -> None:
        try:
            program = subprocess.Popen([SETTINGS_PROGRAM], start_new_session=True)
        except OSError as error:
            reason = error.strerror or error
            show_message(self, f"{SETTINGS_PROGRAM}: {reason}; install ibus-elman again")
            return
        # A program that nobody waits for stays in the list of processes when it has ended.
        threading.Thread(target=program.wait, daemon=True).start()

    def _follow(self) -> None:
        """Follow changes that other programs made to the settings and the profile."""
        if self._shared.refresh():
            self._update_menu()
            self._run(self._composer.refresh())

    def _update_menu(self) -> None:
        for each in self._menu.updated():
            self.update_property(each)

    # -- actions ----------------------------------------------------------------------------------

    def _run(self, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Commit(text):
                    self.commit_text(IBus.Text.new_from_string(text))
                case Delete(before, after):
                    self.delete_surrounding_text(-before, before + after)
                case Show():
                    self._show(action)

    def _show(self, show: Show) -> None:
        text, length = IBus.Text.new_from_string(show.composed), len(show.composed)
        underline = IBus.AttrList()
        single = IBus.AttrUnderline.SINGLE
        underline.append(IBus.Attribute.new(IBus.AttrType.UNDERLINE, single, 0, length))
        text.set_attributes(underline)
        self.update_preedit_text_with_mode(text, length, length > 0, MODE)
        self._table.clear()
        for place, word in enumerate(show.choices):
            self._table.append_candidate(IBus.Text.new_from_string(word))
            label = "1 \u2423" if show.certain and place == 0 else str(place + 1)
            self._table.set_label(place, IBus.Text.new_from_string(label))
        self.update_lookup_table(self._table, bool(show.choices))


class SilentEngine(IBus.Engine):
    """Used when the model cannot be opened: passes every key on, and says once why.

    Args:
        bus: The connection to IBus.
        path: The path of the engine's object on the bus.
        message: What is wrong.
    """

    __gtype_name__ = "ElmanSilentEngine"

    def __init__(self, bus: IBus.Bus, path: str, message: str):
        super().__init__(connection=bus.get_connection(), object_path=path)
        self._message = message

    def do_focus_in(self) -> None:
        """Show the message for some seconds, the first time."""
        if self._message:
            show_message(self, self._message)
            self._message = ""

    def do_process_key_event(self, keyval: int, keycode: int, state: int) -> bool:
        """The application gets every key."""
        return False


def show_message(engine: IBus.Engine, message: str) -> None:
    """Show a message for some seconds."""
    engine.update_auxiliary_text(IBus.Text.new_from_string(message), True)
    GLib.timeout_add_seconds(MESSAGE_SECONDS, engine.hide_auxiliary_text)


def key_of(keyval: int, keycode: int, state: int) -> Key:
    """The key in an event of IBus."""
    alt = bool(state & IBus.ModifierType.MOD1_MASK)
    name = IBus.keyval_name(keyval) or ""
    if alt and KEY_OF_1 <= keycode < KEY_OF_1 + CHOICES:
        name = str(keycode - KEY_OF_1 + 1)
    character = IBus.keyval_to_unicode(keyval)
    typed = character if character and character.isprintable() else ""
    shift, other = bool(state & IBus.ModifierType.SHIFT_MASK), bool(state & SHORTCUTS)
    return Key(name, typed, shift, alt, other)
