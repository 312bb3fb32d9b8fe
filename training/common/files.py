"""Atomic writes: a file or folder is written under a temporary name and renamed when complete."""

import contextlib
import glob
import hashlib
import io
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from training.common.errors import UserError
from training.common.stopping import stop_if_told

FREE_SPACE = "free some disk space or choose another folder"


@contextlib.contextmanager
def writing(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a temporary file that replaces `path` on success, after it is flushed to disk.

    On an exception the temporary file is removed and an existing file stays unchanged. Temporary
    files of killed processes are removed the next time the file is written.

    Args:
      path: The file to write.
      mode: "w" (UTF-8, line ends unchanged) or "wb".

    Raises:
      UserError: If the file cannot be written.
    """
    temporary = temporary_beside(path)
    encoding, newline = (None, None) if "b" in mode else ("utf-8", "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(path)
        with temporary.open(mode, encoding=encoding, newline=newline) as stream:
            yield stream
            to_disk(stream)
        stop_if_told()
        os.replace(temporary, path)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}; {FREE_SPACE}") from error
    finally:
        remove(temporary)


@contextlib.contextmanager
def making(folder: Path, whole: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield a temporary folder that is renamed to `folder` on success and deleted on failure.

    An existing `folder` is kept if `whole` accepts it, and replaced otherwise.
    """
    temporary = temporary_beside(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder)
        remove(temporary)
        temporary.mkdir()
        yield temporary
        stop_if_told()
        if folder.exists() and not whole(folder):
            remove(folder)
        # If another process has created the same folder meanwhile, keep that one.
        if not folder.exists():
            temporary.rename(folder)
    except OSError as error:
        raise UserError(
            f"cannot write {folder}: {error.strerror or error}; {FREE_SPACE}"
        ) from error
    finally:
        remove(temporary)


def to_disk(stream: IO[Any]) -> None:
    """Flush a file to disk."""
    stream.flush()
    os.fsync(stream.fileno())


def temporary_beside(path: Path, suffix: str = "tmp") -> Path:
    """Return the temporary name under which this process writes the file or folder `path`."""
    return path.with_name(f".{path.name}.{_host()}.{os.getpid()}.{suffix}")


def _host() -> str:
    """Eight digits for this machine: only here can be seen whether its processes still run."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def abandoned(path: Path, suffix: str = "tmp") -> list[Path]:
    """Return the temporary files and folders of processes of this machine that no longer run."""
    found = path.parent.glob(f".{glob.escape(path.name)}.{_host()}.*.{suffix}")
    owners = [(each, each.name.split(".")[-2]) for each in found]
    return [each for each, owner in owners if owner.isdigit() and not is_running(int(owner))]


def remove_abandoned(path: Path) -> None:
    """Delete the temporary files and folders that killed processes of this machine left."""
    for each in abandoned(path):
        remove(each)


def remove(path: Path) -> None:
    """Delete a file or a folder, ignoring errors."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def is_running(process: int) -> bool:
    """Return whether a process with this id exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 atomically."""
    with writing(path) as stream:
        stream.write(text)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON atomically, preserving the order of the keys."""
    write_text(path, json_text(value, indent=2, ensure_ascii=False) + "\n")


def json_text(value: Any, **style: Any) -> str:
    """Return `value` as JSON. Raises `UserError` for infinity and NaN, which JSON does not have."""
    try:
        return json.dumps(value, allow_nan=False, **style)
    except ValueError as error:
        raise UserError(
            "the model's metrics are not finite; train again with a smaller learning_rate "
            "and another RUN=name"
        ) from error


def read_json(path: Path) -> Any:
    """Read a JSON file. Raises `UserError` if it is missing or invalid."""
    return json_of(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """Read the bytes of a file. Raises `UserError` if it is missing or cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path} does not exist") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error}); create it again") from error


def read_lines(path: Path) -> list[str]:
    """Read the lines of a UTF-8 text, without line ends and a byte order mark.

    Raises:
      UserError: If the file cannot be read, or is not UTF-8.
    """
    try:
        return lines_of(path.read_bytes(), path)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}; check its name") from error


def lines_of(data: bytes, name: object) -> list[str]:
    """Return the lines of `data`, the bytes of the text `name`; see `read_lines`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{name} is not UTF-8; convert it first") from None
    return [line.rstrip("\n") for line in io.StringIO(text, newline=None)]


def json_of(data: bytes, path: Path) -> Any:
    """Parse `data`, the bytes of the JSON file `path`. Raises `UserError` if it is invalid."""
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise UserError(f"{path} cannot be read ({error}); create it again") from error


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
