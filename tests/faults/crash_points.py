"""Kill an operation at each of its file operations: a program that the tests run.

    python -m tests.faults.crash_points OPERATION START OUT [POINT ...]

For every point (all, unless some are given) `START` is copied to `OUT/<point>`, and a fork of this
process does the operation in the copy until, right before that file operation, it kills itself with
SIGKILL. Between two file operations nothing changes on the disk but the content of the file that is
being written beside its place, so all points together stand for all moments.
"""

import os
import runpy
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# What Python reports before it changes a folder; "open" counts where it is for writing.
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR


def next_checkpoint(folder: Path) -> None:
    """Take up the newest checkpoint and write the one of step 3."""
    import numpy as np

    from training.network.checkpoint import Checkpoint, load_checkpoint, save_checkpoint

    load_checkpoint(folder, lambda _: None)
    save_checkpoint(folder, Checkpoint(3, {"weight/a": np.full(1000, 3.0)}, {"best": 1.5}))


def write_text(folder: Path) -> None:
    """Write `a.txt` anew."""
    from training.common.files import write_text

    write_text(folder / "a.txt", "after\n")


def replace_export(folder: Path) -> None:
    """Put a copy of `later` in the place of `model`."""
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
    """A command as a user runs it, in the working directory."""
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__")


def operate(name: str, folder: Path) -> None:
    """An operation of the table above, or else a command with its arguments."""
    os.chdir(folder)
    if name in OPERATIONS:
        OPERATIONS[name](folder)
    else:
        module, *arguments = name.split()
        run_command(module, arguments)


def main(name: str, start: Path, out: Path, points: Sequence[int]) -> None:
    """Go through `points`, or through all there are."""
    for point in points or range(1, 1000):
        folder = Path(shutil.copytree(start, out / str(point)))
        if not is_killed(point, name, folder):
            shutil.rmtree(folder)
            break


def is_killed(point: int, name: str, folder: Path) -> bool:
    """Whether the operation has so many file operations; if not, it came to its end."""
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
    """Let this process kill itself before the `point`-th change of something in `folder`."""
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
    """Whether a path, relative ones taken from the working directory, lies in `folder`."""
    named = isinstance(path, str | os.PathLike)
    return named and Path(os.path.abspath(path)).is_relative_to(folder)


if __name__ == "__main__":
    operation, *folders = sys.argv[1:4]
    main(operation, *(Path(folder).resolve() for folder in folders), [*map(int, sys.argv[4:])])
