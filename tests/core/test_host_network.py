"""The library with a network of the host's own: suggestions, reading in pieces, and edits.

`native/host_driver.c` runs under sanitizers. Its network has logits of minus the id, so suggestions
come in the order of ids.
"""

import json
import math
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from export.amalgamation import sources
from export.keyboard.c_library import CORE
from tests.conftest import Once
from tests.core.text_program import ROOT, SANITIZED, STRICT

DRIVER = Path(__file__).with_name("native") / "host_driver.c"
FIXTURES = ROOT / "tests" / "fixtures"
TAKING = json.loads((FIXTURES / "taking_cases.json").read_text(encoding="utf-8"))
WORDS = json.loads((FIXTURES / "keyboard_cases.json").read_text(encoding="ascii"))["entries"]
SPACES = [None, "brought", "found", "ahead"]
SPECIAL = ["</s>", "<unk>"]
RUNTIME = 7
Ask = Callable[..., str]


@pytest.fixture(scope="session")
def program(once: Once) -> Path:
    def make(folder: Path) -> None:
        command = ["gcc", *STRICT, *SANITIZED, f"-I{CORE}", *sources(), DRIVER, "-lm", "-o"]
        ran = subprocess.run([*command, folder / "program"], capture_output=True)
        assert ran.returncode == 0, ran.stderr.decode()

    return once("host-driver", make) / "program"


@pytest.fixture
def opened(program: Path, tmp_path: Path) -> Iterator[Callable[..., Ask]]:
    """Opens a vocabulary, and returns the function that sends commands."""
    processes: list[subprocess.Popen[str]] = []

    def open_vocabulary(entries: list[str], segmentation: str = "message") -> Ask:
        path = tmp_path / f"vocabulary-{len(processes)}.txt"
        path.write_text("".join(f"{entry}\n" for entry in entries), encoding="utf-8")
        process = subprocess.Popen(
            [program, path, segmentation],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        processes.append(process)
        assert process.stdin is not None and process.stdout is not None

        def ask(command: str, *words: str | int) -> str:
            texts = [str(word) if isinstance(word, int) else digits(word) for word in words]
            print(command, *texts, file=process.stdin, flush=True)
            assert process.stdout is not None
            return process.stdout.readline().removesuffix("\n")

        return ask

    yield open_vocabulary
    for process in processes:
        process.communicate()
        assert process.returncode == 0


def digits(text: str) -> str:
    return text.encode().hex() or "-"


def text_of(word: str) -> str:
    return "" if word == "-" else bytes.fromhex(word).decode()


def suggestions(answer: str) -> list[tuple[int, float, int, str]]:
    """Id, share, bytes to replace and text to insert of each suggestion."""
    words = answer.split()
    return [
        (int(words[at]), float(words[at + 1]), int(words[at + 2]), text_of(words[at + 3]))
        for at in range(0, len(words), 4)
    ]


def edited(text: str, answer: str) -> tuple[str, str | None]:
    """A text with `|` for the cursor after an edit, and the kind of space."""
    left, right = (part.encode() for part in text.split("|"))
    before, after, back, space, word = answer.split()
    written = left[: len(left) - int(before)] + text_of(word).encode()
    cursor = len(written) - int(back)
    result = written[:cursor] + b"|" + written[cursor:] + right[int(after) :]
    return result.decode(), SPACES[int(space)]


# -- suggestions -----------------------------------------------------------------------------------


def test_shares_are_of_all_entries_that_match_the_letters(opened):
    found = suggestions(opened(WORDS)("predict", 64, "eco"))
    assert [WORDS[index] for index, *_ in found] == ["ecology", "l'école", "école"]
    likelihoods = [math.exp(found[0][0] - index) for index, *_ in found]
    for (_, share, *_), likelihood in zip(found, likelihoods, strict=True):
        assert share == pytest.approx(likelihood / sum(likelihoods), rel=1e-5)


def test_an_entry_found_in_two_ways_counts_once(opened):
    # "a'aabc" is found by the letters of both "aaabc" and "aabc".
    entries = [*SPECIAL, "a'aabc", "aab"]
    (first, second) = suggestions(opened(entries)("predict", 64, "aa"))
    assert (first[0], second[0]) == (2, 3)
    assert first[1] + second[1] == pytest.approx(1, rel=1e-6)
    assert first[1] == pytest.approx(1 / (1 + math.exp(-1)), rel=1e-6)


def test_without_letters_shares_are_of_the_whole_vocabulary(opened):
    (first, *_) = suggestions(opened([*SPECIAL, "a", "b"])("predict", 9, ""))
    assert first[1] == pytest.approx(math.exp(-2) / sum(math.exp(-n) for n in range(4)), rel=1e-6)


# -- reading in pieces -----------------------------------------------------------------------------


def test_a_text_is_read_in_pieces_and_then_suggested_without_a_step(opened):
    ask = opened([*SPECIAL, "you"])
    text = "you " * 9
    assert ask("read", 4, text) == "6 4"
    assert ask("read", 0, text) == "6 0"
    assert ask("read", 4, text) == "2 4"
    assert ask("read", 4, text) == "0 2"
    assert ask("read", 4, text) == "0 0"
    assert suggestions(ask("predict", 1, text))[0][0] == 2
    assert ask("read", 4, text + "yo") == "0 0"


def test_another_text_may_come_between_the_pieces(opened):
    ask = opened([*SPECIAL, "I", "you"])
    assert ask("read", 3, "you " * 9) == "7 3"
    assert ask("read", 9, "you you I ") == "0 1"
    assert ask("read", 99, "you " * 9) == "0 7"


def test_a_step_that_fails_is_an_error_and_can_be_tried_again(opened):
    ask = opened([*SPECIAL, "you"])
    ask("fail", 5)
    assert ask("read", 9, "you ") == f"error {RUNTIME} the network's step failed (5)"
    ask("fail", 0)
    assert ask("read", 9, "you ") == "0 2"


# -- edits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", TAKING["placed"], ids=lambda case: ascii(case["text"]))
def test_a_suggestion_is_placed_as_the_case_says(opened, case: dict[str, Any]):
    text, units = case["text"], case["replaces"]
    ask = opened([*SPECIAL, case["word"]], case["segmentation"])
    [(_, _, replaces, insert)] = suggestions(ask("predict", 9, text))
    assert insert == case["insert"]
    assert replaces == len(text[len(text) - units :].encode())


@pytest.mark.parametrize("case", TAKING["taken"], ids=lambda case: ascii(case["text"]))
def test_a_suggestion_is_taken_as_the_case_says(opened, case: dict[str, Any]):
    before, after = case["text"].split("|")
    replaces = len(before[len(before) - case["replaces"] :].encode()) if case["replaces"] else 0
    ask = opened([*SPECIAL, "you"], case["segmentation"])
    found = edited(case["text"], ask("take", before, after, replaces, case["insert"]))
    assert found == (case["result"], case["space"])


@pytest.mark.parametrize(
    "case", TAKING["reactions"], ids=lambda case: ascii(case["typed"] + " in " + case["text"])
)
def test_a_typed_character_does_what_the_case_says(opened, case: dict[str, Any]):
    ask = opened([*SPECIAL, "you"], case["segmentation"])
    space = SPACES.index(case["space"])
    answer = ask("react", case["text"].split("|")[0], space, case["typed"])
    found = (None, None) if answer == "none" else edited(case["text"], answer)
    assert found == (case["result"], case["next"])


def test_a_suggestion_for_another_text_is_refused(opened):
    answer = opened([*SPECIAL, "you"])("take", "a", "", 2, "you ")
    assert answer.startswith("error 1 ")
