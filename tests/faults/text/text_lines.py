"""The text rules in Python, C and WebAssembly, as programs with the same line protocol.

An input line is a text as hexadecimal UTF-16, low byte first, so that it can contain anything,
including unpaired surrogates. The output line is JSON without spaces:

    [normalised, tokens, each folded, whether each is a word, joined, split again,
     then for "message", "sentence" and "line": [segments, typed segments, prefix]]

A segment is [tokens, complete]. Programs that agree write the same bytes.
`python -m tests.faults.text.text_lines` is the one for Python.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.commands import ROOT, environment
from tests.core.text_program import SANITIZED, build
from training.text.rules import (
    SEGMENTATIONS,
    Segment,
    fold,
    is_word,
    join,
    normalise,
    segments,
    split,
    typed,
)
from web.core import build_core
from web.node import NODE

HERE = Path(__file__).parent
TOKENS, SPLIT_AGAIN = 1, 5


def answer(text: str) -> str:
    """Return the output line for a text by the rules in Python."""
    tokens = split(text)
    joined = join(tokens)
    found = [
        normalise(text),
        tokens,
        list(map(fold, tokens)),
        list(map(is_word, tokens)),
        joined,
        split(joined),
        *(read(text, segmentation) for segmentation in SEGMENTATIONS),
    ]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def read(text: str, segmentation: str) -> list[object]:
    """Return the segments of a text, and the text before the cursor at its end."""
    before = typed(text, segmentation)
    return [listed(segments(text, segmentation)), listed(before.segments), before.prefix]


def listed(found: Iterable[Segment]) -> list[object]:
    """Convert segments to JSON values."""
    return [[segment.tokens, segment.complete] for segment in found]


def request(text: str) -> bytes:
    """Return the input line for a text."""
    return text.encode("utf-16-le", "surrogatepass").hex().encode() + b"\n"


def programs(folder: Path) -> dict[str, list[str]]:
    """Return the commands by language. The C program is built with sanitizers."""
    native = build("gcc", folder / "text_lines", SANITIZED, HERE / "native" / "text_lines.c")
    return {
        "Python": [sys.executable, "-m", "tests.faults.text.text_lines"],
        "WebAssembly": webassembly(),
        "C": [str(native)],
    }


def webassembly() -> list[str]:
    """Return the command for the core in WebAssembly, which is built if a source has changed."""
    build_core()
    return [str(NODE), str(HERE / "text_lines.mjs")]


class Program:
    """A running program, which ends with the `with` block."""

    def __init__(self, command: Sequence[str]):
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment()
        )

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, lines: bytes) -> None:
        """Send lines in the background, so that answers can be read at the same time."""
        assert self._process.stdin is not None
        threading.Thread(target=self._send, args=(lines,)).start()

    def _send(self, lines: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(lines)
        self._process.stdin.flush()

    def answers(self, count: int) -> list[bytes]:
        """Read the next `count` answers."""
        assert self._process.stdout is not None
        return [self._process.stdout.readline() for _ in range(count)]

    def end(self) -> int:
        """Wait for the program to end and return its exit status."""
        self._process.communicate()
        return self._process.returncode


def differing(running: Sequence[Program], texts: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the texts on which programs disagree, or whose tokens change when split again."""
    lines = b"".join(map(request, texts))
    for program in running:
        program.ask(lines)
    answers = [program.answers(len(texts)) for program in running]
    for text, *found in zip(texts, *answers, strict=True):
        if len(set(found)) > 1 or not is_stable(found[0]):
            yield text, [line.decode("utf-8", "replace") for line in found]


def is_stable(line: bytes) -> bool:
    """Return whether the tokens in an answer are the same after joining and splitting again."""
    found = json.loads(line)
    return found[TOKENS] == found[SPLIT_AGAIN]


def seconds(command: Sequence[str], texts: Iterable[str]) -> float:
    """Return the processor time that a program takes for texts, including its start."""
    with tempfile.TemporaryFile() as stdin:
        stdin.writelines(map(request, texts))
        stdin.seek(0)
        process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment()
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Answer each input line."""
    for line in sys.stdin.buffer:
        text = bytes.fromhex(line.decode()).decode("utf-16-le", "surrogatepass")
        sys.stdout.buffer.write(answer(text).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
