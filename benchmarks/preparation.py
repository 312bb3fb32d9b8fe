"""How fast is a large text prepared, and in how much memory? `python -m benchmarks.preparation`.

The text is made from the chat corpus: its conversations in random orders, one word of each changed.
One process, and then several, prepare a tenth of it and then the whole. Each preparation runs in a
new process with an empty cache. Then a folder of 10,000 small files is prepared. Memory is the
largest sum of the proportional set sizes (PSS) of all processes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.kept import RESULTS
from benchmarks.common.made import made_by
from benchmarks.common.tables import MEGABYTE, Cell, Table, write_markdown
from training.arguments import DEFAULT_CORPUS, Parser
from training.common.display import say
from training.common.errors import UserError, command
from training.common.options import PROCESSES
from training.common.processes import available_processes
from training.corpora import PARTS, Reading, open_corpus
from training.data.prepare import prepare
from training.network.configuration import preset

SMALL_FILES = 10_000
SMALL_FILE_BYTES = 1_000
SECONDS_BETWEEN_LOOKS = 0.5
EXAMPLES = """\
  python -m benchmarks.preparation                       1 GB, one process and two
  python -m benchmarks.preparation --megabytes 50        a first look
  python -m benchmarks.preparation --folder /large/disk  where the texts are made
  python -m benchmarks.preparation --keep                and write the table to be committed
