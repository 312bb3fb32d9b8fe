"""Where an accepted word goes: the cases shared with the C library."""

import json
from pathlib import Path
from typing import Any

import pytest

from export.keyboard.taking import Reaction, Taking, placed, reaction, taking
from training.text.rules import typed

FIXTURE = Path(__file__).parents[2] / "fixtures" / "taking_cases.json"
CASES = json.loads(FIXTURE.read_text(encoding="utf-8"))


def edited(text: str, edit: Taking | Reaction) -> str:
    """The text after an edit, with `|` for the cursor."""
    left, right = text.split("|")
    written = left[: len(left) - edit.before] + edit.text
    cursor = len(written) - (edit.back if isinstance(edit, Reaction) else 0)
    return f"{written[:cursor]}|{written[cursor:]}{right[edit.after :]}"


@pytest.mark.parametrize("case", CASES["taken"], ids=lambda case: ascii(case["text"]))
def test_a_taken_word_goes_where_the_case_says(case: dict[str, Any]):
    before, after = case["text"].split("|")
    found = taking(before, after, case["replaces"], case["insert"], case["segmentation"])
    assert edited(case["text"], found) == case["result"]
    assert found.space == case["space"]


@pytest.mark.parametrize(
    "case", CASES["reactions"], ids=lambda case: ascii(case["typed"] + " in " + case["text"])
)
def test_a_character_behind_a_taken_word_does_what_the_case_says(case: dict[str, Any]):
    found = reaction(case["text"].split("|")[0], case["space"], case["typed"], case["segmentation"])
    assert (edited(case["text"], found) if found else None) == case["result"]
    assert (found.space if found else None) == case["next"]


@pytest.mark.parametrize("case", CASES["placed"], ids=lambda case: ascii(case["text"]))
def test_a_suggestion_is_placed_as_the_case_says(case: dict[str, Any]):
    before, prefix = typed(case["text"], case["segmentation"])
    expected = (case["replaces"], case["insert"])
    assert placed(case["text"], before, prefix, case["word"], case["segmentation"]) == expected
