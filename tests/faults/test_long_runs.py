"""After a million steps, memory use has not grown and results are the same bit for bit.

`tests/web/page/test_page_memory.py` tests the same in the page.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from export.keyboard.c_library import CKeyboard, build
from tests.commands import ROOT, run_command
from tests.faults.long_run import IDS, answers, used

SHORT, LONG = 20_000, 1_000_000
ALLOWED_KILOBYTES = 2000


@pytest.fixture(scope="module")
def words(prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Held-out words to type."""
    path = tmp_path_factory.mktemp("words") / "words.txt"
    path.write_text("\n".join(text for each in prepared.texts("test") for text in each.texts))
    return path


def in_python(model: Path, words: Path, steps: int) -> dict[str, Any]:
    ran = run_command("tests.faults.long_run", model, words, steps, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def in_c(model: Path, words: Path, steps: int) -> dict[str, Any]:
    with CKeyboard(build(strict=True), model) as keyboard:

        def resident() -> int:
            return keyboard.memory()["VmRSS"]

        found = used(keyboard.predict, keyboard.steps, resident, words.read_text().split(), steps)
        keyboard.session()
        return {**found, "answers": answers(keyboard.predict, keyboard.logits(IDS))}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("run", [in_python, in_c])
def test_memory_is_flat_and_the_answers_are_a_fresh_process_s(
    run, exported: Path, words: Path, long: bool
):
    model = exported / "model.tflite"
    found = run(model, words, LONG if long else SHORT)
    print(f"{run.__name__}: {found}")
    assert found["after"] - found["before"] < ALLOWED_KILOBYTES
    assert found["answers"] == run(model, words, 0)["answers"]
