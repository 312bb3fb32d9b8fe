"""What is allowed in which field."""

import pytest

from desktop import fields
from desktop.fields import SILENCE, FieldRules, rules_of


@pytest.mark.parametrize(
    "purpose",
    [fields.PASSWORD, fields.PIN, fields.TERMINAL, fields.DIGITS, fields.NUMBER, fields.PHONE],
)
def test_secrets_numbers_and_terminals_get_nothing(purpose):
    assert rules_of(purpose, 0) == SILENCE


def test_private_fields_get_nothing():
    assert rules_of(0, fields.PRIVATE | 1) == SILENCE


@pytest.mark.parametrize("purpose", [fields.URL, fields.EMAIL])
def test_addresses_are_neither_corrected_nor_learned(purpose):
    assert rules_of(purpose, 0) == FieldRules(corrects=False, learns=False)


def test_names_and_fields_without_spelling_are_not_corrected():
    assert rules_of(fields.NAME, 0) == FieldRules(corrects=False)
    assert rules_of(0, fields.NO_SPELLCHECK) == FieldRules(corrects=False)


def test_other_fields_get_everything():
    assert rules_of(0, 0) == rules_of(1, 1 << 4) == FieldRules()
