"""Files and folders that one process at a time may write to."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from training.common.errors import UserError

FILE = ".lock"


def require_writable(folder: Path, option: str) -> None:
    """Create `folder` if it does not exist.

    Raises:
      UserError: If it cannot be written to. The message names the `option` for another folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.closing((folder / FILE).open("a")):
            pass
    except OSError as error:
        raise UserError(
            f"cannot write to {folder}: {error.strerror}; choose another folder with {option}"
        ) from error


@contextlib.contextmanager
def locked(folder: Path, another: str) -> Iterator[None]:
    """Hold the lock of a folder. The operating system releases it whenever the process ends.

    Raises:
      UserError: If another process holds it. The message says to wait or to set `another`.
    """
    with (folder / FILE).open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"another process is training {folder}; wait for it, or set another {another}"
            ) from None
        yield


@contextlib.contextmanager
def waiting_for(lock: Path) -> Iterator[None]:
    """Hold the lock `lock`, a file that is created, once no other process holds it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
