"""The tokenizers in Python, C and WebAssembly agree on any text and take linear time."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.commands import ROOT, environment
from tests.core.text_program import build, utf8
from tests.faults.text.text_lines import HERE, Program, differing, programs, seconds
from tests.texts import TEXTS, random_text

CASES = json.loads((HERE.parents[1] / "fixtures" / "text_cases.json").read_text(encoding="ascii"))
pytestmark = pytest.mark.timeout(7200)
BATCH = 100
# Repetitions of these make a rule match as far as possible, or backtrack.
LONG_RUNS = [
    "a",
    "ж",
    "a-",
    "a.b@",
    "www.!",
    ".",
    "'\"",
    "Hm. ",
    "a.)))) ",
    "。」x",
    "。3",
    "中·",
    "a·",
    'א"',
    "3٬",
    "α; ",
    "... ",
    "\u0301\u0323\u0345",
    "e\u0323\u0302",
    "\u1100\u1161\u11a8",
    "👩\u200d",
    "🇬",
]


@pytest.fixture(scope="module")
def commands(tmp_path_factory) -> dict[str, list[str]]:
    return programs(tmp_path_factory.mktemp("text"))


@pytest.fixture(scope="module")
def running(commands) -> Iterator[list[Program]]:
    """The three running programs. Each must exit with 0; a sanitizer report prevents that."""
    with ExitStack() as stack:
        started = [stack.enter_context(Program(command)) for command in commands.values()]
        yield started
        assert [program.end() for program in started] == [0, 0, 0]


def disagreements(running: Sequence[Program], texts: Sequence[str]) -> list[tuple[str, list[str]]]:
    batches = (texts[first : first + BATCH] for first in range(0, len(texts), BATCH))
    return [found for batch in batches for found in differing(running, batch)]


def test_the_shared_cases_mean_the_same_in_python_c_and_webassembly(running):
    sections = ("normalise", "split", "segments", "typed")
    assert disagreements(running, [case["text"] for name in sections for case in CASES[name]]) == []


def test_any_number_of_texts_mean_the_same_in_python_c_and_webassembly(running, long):
    for seed in range(1_000_000 // BATCH if long else 50):
        generator = random.Random(seed)
        found = list(differing(running, [random_text(generator) for _ in range(BATCH)]))
        assert found == [], f"seed {seed}"


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_that_can_be_thought_of_means_the_same_in_python_c_and_webassembly(running, texts):
    assert list(differing(running, texts)) == []


def test_ten_million_characters_without_a_space_mean_the_same_in_python_c_and_webassembly(
    running, long
):
    length = 10_000_000 if long else 100_000
    for text in ("a" * length, "ж" * length, "x" + "\u0301\u0323" * (length // 20)):
        assert list(differing(running, [text])) == []


def grown(command: Sequence[str], pieces: Sequence[str], length: int) -> float:
    """Return the factor by which time grows for a text four times as long, or 0 if too short."""
    start, once, four_times = (
        seconds(command, [piece * (characters // len(piece)) for piece in pieces])
        for characters in (0, length, 4 * length)
    )
    return 0 if four_times - start < 0.5 else (four_times - start) / (once - start)


@pytest.mark.parametrize("language", ["Python", "WebAssembly", "C"])
def test_time_is_linear_in_the_length(commands, language, long):
    length = 250_000 if long else 10_000
    for pieces in [[piece] for piece in LONG_RUNS] if long else [LONG_RUNS]:
        # Linear time grows by a factor of 4, quadratic time by 16.
        assert grown(commands[language], pieces, length) < 9, pieces


def test_time_is_linear_for_ten_million_characters_without_a_space(commands, long):
    for command in commands.values():
        assert grown(command, ["a"], 2_500_000 if long else 100_000) < 9


# -- coverage-guided -------------------------------------------------------------------------------


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """The folder of a fuzzer, which starts with the shared cases and some difficult texts."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    texts = [case["text"] for case in CASES["split"]]
    texts += [random_text(random.Random(seed)) for seed in range(200)]
    for number, text in enumerate(texts):
        (folder / f"{number}").write_bytes(utf8(text))
    return folder


def fuzzed(command: Sequence[object], inputs: Path, tries: int) -> list[str]:
    """Run a fuzzer, which must find nothing. Returns the texts that increased its coverage."""
    options = [f"-runs={tries}", f"-atheris_runs={tries}", "-max_len=400", "-seed=1"]
    options.append(f"-artifact_prefix={inputs.parent}/")
    program = [*map(str, command), str(inputs), *options, "-len_control=0", "-print_final_stats=1"]
    # Linux includes the memory of the parent process in the peak memory of a program, which
    # libFuzzer limits. A shell is small, unlike these tests after some hours.
    program = ["sh", "-c", '"$@"; exit $?', "sh", *program]
    ran = subprocess.run(program, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-5000:]
    return [path.read_bytes().decode("utf-8", "replace") for path in inputs.iterdir()]


def test_fuzzing_python_finds_nothing_and_its_texts_mean_the_same(running, inputs, long):
    pytest.importorskip("atheris")
    command = [sys.executable, "-m", "tests.faults.text.fuzz_text"]
    texts = fuzzed(command, inputs, 100_000 if long else 1_000)
    assert disagreements(running, texts) == []


@pytest.mark.long
def test_fuzzing_c_finds_nothing_and_its_texts_mean_the_same(running, inputs, tmp_path):
    subprocess.run(["sh", ROOT / "scripts" / "setup_fuzzer.sh"], check=True)
    flags = ("-O1", "-g", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all")
    program = build("clang", tmp_path / "fuzzer", flags, HERE / "native" / "text_fuzzer.c")
    assert disagreements(running, fuzzed([program], inputs, 500_000)) == []
