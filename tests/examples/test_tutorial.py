"""The tutorial runs from top to bottom, and prints what the repository shows."""

from pathlib import Path

import nbformat
import pytest

from tests.examples.notebook import code_cells, executed, pictures_of, same, text_of

TUTORIAL = Path(__file__).resolve().parents[2] / "examples" / "tutorial.ipynb"


def test_the_tutorial_prints_the_outputs_that_it_shows(pytestconfig: pytest.Config):
    kept, now = nbformat.read(TUTORIAL, as_version=4), executed(TUTORIAL)
    if pytestconfig.getoption("--keep"):
        nbformat.write(now, TUTORIAL)
        return
    for before, after in zip(code_cells(kept), code_cells(now), strict=True):
        assert same(text_of(before), text_of(after)), after.source
        assert pictures_of(before) == pictures_of(after), after.source


def test_the_outputs_were_kept():
    cells = code_cells(nbformat.read(TUTORIAL, as_version=4))
    assert sum(map(pictures_of, cells)) == 2
    assert sum("print(" in cell.source and not text_of(cell) for cell in cells) == 0


@pytest.mark.parametrize(
    ("now", "equal"),
    [
        ("loss 1.781, W: 64\n", True),
        ("loss 1.782, W: 64\n", True),
        ("loss 1.881, W: 64\n", False),
        ("loss 1.781, W: 63\n", False),
        ("loss 1.781, U: 64\n", False),
        ("loss 1.781\n", False),
    ],
)
def test_a_changed_number_is_noticed(now, equal):
    assert same("loss 1.781, W: 64\n", now) == equal
