"""Runs a program that reads commands and answers line by line."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from training.common.errors import UserError

# Most answers take a fraction of a second; a long measurement takes minutes.
ANSWER_SECONDS = 1800


class LineProgram:
    """A running program, called `name` in error messages. A context manager that ends it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
    ):
        self._name = name
        # Standard error goes to a file: a pipe that nobody reads would fill up.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
        )
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> int:
        """End the program and return its exit status."""
        self._end()
        self._complaints.close()
        return self._process.returncode

    def send(self, line: str) -> None:
        """Write a line to the program; `UserError` with its error output if it has ended."""
        pipe = self._process.stdin
        if pipe is None:
            raise UserError(f"{self._name} has no standard input")
        try:
            pipe.write(line.encode("utf-8") + b"\n")
            pipe.flush()
        except BrokenPipeError:
            raise self.ended() from None

    def line(self) -> str:
        """The next line of output; `UserError` if the program has ended or does not answer."""
        pipe = self._process.stdout
        while pipe is not None and b"\n" not in self._unread:
            ready, _, _ = select.select([pipe], [], [], ANSWER_SECONDS)
            if not ready:
                self._process.kill()
                raise UserError(f"{self._name} did not answer within {ANSWER_SECONDS} seconds")
            part = os.read(pipe.fileno(), 1 << 16)
            if not part:
                raise self.ended()
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode("utf-8")

    def resident(self) -> int:
        """Resident memory of the program in bytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return 1024 * int(line.split()[1])

    def ended(self) -> UserError:
        """End the program, and return an error with its exit status and error output."""
        self._end()
        self._complaints.seek(0)
        complaint = self._complaints.read().decode("utf-8", "replace")[-2000:].strip()
        return UserError(f"{self._name} ended with status {self._process.returncode}: {complaint}")

    def _end(self) -> None:
        """Close its input and wait until it ends."""
        try:
            self._process.communicate(timeout=ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
