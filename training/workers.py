"""Workers of one training on this machine: `--workers` of `python -m training.train`.

Starts the same command once for each worker, with `TF_CONFIG` set, and watches over them: when one
dies, the others are ended; when the user stops training, all of them stop together.
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

SECONDS_BETWEEN_LOOKS = 0.1
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def train_with_workers(count: int, arguments: Sequence[str]) -> int:
    """Run `training.train` with `arguments` in `count` workers; the exit status of them all.

    Worker 0 speaks; another one is heard only where it is the first to fail.
    """
    if not only_loopback():
        say("the workers' ports are open to your network, which must be private (SECURITY.md)")
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
    """A process that is one worker of the cluster."""

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
        # In a process group of its own it hears Ctrl-C only once, from this process.
        self.process = subprocess.Popen(
            command, env=environment, process_group=0, preexec_fn=die_with_parent, **streams
        )

    @property
    def status(self) -> int | None:
        """None while it runs; 128 and the number of the signal where one ended it."""
        status = self.process.poll()
        return status if status is None or status >= 0 else 128 - status

    def end(self) -> None:
        """Kill it if it still runs. Nothing is lost: checkpoints are written atomically."""
        if self.status is None:
            self.process.kill()
            self.process.wait()

    def explain(self) -> int:
        """Say why it failed, unless it did so itself; its exit status."""
        ended_by, status = -self.process.returncode, self.status
        if ended_by > 0:
            name = signal.Signals(ended_by).name
            complaint = f"error: worker {self.index} was ended by {name}; the same command resumes"
            print(complaint, file=sys.stderr)
        elif self._complaints is not None:
            self._complaints.seek(0)
            print(self._complaints.read().strip() or "error", file=sys.stderr)
        return int(status or 0)


def watch(workers: list[Worker], told: list[int]) -> Worker | None:
    """Wait until all have ended; the first that failed, or None.

    Does not wait for the others of one that failed, unless they were `told` to stop.
    """
    while True:
        statuses = [worker.status for worker in workers]
        failed = [worker for worker, status in zip(workers, statuses, strict=True) if status]
        if None not in statuses or (failed and not told):
            return failed[0] if failed else None
        time.sleep(SECONDS_BETWEEN_LOOKS)


def interrupted(workers: list[Worker]) -> int:
    """The exit status of workers that were told to stop: 0 where they had finished before."""
    statuses = [worker.status for worker in workers]
    if not any(statuses):
        return 0
    if statuses[0] != INTERRUPTED_STATUS:
        raise KeyboardInterrupt
    return INTERRUPTED_STATUS


@contextlib.contextmanager
def forwarding_signals(workers: list[Worker]) -> Iterator[list[int]]:
    """Hand Ctrl-C and SIGTERM on to all workers, as Ctrl-C; the list of those that came."""
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
    """The variables of each worker, with `TF_CONFIG` for a free port each on this machine."""
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
    """Ports of this machine that nothing uses."""
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(contextlib.closing(socket.create_server(("127.0.0.1", 0))))
            for _ in range(count)
        ]
        return [each.getsockname()[1] for each in sockets]


def die_with_parent() -> None:
    """Let the kernel kill this process when the one that started it ends, however it ends."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
