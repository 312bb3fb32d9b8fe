"""`docs/SETTINGS.md` equals the output of the command and has every setting."""

import dataclasses
from pathlib import Path

import pytest

from tools import settings
from training.network.configuration import PRESETS, Configuration

PAGE = Path(__file__).parents[2] / "docs" / "SETTINGS.md"
SETTINGS = [field.name for field in dataclasses.fields(Configuration) if field.name != "preset"]


def cells(first: str) -> list[str]:
    """The row of the page that starts with a name."""
    (line,) = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{first}` |")]
    return [cell.strip() for cell in line.split("|")[1:-1]]


def test_the_page_is_what_the_command_prints(capsys):
    settings.main([])
    assert capsys.readouterr().out == PAGE.read_text(), "run: " + settings.EXAMPLES.strip()


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_a_row_with_default_values_and_description(name):
    _, default, values, description = cells(name)
    given = Configuration(preset="best").with_overrides([f"{name}={default}"])
    assert getattr(given, name) == getattr(Configuration(), name)
    assert values and len(description) > 10


def test_the_least_and_the_most_that_are_shown_can_be_given():
    for name in SETTINGS:
        least, to, most = cells(name)[2].partition(" to ")
        for value in (least, most) if to else ():
            Configuration().with_overrides([f"{name}={value}"])


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_the_defaults_with_what_its_row_gives(name):
    overrides = [] if cells(name)[1] == "-" else cells(name)[1].replace("`", "").split()
    changed = Configuration().with_overrides(overrides)
    assert dataclasses.replace(changed, preset=name) == PRESETS[name]
