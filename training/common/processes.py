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


def ordered_map(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[Result]:
    """Yield `function(item)` for each item, in order.

    Args:
      function: A module-level function, so that other processes can import it.
      items: The arguments. They are taken only as they are needed.
      processes: Number of processes. With 1, or a single item, everything runs in this process.

    Raises:
      UserError: If a process is killed.

    Example:
      >>> list(ordered_map(abs, [-1, 2, -3], processes=2))
      [1, 2, 3]
    """
    remaining = iter(items)
    first = deque(itertools.islice(remaining, 1 if processes < 2 else 2))
    items = itertools.chain(_emptying(first), remaining)
    if len(first) < 2:
        yield from map(function, items)
    else:
        yield from _shared(function, items, processes)


def _emptying(items: deque[Item]) -> Iterator[Item]:
    """Yield the items, keeping none of them in memory."""
    while items:
        yield items.popleft()


def _shared(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[Result]:
    # A fork would copy locks held by other threads.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin)
    results = deque()
    try:
        for item in items:
            results.append(pool.submit(function, item))
            if len(results) > WAITING_FOR_EACH * processes:
                yield results.popleft().result()
        while results:
            yield results.popleft().result()
    except BrokenProcessPool as error:
        raise UserError(
            "a worker process was killed, perhaps because memory ran out; run the command again "
            "with fewer PROCESSES (--processes)"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the parent process, and exit when the parent exits or is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
