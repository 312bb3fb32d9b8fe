"""What goes in and out of `composing.py`: keys, and changes to the text and to what is shown."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from export.keyboard.results import Correction, Edit, SpaceKind


class Key(NamedTuple):
    """A key that was pressed.

    Attributes:
        name: IBus's name of the key, such as "BackSpace".
        character: What it types; empty for keys such as Backspace.
        shift: Whether Shift is held.
        alt: Whether Alt is held.
        other: Whether Control, Super or another key for shortcuts is held.
    """

    name: str
    character: str = ""
    shift: bool = False
    alt: bool = False
    other: bool = False


class Commit(NamedTuple):
    """Insert a text at the cursor, in place of the one being composed."""

    text: str


class Delete(NamedTuple):
    """Delete characters before and after the cursor."""

    before: int
    after: int


class Show(NamedTuple):
    """Show the text being composed and up to three choices.

    `certain` tells whether Space takes the first choice.
    """

    composed: str = ""
    choices: tuple[str, ...] = ()
    certain: bool = False


Action = Commit | Delete | Show


class Helper(Protocol):
    """What `Composer` needs from the model, the profile and the settings."""

    def predict(self, text: str) -> list[str]:
        """The most likely words at the end of a text."""
        ...

    def correct(self, text: str) -> list[Correction]:
        """The certain corrections of the word that ends a text, the best one first.

        A second one leaves the word before as it is.
        """
        ...

    def place(self, before: str, after: str, word: str) -> Edit:
        """How to insert a suggested word between two texts."""
        ...

    def react(self, before: str, space: SpaceKind, typed: str) -> Edit | None:
        """The edit for a character typed after the space of a word that was taken."""
        ...

    def learn(self, text: str) -> None:
        """Learn from a finished text."""
        ...

    def keep(self, word: str) -> None:
        """Do not correct a word with certainty again."""
        ...
