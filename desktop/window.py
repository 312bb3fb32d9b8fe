"""The settings program, `ibus-elman-settings`: three switches, and the learned words."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

from desktop.labels import LABELS  # noqa: E402
from desktop.memory import Memory, memory_path  # noqa: E402
from desktop.places import LIBRARY  # noqa: E402
from desktop.program import run  # noqa: E402
from desktop.settings import SettingsFile, settings_path  # noqa: E402
from training.common.errors import UserError  # noqa: E402

TITLE = "Elman"
DESCRIPTION = "Settings and learned words of the Elman input method."
EXPORT_NAME = "elman.profile"
FOLLOW_SECONDS = 2


class Window(Gtk.Window):
    """The window.

    Args:
        settings: The settings, which the switches change.
        memory: What was learned.
    """

    def __init__(self, settings: SettingsFile, memory: Memory):
        super().__init__(title=TITLE, default_width=420, default_height=560, icon_name="ibus-elman")
        self.settings = settings
        self.memory = memory
        self.switches = {name: Gtk.Switch(halign=Gtk.Align.END) for name in LABELS}
        self.search = Gtk.SearchEntry(placeholder_text="Search the learned words")
        self.list = Gtk.ListStore(str, int)
        self.view = self._word_list()
        self.message = Gtk.Label(xalign=0, wrap=True, selectable=True)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, margin=18)
        box.add(self._switch_rows())
        box.add(self.search)
        scrolled = Gtk.ScrolledWindow(vexpand=True, shadow_type=Gtk.ShadowType.IN)
        scrolled.add(self.view)
        box.add(scrolled)
        box.add(self._buttons())
        box.add(self.message)
        self.add(box)
        self.search.connect("search-changed", lambda _: self.update())
        self.update()
        GLib.timeout_add_seconds(FOLLOW_SECONDS, self.follow)

    # -- parts ------------------------------------------------------------------------------------

    def _switch_rows(self) -> Gtk.Grid:
        grid = Gtk.Grid(column_spacing=12, row_spacing=12)
        for row, (name, switch) in enumerate(self.switches.items()):
            label = Gtk.Label(label=LABELS[name], xalign=0, hexpand=True, mnemonic_widget=switch)
            grid.attach(label, 0, row, 1, 1)
            grid.attach(switch, 1, row, 1, 1)
            switch.set_active(getattr(self.settings.current, name))
            switch.connect("notify::active", self._switched, name)
        return grid

    def _word_list(self) -> Gtk.TreeView:
        view = Gtk.TreeView(model=self.list)
        word = Gtk.TreeViewColumn("Word", Gtk.CellRendererText(), text=0)
        word.set_expand(True)
        view.append_column(word)
        view.append_column(Gtk.TreeViewColumn("Typed", Gtk.CellRendererText(xalign=1), text=1))
        view.get_selection().set_mode(Gtk.SelectionMode.MULTIPLE)
        return view

    def _buttons(self) -> Gtk.Box:
        box = Gtk.Box(spacing=6)
        actions = {
            "Forget": self.forget_selected,
            "Delete all\u2026": self._ask_and_clear,
            "Export\u2026": self._ask_and_export,
            "Import\u2026": self._ask_and_import,
        }
        for label, action in actions.items():
            button = Gtk.Button(label=label)
            button.connect("clicked", lambda _, action=action: action())
            box.add(button)
        return box

    # -- what is shown ----------------------------------------------------------------------------

    def update(self) -> None:
        """List the words that contain what is searched for."""
        self.list.clear()
        words = self.memory.words(self.search.get_text().strip())
        for word in words:
            self.list.append([word.word, word.count])
        found = f"{len(words)} words" if len(words) != 1 else "1 word"
        self.say(f"{found} in {self.memory.path}" if self.memory.usable else self.memory.problem)

    def say(self, message: str) -> None:
        """Show a message below the list."""
        self.message.set_text(message)

    def follow(self) -> bool:
        """Show what the input method or its menu changed meanwhile."""
        if self.settings.refresh():
            self._show_settings()
        if self.memory.refresh():
            self.update()
        return True

    def _switched(self, switch: Gtk.Switch, _: object, name: str) -> None:
        if switch.get_active() != getattr(self.settings.current, name):
            self._try(lambda: self.settings.change(name, switch.get_active()))
            self._show_settings()

    def _show_settings(self) -> None:
        for name, switch in self.switches.items():
            switch.set_active(getattr(self.settings.current, name))

    # -- actions ----------------------------------------------------------------------------------

    def forget_selected(self) -> None:
        """Forget the selected words."""
        model, paths = self.view.get_selection().get_selected_rows()
        words = [model[path][0] for path in paths]
        if not words:
            self.say("Select the words to forget.")
        elif self._try(lambda: [self.memory.forget(word) for word in words]):
            self.update()

    def clear(self) -> None:
        """Delete everything that was learned."""
        if self._try(self.memory.clear):
            self.update()

    def export(self, path: Path) -> None:
        """Write what was learned to a file."""
        if self._try(lambda: self.memory.export(path)):
            self.say(f"Exported to {path}. Anyone who has this file can read the words.")

    def merge(self, path: Path) -> None:
        """Add what is in an exported file."""
        if self._try(lambda: self.memory.merge(path)):
            self.update()

    def _try(self, action: Callable[[], object]) -> bool:
        """Carry out an action; show why it failed."""
        try:
            action()
        except UserError as error:
            self.say(" ".join(str(error).split()))
            return False
        return True

    # -- dialogs ----------------------------------------------------------------------------------

    def _ask_and_clear(self) -> None:
        question = Gtk.MessageDialog(
            transient_for=self,
            modal=True,
            message_type=Gtk.MessageType.WARNING,
            buttons=Gtk.ButtonsType.OK_CANCEL,
            text="Delete everything that Elman learned?",
            secondary_text="This cannot be undone.",
        )
        answer = question.run()
        question.destroy()
        if answer == Gtk.ResponseType.OK:
            self.clear()

    def _ask_and_export(self) -> None:
        path = self._chosen_file(Gtk.FileChooserAction.SAVE, "Export what was learned")
        if path:
            self.export(path)

    def _ask_and_import(self) -> None:
        path = self._chosen_file(Gtk.FileChooserAction.OPEN, "Import what was learned")
        if path:
            self.merge(path)

    def _chosen_file(self, action: Gtk.FileChooserAction, title: str) -> Path | None:
        chooser = Gtk.FileChooserNative.new(title, self, action, None, None)
        if action == Gtk.FileChooserAction.SAVE:
            chooser.set_do_overwrite_confirmation(True)
            chooser.set_current_name(EXPORT_NAME)
        chosen = chooser.run() == Gtk.ResponseType.ACCEPT
        path = Path(chooser.get_filename()) if chosen else None
        chooser.destroy()
        return path


def opened_window() -> Window:
    """The window on the user's own settings and profile."""
    problems: list[str] = []
    settings = SettingsFile(settings_path(), problems.append)
    window = Window(settings, Memory(LIBRARY, memory_path(), problems.append))
    if problems:
        window.say("\n".join(problems))
    return window


def main(arguments: Sequence[str]) -> int:
    """Show the window until it is closed."""
    parser = argparse.ArgumentParser("ibus-elman-settings", description=DESCRIPTION)
    parser.parse_args(arguments)
    if not Gtk.init_check([])[0]:
        raise UserError("there is no display; run this program in a desktop session")
    window = opened_window()
    window.connect("destroy", Gtk.main_quit)
    window.show_all()
    Gtk.main()
    return 0


if __name__ == "__main__":
    run(main)
