"""Shares work between processes; results come in order, whatever the number of processes."""

import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TypeVar

from training.common.errors import UserError

Item = TypeVar("Item")
Result = TypeVar("Result")

WAITING_FOR_EACH = 2
"""Items submitted ahead per process: none is idle, and memory stays bounded."""


def available_processes() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0))


class Processes:
    """Processes that share work. They start when they are first needed.

    Example:
      >>> with Processes(2) as processes:
      ...     list(processes.map(abs, [-1, 2, -3]))
      [1, 2, 3]
    """

    def __init__(self, count: int):
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield `function(item)` for each item, in order.

        With one process, or a single item, everything runs in this process.

        Args:
          function: A module-level function, so that other processes can import it.
          items: The arguments. They are taken only as they are needed.

        Raises:
          UserError: If a process is killed.
        """
        remaining = iter(items)
        first = deque(itertools.islice(remaining, 1 if self._count < 2 else 2))
        items = itertools.chain(_emptying(first), remaining)
        if len(first) < 2:
            yield from map(function, items)
        else:
            yield from self._shared(function, items)

    def _shared(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        pool = self._started()
        results = deque()
        try:
            for item in items:
                results.append(pool.submit(function, item))
                if len(results) > WAITING_FOR_EACH * self._count:
                    yield results.popleft().result()
            while results:
                yield results.popleft().result()
        except BrokenProcessPool as error:
            raise UserError(
                "a worker process was killed, perhaps because memory ran out; run the command "
                "again with fewer PROCESSES (--processes)"
            ) from error

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # A fork would copy locks held by other threads.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, mp_context=context, initializer=_begin)
        return self._pool


def ordered_map(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[Result]:
    """Yield `function(item)` for each item, in order; see `Processes.map`."""
    with Processes(processes) as shared:
        yield from shared.map(function, items)


def _emptying(items: deque[Item]) -> Iterator[Item]:
    """Yield the items, keeping none of them in memory."""
    while items:
        yield items.popleft()


def _begin() -> None:
    """Leave Ctrl-C to the parent process, and exit when the parent exits or is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
