"""The entries in the menu of the input method: three switches, and the settings program."""

from __future__ import annotations

import gi

gi.require_version("IBus", "1.0")
from gi.repository import IBus  # noqa: E402

from desktop.labels import LABELS  # noqa: E402
from desktop.settings import NAMES  # noqa: E402
from desktop.shared import Shared  # noqa: E402

SETTINGS = "settings"


class Menu:
    """The entries, whose states are those of the settings.

    Attributes:
        properties: The entries, in the form that IBus wants.
    """

    def __init__(self, shared: Shared):
        self._shared = shared
        self._entries = {name: self._entry(name) for name in NAMES}
        self.properties = IBus.PropList()
        for entry in self._entries.values():
            self.properties.append(entry)
        label = IBus.Text.new_from_string("Settings and learned words\u2026")
        self.properties.append(IBus.Property(key=SETTINGS, label=label))

    def has(self, name: str) -> bool:
        """Whether an entry is a switch."""
        return name in self._entries

    def updated(self) -> list[IBus.Property]:
        """The switches, with their current states."""
        for name, entry in self._entries.items():
            entry.set_state(self._state(name))
        return list(self._entries.values())

    def _entry(self, name: str) -> IBus.Property:
        return IBus.Property(
            key=name,
            prop_type=IBus.PropType.TOGGLE,
            label=IBus.Text.new_from_string(LABELS[name]),
            state=self._state(name),
        )

    def _state(self, name: str) -> IBus.PropState:
        on = getattr(self._shared.settings, name)
        return IBus.PropState.CHECKED if on else IBus.PropState.UNCHECKED
