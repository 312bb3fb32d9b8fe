"""After a million steps, memory use has not grown and results are the same bit for bit.

`tests/web/page/test_page_memory.py` tests the same in the page.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import ROOT, run_command

SHORT, LONG = 20_000, 1_000_000
ALLOWED_KILOBYTES = 2000


@pytest.fixture(scope="module")
def words(prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Held-out words to type."""
    path = tmp_path_factory.mktemp("words") / "words.txt"
    path.write_text("\n".join(text for each in prepared.texts("test") for text in each.texts))
    return path


def after(model: Path, words: Path, steps: int, network: str) -> dict[str, Any]:
    ran = run_command("tests.faults.long_run", model, words, steps, network, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("network", ["built-in", "litert"])
def test_memory_is_flat_and_the_answers_are_a_fresh_process_s(
    exported: Path, words: Path, network: str, long: bool
):
    model = exported / "model.tflite"
    found = after(model, words, LONG if long else SHORT, network)
    print(found)
    assert found["after"] - found["before"] < ALLOWED_KILOBYTES
    assert found["answers"] == after(model, words, 0, network)["answers"]
