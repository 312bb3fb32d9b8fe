"""Several workers on this machine: `python -m training.train --workers 2`.

Starts the same command once for each worker with `TF_CONFIG` set, and supervises the workers. When
one dies, the others are killed; Ctrl-C and SIGTERM stop all of them cleanly.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import IO, Any

from training.common.display import say
from training.common.errors import INTERRUPTED_STATUS
from training.common.loopback import only_loopback
from training.network.cluster import LOST_STATUS

SECONDS_BETWEEN_LOOKS = 0.1
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def train_with_workers(count: int, arguments: Sequence[str]) -> int:
    """Run `training.train` with `arguments` in `count` workers and return the exit status.

    Only worker 0 prints, unless another worker is the first to fail.
    """
    if not only_loopback():
        say("the workers' ports are open to your network, which must be private; see SECURITY.md")
    command = [sys.executable, "-m", "training.train", *arguments]
    places = environments(count)
    with contextlib.ExitStack() as stack:
        workers = [Worker(index, command, place, stack) for index, place in enumerate(places)]
        try:
            with forwarding_signals(workers) as told:
                failed = watch(workers, told)
        finally:
            for worker in workers:
                worker.end()
        if told:
            return interrupted(workers)
        return failed.explain() if failed else 0


class Worker:
    """The process of one worker."""

    def __init__(
        self,
        index: int,
        command: list[str],
        environment: dict[str, str],
        stack: contextlib.ExitStack,
    ):
        self.index = index
        self._complaints: IO[str] | None = None
        streams: dict[str, Any] = {}
        if index:
            complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115
            self._complaints = stack.enter_context(complaints)
            streams = {"stdout": subprocess.DEVNULL, "stderr": self._complaints}
        # In a separate process group, it receives Ctrl-C only once, from this process.
        self.process = subprocess.Popen(
            command, env=environment, process_group=0, preexec_fn=die_with_parent, **streams
        )

    @property
    def status(self) -> int | None:
        """The exit status, 128 plus the number of the signal that ended it, or None if running."""
        status = self.process.poll()
        return status if status is None or status >= 0 else 128 - status

    def end(self) -> None:
        """Kill the process if it is running. Checkpoints are written atomically."""
        if self.status is None:
            self.process.kill()
            self.process.wait()

    def explain(self) -> int:
        """Print why the worker failed, unless it did so itself, and return its exit status."""
        ended_by, status = -self.process.returncode, self.status
        if ended_by > 0:
            name = signal.Signals(ended_by).name
            complaint = (
                f"error: worker {self.index} was killed by {name}; run the same command to resume"
            )
            print(complaint, file=sys.stderr)
        elif status == LOST_STATUS:
            complaint = "error: another worker does not answer; run the same command to resume"
            print(complaint, file=sys.stderr)
        elif self._complaints is not None:
            self._complaints.seek(0)
            print(self._complaints.read().strip() or "error", file=sys.stderr)
        return int(status or 0)


def watch(workers: list[Worker], told: list[int]) -> Worker | None:
    """Wait until all workers have ended, or one has failed; return the one that failed.

    If the workers were `told` to stop, wait for all of them.
    """
    while True:
        statuses = [worker.status for worker in workers]
        failed = [worker for worker, status in zip(workers, statuses, strict=True) if status]
        if None not in statuses or (failed and not told):
            # That another worker was lost is never the cause.
            return min(failed, key=lambda one: one.status == LOST_STATUS, default=None)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def interrupted(workers: list[Worker]) -> int:
    """Return the exit status of workers that were told to stop: 0 if they finished before."""
    statuses = [worker.status for worker in workers]
    if not any(statuses):
        return 0
    if statuses[0] != INTERRUPTED_STATUS:
        raise KeyboardInterrupt
    return INTERRUPTED_STATUS


@contextlib.contextmanager
def forwarding_signals(workers: list[Worker]) -> Iterator[list[int]]:
    """Forward Ctrl-C and SIGTERM to all workers as Ctrl-C, and list the received signals."""
    told: list[int] = []

    def forward(number: int, _: Any) -> None:
        told.append(number)
        for worker in workers:
            if worker.process.poll() is None:
                worker.process.send_signal(signal.SIGINT)

    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, forward) for kind in kinds]
    try:
        yield told
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


def environments(count: int) -> list[dict[str, str]]:
    """Return the environment of each worker, with a free port of this machine in `TF_CONFIG`."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(count)]
    cluster = {"worker": addresses}
    return [
        {
            **os.environ,
            "TF_CONFIG": json.dumps(
                {"cluster": cluster, "task": {"type": "worker", "index": index}}
            ),
        }
        for index in range(count)
    ]


def free_ports(count: int) -> list[int]:
    """Return free ports of this machine."""
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(contextlib.closing(socket.create_server(("127.0.0.1", 0))))
            for _ in range(count)
        ]
        return [each.getsockname()[1] for each in sockets]


def die_with_parent() -> None:
    """Make the kernel kill this process when its parent ends."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