"""


@dataclasses.dataclass(frozen=True)
class PreparationCost:
    """One preparation: elapsed and processor seconds, memory in bytes, tokens, and a digest."""

    seconds: float
    processor_seconds: float
    memory: int
    tokens: int
    digest: str


def main(argv: Sequence[str] | None) -> None:
    """Make the texts, prepare them, and print the table."""
    parser = Parser("benchmarks.preparation", "Time the preparation of a text.", EXAMPLES)
    parser.add_argument("--megabytes", type=int, default=1_000, help="size of the large text")
    parser.add_argument("--processes", type=PROCESSES, default=2, help="number of processes")
    parser.add_argument(
        "--folder", type=Path, help="folder for the generated texts (default: temporary)"
    )
    parser.add_argument("--keep", action="store_true", help="also write benchmarks/results")
    parser.add_argument("--prepare", type=Path, help="only prepare this text, and print figures")
    arguments = parser.parse_args(argv)
    if arguments.prepare:
        print(json.dumps(prepared(arguments.prepare, arguments.processes)))
        return
    if arguments.megabytes < 10:
        raise UserError("--megabytes must be at least 10")
    if arguments.folder and not arguments.folder.is_dir():
        raise UserError(f"--folder {arguments.folder} does not exist; create it first")
    processes = arguments.processes or available_processes()
    with tempfile.TemporaryDirectory(prefix="preparation-", dir=arguments.folder) as folder:
        load = os.getloadavg()[0]
        result = table_of(Path(folder), arguments.megabytes, processes)
    result.show()
    if arguments.keep:
        made = made_by("benchmarks.preparation", argv)
        busy = f"At the start, {load:.1f} other processes wanted a processor."
        path = RESULTS / "preparation.md"
        write_markdown(path, "Preparing a large text", [result], [made, busy])
        say(f"written to {path}")


def table_of(folder: Path, megabytes: int, processes: int) -> Table:
    """Make the texts below `folder` and measure each preparation."""
    documents = conversations()
    tenth, whole, files = folder / "tenth.txt", folder / "whole.txt", folder / "files"
    write_text(tenth, documents, megabytes * MEGABYTE // 10)
    write_text(whole, documents, megabytes * MEGABYTE)
    write_files(files, documents)
    rows: list[tuple[Path, int, int, PreparationCost]] = []
    one: dict[Path, PreparationCost] = {}
    tasks = (tenth, 1), (tenth, processes), (whole, 1), (whole, processes), (files, 1)
    for text, count in tasks:
        measured = measure(text, count)
        rows.append((text, count, size_of(text), measured))
        say(f"{name_of(text)}, {count} processes: {measured.seconds:.1f} s")
        if one.setdefault(text, measured).digest != measured.digest:
            raise UserError("one process and several prepared different bytes: this is a fault")
    for place, count in enumerate((1, processes)):
        say(more_memory(megabytes, count, rows[place + 2][3], rows[place][3]))
    return Table(
        f"{megabytes:,} MB of text",
        [
            "text",
            "processes",
            "MB",
            "seconds",
            "MB/s",
            "speed-up",
            "processor seconds",
            "memory, MB",
        ],
        [cells(text, count, size, each, one[text]) for text, count, size, each in rows],
    )


def more_memory(
    megabytes: int, processes: int, whole: PreparationCost, tenth: PreparationCost
) -> str:
    """Compare the memory for the whole text with that for a tenth of it."""
    more = (whole.memory - tenth.memory) / MEGABYTE
    return (
        f"memory of {megabytes:,} MB against {megabytes // 10:,} MB, {processes} processes: "
        f"{more:+.0f} MB"
    )


def cells(
    text: Path, processes: int, size: int, measured: PreparationCost, one: PreparationCost
) -> list[Cell]:
    """A row. The speed-up is relative to `one` process with the same text."""
    values = [
        name_of(text),
        str(processes),
        f"{size / MEGABYTE:,.0f}",
        f"{measured.seconds:.1f}",
        f"{size / MEGABYTE / measured.seconds:.2f}",
        f"{one.seconds / measured.seconds:.2f}",
        f"{measured.processor_seconds:.1f}",
        f"{measured.memory / MEGABYTE:.0f}",
    ]
    return [Cell(value) for value in values]


def name_of(text: Path) -> str:
    """The name of a text in the table."""
    return f"{SMALL_FILES:,} files" if text.is_dir() else f"one file ({text.stem})"


def size_of(text: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    return sum(path.stat().st_size for path in (text.iterdir() if text.is_dir() else [text]))


# -- texts -----------------------------------------------------------------------------------------


def conversations() -> list[str]:
    """The conversations of the chat corpus, with one message per line."""
    corpus = open_corpus(DEFAULT_CORPUS)
    return ["\n".join(each.texts) for part in PARTS for each in corpus.documents(part)]


def write_text(path: Path, documents: list[str], size: int) -> None:
    """About `size` bytes of conversations in random order, one word of each changed."""
    chance, written = random.Random(1), 0
    with path.open("w", encoding="utf-8") as stream:
        while written < size:
            written += stream.write(changed(chance.choice(documents), chance) + "\n\n")


def write_files(folder: Path, documents: list[str]) -> None:
    """Many files that hold the beginnings of conversations."""
    folder.mkdir()
    chance = random.Random(2)
    for number in range(SMALL_FILES):
        text = "\n".join(chance.choices(documents, k=2))[:SMALL_FILE_BYTES]
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")


def changed(document: str, chance: random.Random) -> str:
    """The document with two letters of one word exchanged, so that there are new words."""
    words = document.split(" ")
    place = chance.randrange(len(words))
    word = words[place]
    if len(word) > 3:
        at = chance.randrange(1, len(word) - 1)
        words[place] = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return " ".join(words)


# -- measuring -------------------------------------------------------------------------------------


def prepared(text: Path, processes: int) -> dict[str, object]:
    """Prepare a text into a temporary folder; time, tokens and the digest of all files."""
    settings, reading = preset("keyboard"), Reading(processes=processes)
    with tempfile.TemporaryDirectory(dir=text.parent) as folder:
        begun = time.monotonic()
        corpus = open_corpus(str(text), reading=reading)
        size, least = settings.vocabulary_size, settings.minimum_count
        found = prepare(corpus, size, least, Path(folder), reading=reading)
        seconds = time.monotonic() - begun
        digest = hashlib.sha256((found.folder / "meta.json").read_bytes()).hexdigest()
    tokens = sum(counts.tokens for counts in found.counts.values())
    return {"seconds": seconds, "tokens": tokens, "digest": digest}


def measure(text: Path, processes: int) -> PreparationCost:
    """Prepare a text in a separate process, and watch its memory while it runs."""
    arguments = ["--prepare", str(text), "--processes", str(processes)]
    used, memory = processor_seconds(), 0
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.preparation", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            while process.poll() is None:
                memory = max(memory, memory_of(process.pid))
                time.sleep(SECONDS_BETWEEN_LOOKS)
            output = process.communicate()[0]
        finally:
            # If this process is stopped, the folder of the texts is deleted.
            process.kill()
    if process.returncode:
        raise UserError(f"the preparation of {text.name} failed; see above")
    return PreparationCost(
        processor_seconds=processor_seconds() - used, memory=memory, **json.loads(output)
    )


def processor_seconds() -> float:
    """The CPU time of all processes that this one started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def memory_of(process: int) -> int:
    """The proportional share of memory (PSS) of a process and of all that it started, in bytes."""
    try:
        listing = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        threads = Path(f"/proc/{process}/task").iterdir()
        children = [
            child for thread in threads for child in (thread / "children").read_text().split()
        ]
    except OSError:  # The process has ended.
        return 0
    own = next((int(line.split()[1]) for line in listing.splitlines() if line[:4] == "Pss:"), 0)
    return own * 1024 + sum(memory_of(int(child)) for child in children)


if __name__ == "__main__":
    command(main)
