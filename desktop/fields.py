"""What the input method may do in a text field, by what the field says about itself.

The numbers are those of `IBusInputPurpose` and `IBusInputHints`.
"""

from __future__ import annotations

from dataclasses import dataclass

DIGITS, NUMBER, PHONE, URL, EMAIL, NAME, PASSWORD, PIN, TERMINAL = range(2, 11)
NO_SPELLCHECK, PRIVATE = 1 << 1, 1 << 11
SILENT = {DIGITS, NUMBER, PHONE, PASSWORD, PIN, TERMINAL}
"""Fields in which every key goes to the application."""


@dataclass(frozen=True)
class FieldRules:
    """Whether the input method suggests words, corrects slips and learns in a field."""

    suggests: bool = True
    corrects: bool = True
    learns: bool = True


SILENCE = FieldRules(suggests=False, corrects=False, learns=False)


def rules_of(purpose: int, hints: int) -> FieldRules:
    """The rules for a field of a purpose, with hints.

    Nothing is allowed for passwords, PINs, private fields, numbers and terminals. Addresses are
    neither corrected nor learned, and names are not corrected.
    """
    if purpose in SILENT or hints & PRIVATE:
        return SILENCE
    is_address = purpose in (URL, EMAIL)
    corrects = not is_address and purpose != NAME and not hints & NO_SPELLCHECK
    return FieldRules(True, corrects, not is_address)
