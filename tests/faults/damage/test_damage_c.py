"""The C library refuses damaged files. `tests/core` tests the same with sanitizers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from export.copies.manifest import TFLITE_FILES
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.keyboard.results import LibraryError
from tests.faults.damage.damages import damages

SHORT, LONG = 300, 10_000
pytestmark = pytest.mark.timeout(3600)
# There is no "swap": this reader sees only one file, so a file of another model is that model.
KINDS = ("flip", "cut", "splice")
DAMAGED = 3


@pytest.fixture(params=["built-in", "litert"])
def litert(request: pytest.FixtureRequest) -> bool:
    return request.param == "litert"


@pytest.fixture
def keyboard(litert: bool, exported: Path) -> Iterator[CKeyboard]:
    """A keyboard with the intact model, which tries other files with the same network."""
    with CKeyboard(build(), exported / "model.tflite", litert) as opened:
        yield opened


@pytest.mark.parametrize("name", TFLITE_FILES)
def test_a_damaged_file_is_refused_with_its_name_and_what_to_do(
    keyboard, litert, exported: Path, other: Path, tmp_path: Path, name: str, long: bool
):
    keyboard.try_file(other / name, litert)
    before = keyboard.predict("how are ")
    path, count = tmp_path / name, (LONG if long else SHORT) // len(TFLITE_FILES)
    data, exchanged = ((folder / name).read_bytes() for folder in (exported, other))
    for damage in damages(exported, other, [name], count, KINDS):
        path.write_bytes(damage.applied(data, exchanged))
        with pytest.raises(LibraryError, match=f"^{name}: .*; copy it again or export") as refused:
            keyboard.try_file(path, litert)
        assert refused.value.status == DAMAGED, damage
    assert keyboard.predict("how are ") == before
