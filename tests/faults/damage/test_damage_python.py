"""Python refuses damaged exports in every command that reads them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from export import terminal_keyboard
from export.copies.manifest import TFLITE_FILES
from export.copies.packing import read_packed
from export.dist import check_export
from export.proof.exported import Exported
from export.verify import Verification
from tests.faults.damage.damages import Damage, damages
from training.common.errors import UserError

SHORT, LONG = 300, 10_000
pytestmark = pytest.mark.timeout(3600)
READERS: dict[str, Callable[[Exported], Any]] = {
    "manifest.json": Exported.vocabulary,
    "vocabulary.txt": Exported.vocabulary,
    "tail.bin": Exported.tail,
    "golden.json": Exported.golden,
    "model.tflite": lambda exported: exported.tflite("model.tflite"),
    "model-float32.tflite": lambda exported: exported.tflite("model-float32.tflite"),
    "tfjs/model.json": Exported.tfjs,
    "tfjs/group1-shard1of1.bin": Exported.tfjs,
    "saved_model/fingerprint.pb": Exported.saved_model,
    "saved_model/saved_model.pb": Exported.saved_model,
    "saved_model/variables/variables.index": Exported.saved_model,
    "saved_model/variables/variables.data-00000-of-00001": Exported.saved_model,
}


def named(damage: Damage) -> str:
    """Return the file that the error must name: for another manifest, the first mismatch."""
    exchanged = damage.file == "manifest.json" and damage.kind == "swap"
    return "vocabulary.txt" if exchanged else damage.file


def refusal(read: Callable[[], Any], damage: Damage) -> str:
    try:
        read()
    except UserError as error:
        return str(error)
    raise AssertionError(f"{damage} was not noticed")


def test_whole_exports_are_read(exported: Path, other: Path):
    for file, read in READERS.items():
        read(Exported(exported))
        if "saved_model" not in file:
            read(Exported(other))
    for name in TFLITE_FILES:
        read_packed(other / name)


def test_every_file_of_an_export_has_its_reader(exported: Path):
    assert READERS.keys() == {"manifest.json", *Exported(exported).manifest["files"]}


def test_a_damaged_export_is_refused_with_the_file_and_what_to_do(
    exported: Path, other: Path, breakable: Path, long: bool
):
    for damage in damages(exported, other, list(READERS), LONG if long else SHORT):
        data, exchanged = ((folder / damage.file).read_bytes() for folder in (exported, other))
        (breakable / damage.file).write_bytes(damage.applied(data, exchanged))
        message = refusal(lambda file=damage.file: READERS[file](Exported(breakable)), damage)
        assert message.startswith(str(breakable / named(damage))), (damage, message)
        assert "again" in message, (damage, message)
        (breakable / damage.file).write_bytes(data)


@pytest.mark.parametrize("name", TFLITE_FILES)
def test_a_damaged_keyboard_file_alone_is_refused_with_its_name_and_what_to_do(
    exported: Path, other: Path, tmp_path: Path, name: str, long: bool
):
    data, exchanged = ((folder / name).read_bytes() for folder in (exported, other))
    count, kinds = (LONG if long else SHORT) // 2, ("flip", "cut", "splice")
    for damage in damages(exported, other, [name], count, kinds):
        (tmp_path / name).write_bytes(damage.applied(data, exchanged))
        message = refusal(lambda: read_packed(tmp_path / name), damage)
        assert message.startswith(str(tmp_path / name)), (damage, message)
        assert message.endswith("export again"), (damage, message)


def type_with(folder: Path) -> None:
    terminal_keyboard.main(["--exports", str(folder.parent), "--run", folder.name])


def compare_in_c(folder: Path) -> None:
    Verification(folder)._c_library(litert=False)


@pytest.mark.parametrize("use", [type_with, check_export, compare_in_c])
def test_the_keyboard_file_of_another_model_is_whole_and_still_not_used(
    use, breakable: Path, other: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    shutil.copyfile(other / "model.tflite", breakable / "model.tflite")
    read_packed(breakable / "model.tflite")
    with pytest.raises(UserError, match="model.tflite .*; export again"):
        use(breakable)
