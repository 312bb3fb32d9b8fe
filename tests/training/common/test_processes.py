import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from training.common.errors import UserError
from training.common.processes import available_processes, ordered_map

ROOT = Path(__file__).resolve().parents[3]


def square(number: int) -> int:
    return number**2


def owner(_: int) -> int:
    return os.getpid()


def killed(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refused(number: int) -> int:
    raise UserError(f"{number} is refused")


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_order(processes):
    assert list(ordered_map(square, range(40), processes)) == [n**2 for n in range(40)]
    assert list(ordered_map(square, [], processes)) == []


def test_one_process_and_one_item_start_no_other():
    assert set(ordered_map(owner, range(9), 1)) == {os.getpid()}
    assert set(ordered_map(owner, [1], 4)) == {os.getpid()}
    assert os.getpid() not in set(ordered_map(owner, range(9), 2))


def test_items_are_taken_as_they_are_needed():
    taken = []
    items = (taken.append(n) or n for n in range(1_000))
    results = ordered_map(square, items, 2)
    next(results)
    assert len(taken) < 10
    results.close()


def test_an_error_and_a_killed_process_end_the_work():
    with pytest.raises(UserError, match="1 is refused"):
        list(ordered_map(refused, range(1, 9), 2))
    with pytest.raises(UserError, match="a worker process was killed.*fewer PROCESSES"):
        list(ordered_map(killed, range(9), 2))


ENDLESS = """
import itertools, os, sys, time
from training.common.processes import ordered_map
from tests.training.common.test_processes import owner
for process in ordered_map(owner, itertools.count(), 2):
    print(process, flush=True)
"""


def test_workers_end_with_a_process_that_is_killed():
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 60
    while is_alive(worker):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(process: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_there_is_a_processor_for_this_process():
    assert 1 <= available_processes() <= (os.cpu_count() or 1)
