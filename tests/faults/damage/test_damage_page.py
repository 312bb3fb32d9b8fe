"""The page refuses damaged exports from a server, a folder or a zip file."""

import dataclasses
import json
from pathlib import Path

import pytest

from tests.faults.damage.damages import Damage, damages
from web.node import run_node

SHORT, LONG = 300, 10_000
pytestmark = pytest.mark.timeout(3600)
WEIGHTS = "tfjs/group1-shard1of1.bin"
FILES = ["manifest.json", "vocabulary.txt", "tail.bin", "tfjs/model.json", WEIGHTS]
WHAT_TO_DO = ("Export the model again", "Build the page with the version")
PROGRAM = Path(__file__).with_name("page_reader.mjs")


def answers_to(made: list[Damage], exported: Path, other: Path, folder: Path) -> list[str | None]:
    asked, answered = folder / "damages.json", folder / "answers.json"
    asked.write_text(json.dumps([dataclasses.asdict(damage) for damage in made]))
    ran = run_node(PROGRAM, exported, other, asked, answered, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads(answered.read_text(encoding="utf-8"))


def test_a_damaged_export_is_refused_with_the_file_and_what_to_do(
    exported: Path, other: Path, tmp_path: Path, long: bool
):
    made = list(damages(exported, other, FILES, LONG if long else SHORT))
    for damage, said in zip(made, answers_to(made, exported, other, tmp_path), strict=True):
        assert said is not None, f"{damage} was not noticed"
        exchanged = damage.file == "manifest.json" and damage.kind == "swap"
        assert damage.file in said or exchanged, (damage, said)
        assert any(advice in said for advice in WHAT_TO_DO), (damage, said)
