"""Texts of any size: memory use does not grow with size, and a text is prepared only once."""

import itertools
import random
import resource
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.commands import command_of, environment
from training.corpora import open_corpus
from training.data import lanes
from training.data.lanes import LaneReader, Stream
from training.data.prepare import prepare
from training.text.vocabulary import LONGEST_ENTRY, SPECIAL, WrittenForms

pytestmark = pytest.mark.timeout(7200)
MB = 1_000_000
FILE_BYTES = 20 * MB
SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
STOPPED = 130


def write_corpus(folder: Path, size: int) -> None:
    """Write about `size` bytes of documents in files of up to 20 MB. Each document contains a
    unique name, so that the number of different words grows with the text."""
    folder.mkdir()
    generator = random.Random(1)
    words = ["".join(generator.choices(SYLLABLES, k=1 + place % 4)) for place in range(30_000)]
    shares = list(itertools.accumulate(1 / (place + 2) for place in range(len(words))))
    sentences = [
        " ".join(
            generator.choices(words, cum_weights=shares, k=generator.randint(4, 18))
        ).capitalize()
        + "."
        for _ in range(5_000)
    ]
    numbers = itertools.count()
    for first in range(0, size, FILE_BYTES):
        with (folder / f"{first // FILE_BYTES:04}.txt").open("w", encoding="ascii") as stream:
            written = 0
            while written < min(FILE_BYTES, size - first):
                text = " ".join(generator.choices(sentences, k=8))
                written += stream.write(f"{text} This is n{next(numbers):x}.\n\n")


class Measured(NamedTuple):
    """The exit status of a training, its output, peak resident memory in bytes, and duration."""

    status: int
    output: str
    resident: int
    seconds: float


def first_steps(folder: Path, size: int) -> Measured:
    """Prepare a corpus of `size` bytes and train on it up to the second checkpoint."""
    folder.mkdir()
    write_corpus(folder / "corpus", size)
    settings = ["--preset", "tiny", "--run", "large", "--corpus", "corpus"]
    command = command_of("training.train", *settings, "--set=checkpoint_steps=10")
    begun = time.monotonic()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=output, stderr=output
        )
    while process.poll() is None and not (folder / "runs/large/checkpoint.previous.npz").exists():
        time.sleep(0.1)
    resident = most_resident(process.pid)
    process.send_signal(signal.SIGTERM)
    status = process.wait()
    return Measured(status, (folder / "output").read_text(), resident, time.monotonic() - begun)


def most_resident(process: int | str) -> int:
    """Return the peak resident memory of a process in bytes, or 0 if it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except FileNotFoundError:
        return 0
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if "VmHWM" in line))


@pytest.mark.long
def test_two_gigabytes_take_no_more_memory_than_ten_megabytes(tmp_path):
    large, small = (first_steps(tmp_path / str(size), size) for size in (2_000 * MB, 10 * MB))
    for trained in (large, small):
        print(f"{trained.resident / MB:.0f} MB in {trained.seconds / 60:.1f} minutes")
        assert trained.status == STOPPED, trained.output
    assert 0 < large.resident < small.resident + 300 * MB
    for progress in ("counting words", "encoding the text"):
        assert progress in large.output


READING = """
import sys
from pathlib import Path
from tests.faults.test_size import most_resident
from training.corpora import open_corpus
from training.data.lanes import LaneReader, Stream
from training.data.prepare import prepare

text = prepare(open_corpus("corpus"), 2_000, 2, Path("cache"))
stream = Stream(text.ids("train"), text.starts("train"))
stream.counts(len(text.vocabulary))
reader = LaneReader(stream, 32, 35, seed=1, shuffle=True)
for step in range(20):
    reader.chunk(step)
print(most_resident("self"))
"""


def test_preparing_a_text_sixteen_times_as_long_takes_little_more_memory(tmp_path):
    resident = []
    for size in (MB // 2, 8 * MB):
        folder = tmp_path / str(size)
        folder.mkdir()
        write_corpus(folder / "corpus", size)
        ran = subprocess.run(
            [sys.executable, "-c", READING],
            cwd=folder, env=environment(), stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        resident.append(int(ran.stdout))
    assert resident[1] - resident[0] < 18 * MB


def resident_now() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_ids_that_were_read_do_not_stay_in_memory(tmp_path):
    tokens, words = 32 * MB, 100
    np.tile(np.arange(words, dtype=np.uint16), tokens // words).tofile(tmp_path / "ids")
    ids = np.memmap(tmp_path / "ids", np.uint16, "r")
    stream = Stream(ids, np.arange(0, tokens + 1, 1_000))
    before = resident_now()
    assert stream.counts(words).tolist() == [tokens // words] * words
    assert resident_now() - before < ids.nbytes / 2
    reader = LaneReader(stream, 64, 35, seed=1, shuffle=True)
    for step in range(0, reader.steps_per_epoch, 100):
        reader.chunk(step)
    assert resident_now() - before < ids.nbytes / 2


def test_of_very_many_documents_neighbours_are_shuffled_together(monkeypatch):
    monkeypatch.setattr(lanes, "MOST_SHUFFLED", 4)
    stream = Stream(np.arange(1, 101, dtype=np.uint16), np.arange(0, 101, 10))
    reader = LaneReader(stream, 1, 100, seed=2, shuffle=True)
    found = reader.chunk(0)[1][0].tolist()
    assert sorted(found) == list(range(1, 101)) and found != sorted(found)
    breaks = [before for before, after in itertools.pairwise(found) if after != before + 1]
    assert set(breaks) <= {30, 60, 90, 100}


def test_choosing_the_words_takes_little_more_memory_than_counting_them():
    tracemalloc.start()
    forms = WrittenForms()
    for number in range(0, 40_000, 10):
        forms.add(["Now", "comes", *(f"word{number + place}" for place in range(10))])
    counted, _ = tracemalloc.get_traced_memory()
    assert len(forms.vocabulary(1_000, 1, "sentence")) == 1_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1.4 * counted


def test_forms_too_long_for_a_word_are_not_counted():
    forms = WrittenForms()
    longest = "x" * LONGEST_ENTRY
    forms.add(["It", "says", longest, longest + "x", "twice"])
    entries = forms.vocabulary(100, 1, "sentence").entries
    assert entries == (*SPECIAL, "It", "says", "twice", longest)


def test_a_text_without_paragraphs_is_read_with_progress(tmp_path):
    (tmp_path / "line.txt").write_text("You say goodbye. " * 300, "ascii")
    calls = []
    corpus = open_corpus(str(tmp_path), progress=lambda *call: calls.append(call))
    assert corpus.held_out("test") and calls[-1] == (5, 5, "counting sentences")


def test_the_same_content_elsewhere_is_not_prepared_again(tmp_path, monkeypatch):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "song.txt").write_text("you say goodbye and I say hello", "ascii")
    first, _ = (
        prepare(open_corpus(str(tmp_path / name)), 500, 1, tmp_path / "cache")
        for name in ("here", "there")
    )
    assert list((tmp_path / "cache").iterdir()) == [first.folder]
