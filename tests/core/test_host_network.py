"""The library with a network of the host's own: suggestions, reading in pieces, and edits.

The network has logits of minus the id, so suggestions come in the order of ids.
"""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from export.keyboard.core import CKeyboard
from export.keyboard.results import Edit, LibraryError
from tests.core.conftest import BUILDS, Built
from tests.core.falling import Falling
from training.text.vocabulary import Vocabulary

FIXTURES = Path(__file__).parents[1] / "fixtures"
TAKING = json.loads((FIXTURES / "taking_cases.json").read_text(encoding="utf-8"))
WORDS = json.loads((FIXTURES / "keyboard_cases.json").read_text(encoding="ascii"))["entries"]
SPECIAL = ["</s>", "<unk>"]
RUNTIME = 7
Open = Callable[..., CKeyboard]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


@pytest.fixture
def opened(built: Built) -> Iterator[Open]:
    """Opens a vocabulary."""
    with ExitStack() as stack:

        def open_vocabulary(entries: list[str], segmentation="message", fails=-1) -> CKeyboard:
            network, vocabulary = Falling(len(entries), fails), Vocabulary(entries, segmentation)
            return stack.enter_context(built.of_network(network, vocabulary))

        yield open_vocabulary


def edited(text: str, edit: Edit) -> tuple[str, str | None]:
    """A text with `|` for the cursor after an edit, and the kind of space."""
    left, right = text.split("|")
    written = left[: len(left) - edit.before] + edit.text
    cursor = len(written) - edit.back
    return f"{written[:cursor]}|{written[cursor:]}{right[edit.after :]}", edit.space


# -- suggestions -----------------------------------------------------------------------------------


def test_shares_are_of_all_entries_that_match_the_letters(opened):
    found = opened(WORDS).predict("eco", k=64, exact=True)
    assert [WORDS[each.id] for each in found] == ["ecology", "l'école", "école"]
    likelihoods = [math.exp(found[0].id - each.id) for each in found]
    for each, likelihood in zip(found, likelihoods, strict=True):
        assert each.share == pytest.approx(likelihood / sum(likelihoods), rel=1e-5)


def test_an_entry_found_in_two_ways_counts_once(opened):
    # "a'aabc" is found by the letters of both "aaabc" and "aabc".
    (first, second) = opened([*SPECIAL, "a'aabc", "aab"]).predict("aa", k=64)
    assert (first.id, second.id) == (2, 3)
    assert first.share + second.share == pytest.approx(1, rel=1e-6)
    assert first.share == pytest.approx(1 / (1 + math.exp(-1)), rel=1e-6)


def test_without_letters_shares_are_of_the_whole_vocabulary(opened):
    (first, *_) = opened([*SPECIAL, "a", "b"]).predict("", k=9)
    expected = math.exp(-2) / sum(math.exp(-n) for n in range(4))
    assert first.share == pytest.approx(expected, rel=1e-6)


# -- reading in pieces -----------------------------------------------------------------------------


def read(keyboard: CKeyboard, most: int, text: str) -> tuple[int, int]:
    """The number of steps that remain, and of those that were run."""
    before = keyboard.steps()
    left = keyboard.read(text, most)
    return left, keyboard.steps() - before


def test_a_text_is_read_in_pieces_and_then_suggested_without_a_step(opened):
    keyboard, text = opened([*SPECIAL, "you"]), "you " * 9
    found = [read(keyboard, most, text) for most in (4, 0, 4, 4, 4)]
    assert found == [(6, 4), (6, 0), (2, 4), (0, 2), (0, 0)]
    assert keyboard.predict(text, k=1)[0].id == 2
    assert read(keyboard, 4, text + "yo") == (0, 0)
    assert keyboard.steps() == 10


def test_another_text_may_come_between_the_pieces(opened):
    keyboard = opened([*SPECIAL, "I", "you"])
    assert read(keyboard, 3, "you " * 9) == (7, 3)
    assert read(keyboard, 9, "you you I ") == (0, 1)
    assert read(keyboard, 99, "you " * 9) == (0, 7)


def test_a_step_that_fails_is_an_error_and_can_be_tried_again(opened):
    keyboard = opened([*SPECIAL, "you"], fails=0)
    with pytest.raises(LibraryError, match=r"^the network's step failed \(1\)$") as raised:
        keyboard.read("you ", 9)
    assert raised.value.status == RUNTIME
    assert read(keyboard, 9, "you ") == (0, 2)


# -- edits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", TAKING["placed"], ids=lambda case: ascii(case["text"]))
def test_a_suggestion_is_placed_as_the_case_says(opened, case: dict[str, Any]):
    edit = opened([*SPECIAL, case["word"]], case["segmentation"]).place(case["text"], case["word"])
    assert (edit.before, edit.text) == (case["replaces"], case["insert"])


@pytest.mark.parametrize("case", TAKING["taken"], ids=lambda case: ascii(case["text"]))
def test_a_suggestion_is_taken_as_the_case_says(opened, case: dict[str, Any]):
    before, after = case["text"].split("|")
    keyboard = opened([*SPECIAL, "you"], case["segmentation"])
    edit = keyboard.take(before, after, Edit(case["replaces"], 0, case["insert"]))
    assert edited(case["text"], edit) == (case["result"], case["space"])


@pytest.mark.parametrize(
    "case", TAKING["reactions"], ids=lambda case: ascii(case["typed"] + " in " + case["text"])
)
def test_a_typed_character_does_what_the_case_says(opened, case: dict[str, Any]):
    keyboard = opened([*SPECIAL, "you"], case["segmentation"])
    edit = keyboard.react(case["text"].split("|")[0], case["space"], case["typed"])
    found = edited(case["text"], edit) if edit else (None, None)
    assert found == (case["result"], case["next"])


def test_a_suggestion_for_another_text_is_refused(opened):
    with pytest.raises(LibraryError) as raised:
        opened([*SPECIAL, "you"]).take("a", "", Edit(2, 0, "you "))
    assert raised.value.status == 1
