"""A program that answers line by line on its standard output."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from training.common.errors import UserError

# An answer takes a fraction of a second, a long measurement minutes.
ANSWER_SECONDS = 1800


class LineProgram:
    """A running program, `name` in complaints. As a context manager it ends with the block."""

    def __init__(self, name: str, command: Sequence[str | Path]):
        self._name = name
        # A file takes whatever the program complains of; a pipe that nobody reads would fill up.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
        )
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> int:
        """End the program; its exit status."""
        self._end()
        self._complaints.close()
        return self._process.returncode

    def send(self, line: str) -> None:
        """Write a line to it; `UserError` with its last words where it has ended."""
        pipe = self._process.stdin
        if pipe is None:
            raise UserError(f"{self._name} has no input")
        try:
            pipe.write(line.encode("utf-8") + b"\n")
            pipe.flush()
        except BrokenPipeError:
            raise self.ended() from None

    def line(self) -> str:
        """The next line of an answer; `UserError` where it has ended, or does not answer."""
        pipe = self._process.stdout
        while pipe is not None and b"\n" not in self._unread:
            ready, _, _ = select.select([pipe], [], [], ANSWER_SECONDS)
            if not ready:
                self._process.kill()
                raise UserError(f"{self._name} gave no answer in {ANSWER_SECONDS} seconds")
            part = os.read(pipe.fileno(), 1 << 16)
            if not part:
                raise self.ended()
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode("utf-8")

    def resident(self) -> int:
        """Bytes of memory that it takes now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return 1024 * int(line.split()[1])

    def ended(self) -> UserError:
        """End it, and say with which status and last words."""
        self._end()
        self._complaints.seek(0)
        complaint = self._complaints.read().decode("utf-8", "replace")[-2000:].strip()
        return UserError(f"{self._name} ended ({self._process.returncode}): {complaint}")

    def _end(self) -> None:
        """Close its input, and wait for its end."""
        try:
            self._process.communicate(timeout=ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
