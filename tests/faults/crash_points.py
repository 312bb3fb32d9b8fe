"""Kill an operation before each of its file operations. Run by the tests as a program.

    python -m tests.faults.crash_points OPERATION START OUT [POINT ...]

For every point (by default, all of them) `START` is copied to `OUT/<point>`. A fork of this process
runs the operation in the copy and kills itself with SIGKILL right before that file operation.
Between two file operations, only the content of temporary files changes on disk, so the points
together cover every moment.
"""

import os
import runpy
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# Audit events that Python raises before it changes a folder. "open" counts only for writing.
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR


def next_checkpoint(folder: Path) -> None:
    """Load the newest checkpoint and write that of step 3."""
    import numpy as np

    from training.network.checkpoint import Checkpoint, load_checkpoint, save_checkpoint

    load_checkpoint(folder, lambda _: None)
    save_checkpoint(folder, Checkpoint(3, {"weight/a": np.full(1000, 3.0)}, {"best": 1.5}))


def write_text(folder: Path) -> None:
    """Overwrite `a.txt`."""
    from training.common.files import write_text

    write_text(folder / "a.txt", "after\n")


def replace_export(folder: Path) -> None:
    """Replace `model` by a copy of `later`."""
    from export.build import replacing

    with replacing(folder / "model") as fresh:
        shutil.copytree(folder / "later", fresh, dirs_exist_ok=True)


def prepare_text(folder: Path) -> None:
    """Prepare `chats.txt`."""
    from training.corpora import open_corpus
    from training.data.prepare import prepare

    prepare(open_corpus(str(folder / "chats.txt")), 500, 1, folder / "cache")


OPERATIONS: dict[str, Callable[[Path], None]] = {
    operation.__name__: operation
    for operation in (next_checkpoint, write_text, replace_export, prepare_text)
}


def run_command(module: str, arguments: Sequence[str]) -> None:
    """Run a command as a user does, in the working directory."""
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__")


def operate(name: str, folder: Path) -> None:
    """Run an operation of the table above, or a command with its arguments."""
    os.chdir(folder)
    if name in OPERATIONS:
        OPERATIONS[name](folder)
    else:
        module, *arguments = name.split()
        run_command(module, arguments)


def main(name: str, start: Path, out: Path, points: Sequence[int]) -> None:
    """Kill the operation at each of `points`, by default at all of them."""
    for point in points or range(1, 1000):
        folder = Path(shutil.copytree(start, out / str(point)))
        if not is_killed(point, name, folder):
            shutil.rmtree(folder)
            break


def is_killed(point: int, name: str, folder: Path) -> bool:
    """Run the operation and return whether it was killed at `point`. If not, it finished."""
    process = os.fork()
    if process == 0:
        kill_at(point, folder)
        try:
            operate(name, folder)
        except SystemExit as error:
            os._exit(int(error.code or 0))
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise SystemExit(f"{name} failed with status {status} at point {point}")
    return status == -signal.SIGKILL


def kill_at(point: int, folder: Path) -> None:
    """Make this process kill itself before the `point`-th change in `folder`."""
    left = point

    def hear(event: str, arguments: tuple) -> None:
        nonlocal left
        changing = event in CHANGES or (event == "open" and arguments[2] & WRITING)
        if changing and is_in(folder, arguments[0]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


def is_in(folder: Path, path: object) -> bool:
    """Return whether a path is in `folder`. Relative paths start at the working directory."""
    named = isinstance(path, str | os.PathLike)
    return named and Path(os.path.abspath(path)).is_relative_to(folder)


if __name__ == "__main__":
    operation, *folders = sys.argv[1:4]
    main(operation, *(Path(folder).resolve() for folder in folders), [*map(int, sys.argv[4:])])
