"""The correctors that are compared."""

from __future__ import annotations

from pathlib import Path

from benchmarks.correction.correctors import Corrector, Nothing
from benchmarks.correction.elman import Elman
from benchmarks.correction.rivals.packages import NAMES, Package, environment
from benchmarks.correction.rivals.spell_checkers import PACKAGES, SpellChecker, require
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard

TOUCHES, ELMAN, NOTHING = "Elman, with coordinates", "Elman", "nothing"
CHOICES = ("elman", NOTHING, *PACKAGES, *NAMES)
"""What the command line calls them; `elman` is both variants of the C library."""


class Contenders:
    """Starts the contenders.

    Args:
        folder: A folder for the C library and the model.
        model: The bytes of a packed `.tflite` file.
        chosen: Members of `CHOICES`.

    Raises:
        UserError: If one of them cannot be installed.
    """

    def __init__(self, folder: Path, model: bytes, chosen: tuple[str, ...]):
        self._model = folder / "model.tflite"
        self._model.write_bytes(model)
        self._library = build(folder / "library", litert=False)
        self._chosen = [name for name in CHOICES if name in chosen]
        if set(chosen) & set(PACKAGES):
            require()
        self._python = environment() if set(chosen) & set(NAMES) else None

    @property
    def names(self) -> list[str]:
        """The names in the tables, in order."""
        both = [TOUCHES, ELMAN] if "elman" in self._chosen else []
        return both + [name for name in self._chosen if name != "elman"]

    @property
    def names_for_lists(self) -> list[str]:
        """The names without the variant with coordinates, which lists do not have."""
        return [name for name in self.names if name != TOUCHES]

    def start(self, name: str) -> Corrector:
        """Start a contender; it is a context manager."""
        if name in (TOUCHES, ELMAN):
            return Elman(CKeyboard(self._library, self._model), touches=name == TOUCHES)
        if name in PACKAGES:
            return SpellChecker(name)
        if name in NAMES and self._python is not None:
            return Package(self._python, name)
        return Nothing()
