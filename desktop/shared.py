"""What all windows share: the model, what was learned, and the settings."""

from __future__ import annotations

from pathlib import Path

from desktop.memory import Log, Memory
from desktop.settings import Settings, SettingsFile
from export.keyboard.results import Correction, Edit, LibraryError, SpaceKind
from export.keyboard.session import KeyboardSession
from training.common.errors import UserError

SUGGESTIONS = 3


class Shared:
    """The `Helper` of every `Composer`.

    Args:
        library: The C library.
        model: The packed `.tflite` file.
        profile: The file with what was learned, which need not exist.
        settings: The file of the settings, which need not exist.
        log: Called with one line when something cannot be used.

    Raises:
        UserError: If the model cannot be opened.
    """

    def __init__(self, library: Path, model: Path, profile: Path, settings: Path, log: Log):
        self._log = log
        self._settings = SettingsFile(settings, log)
        self._keyboard = opened(library, model)
        self._memory = Memory(library, profile, log, self._keyboard.use)
        self._memory.hide(self.settings.private)

    def close(self) -> None:
        """Free the profile and the model."""
        self._memory.close()
        self._keyboard.close()

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self._settings.current

    def refresh(self) -> bool:
        """Follow changes of the settings and the profile; return whether there were any."""
        changed = self._settings.refresh()
        self._memory.hide(self.settings.private)
        return self._memory.refresh() or changed

    def change(self, name: str, value: bool) -> None:
        """Change a setting."""
        try:
            self._settings.change(name, value)
        except UserError as error:
            self._log(f"the settings are not saved: {error}")
        self._memory.hide(self.settings.private)

    # -- what a composer needs --------------------------------------------------------------------

    def predict(self, text: str) -> list[str]:
        """The most likely words at the end of a text."""
        try:
            return [each.word for each in self._keyboard.predict(text, k=SUGGESTIONS)]
        except LibraryError as error:
            self._log(f"no suggestions: {error}")
            return []

    def correct(self, text: str) -> list[Correction]:
        """The certain corrections of the word that ends a text, the best one first.

        A second one leaves the word before as it is.
        """
        if not self.settings.correction:
            return []
        try:
            readings = self._keyboard.correct(text)
        except LibraryError as error:
            self._log(f"no correction: {error}")
            return []
        return [each for each in readings if each.is_certain]

    def place(self, before: str, after: str, word: str) -> Edit:
        """How to insert a suggested word between two texts."""
        return self._keyboard.take(before, after, self._keyboard.place(before, word))

    def react(self, before: str, space: SpaceKind, typed: str) -> Edit | None:
        """The edit for a character typed after the space of a word that was taken."""
        return self._keyboard.react(before, space, typed)

    def learn(self, text: str) -> None:
        """Learn from a finished text, if the settings allow it."""
        if self._learns():
            try:
                self._memory.learn(text)
            except UserError as error:
                self._log(f"no learning: {error}")

    def keep(self, word: str) -> None:
        """Do not correct a word with certainty again, if the settings allow learning."""
        if self._learns():
            try:
                self._memory.keep(word)
            except UserError as error:
                self._log(f"no learning: {error}")

    def _learns(self) -> bool:
        return self.settings.learning and not self.settings.private


def opened(library: Path, model: Path) -> KeyboardSession:
    """Open the model; `UserError` with one clear message if that fails."""
    try:
        return KeyboardSession(library, model)
    except LibraryError as error:
        raise UserError(f"{model}: {error}; install ibus-elman again") from None
    except OSError as error:
        raise UserError(f"{library}: {error}; install ibus-elman again") from None
