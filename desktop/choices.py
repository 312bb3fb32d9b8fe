"""The words to take while a word is being composed: a certain correction, and suggestions."""

from __future__ import annotations

import unicodedata
from collections.abc import Set
from typing import NamedTuple

from desktop.actions import Helper
from desktop.surroundings import Surroundings
from export.keyboard.results import Correction, Edit

CHOICES = 3


class Choice(NamedTuple):
    """A word to take: a suggestion or, with `correction`, a correction."""

    word: str
    correction: Correction | None = None


class Chooser:
    """Finds choices that the application can insert.

    Args:
        helper: The model, the profile and the settings.
        around: The text around the cursor, without the word being composed.
    """

    def __init__(self, helper: Helper, around: Surroundings):
        self._helper = helper
        self._around = around

    def correction(self, composed: str, kept: Set[str]) -> Correction | None:
        """The correction that Space takes. Words in `kept` and the middle of a word have none."""
        if is_letter(self._around.after[:1]):
            return None
        text = self._around.before + composed
        possible = (
            found
            for found in self._helper.correct(text)
            if text[len(text) - found.replaces :] not in kept
            and self._applies(Edit(found.replaces, 0, found.text), composed)
        )
        return next(possible, None)

    def choices(self, composed: str, certain: Correction | None) -> list[Choice]:
        """Up to three choices, beginning with the certain correction."""
        first = [Choice(certain.text, certain)] if certain else []
        words = self._helper.predict(self._around.before + composed)
        others = [Choice(word) for word in words if not certain or word != certain.text]
        possible = [each for each in others if self._is_possible(each, composed)]
        return (first + possible)[:CHOICES]

    def extends(self, edit: Edit, composed: str) -> bool:
        """Whether an edit deletes nothing outside the composed text, except to insert it again."""
        extra = max(0, edit.before - len(composed))
        before = self._around.before
        return not edit.after and edit.text.startswith(before[len(before) - extra :])

    def _is_possible(self, choice: Choice, composed: str) -> bool:
        """Whether the application can replace the part of the word that it has already."""
        if self._around.known or not is_letter(self._around.before[-1:]):
            return True
        text = self._around.before + composed
        return self._applies(self._helper.place(text, "", choice.word), composed)

    def _applies(self, edit: Edit, composed: str) -> bool:
        is_inside = edit.before <= len(composed)
        return self._around.known or is_inside or self.extends(edit, composed)


def is_letter(character: str) -> bool:
    """Whether a character is a letter, digit or mark of a word; false for an empty text."""
    return character.isalnum() or unicodedata.category(character or " ").startswith("M")
