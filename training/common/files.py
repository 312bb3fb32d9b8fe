"""Files that are either whole or absent: written beside their place and renamed into it."""

import contextlib
import glob
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from training.common.errors import UserError
from training.common.stopping import stop_if_told


@contextlib.contextmanager
def writing(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a temporary file beside `path`; on success it is flushed to disk and takes its place.

    `mode` is "w" (UTF-8, line ends as given) or "wb". On an exception nothing is left behind and an
    older file stays as it was; what a killed process left is removed by the next one that writes
    the file. Raises `UserError` where the file cannot be written.
    """
    temporary = temporary_beside(path)
    encoding, newline = (None, None) if "b" in mode else ("utf-8", "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(path)
        with temporary.open(mode, encoding=encoding, newline=newline) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        stop_if_told()
        os.replace(temporary, path)
    except OSError as error:
        raise UserError(
            f"cannot write {path}: {error.strerror or error}; make room or choose another folder"
        ) from error
    finally:
        remove(temporary)


def temporary_beside(path: Path, suffix: str = "tmp") -> Path:
    """Where this process makes what is to take the place of `path`: a file or a folder."""
    return path.with_name(f".{path.name}.{os.getpid()}.{suffix}")


def abandoned(path: Path, suffix: str = "tmp") -> list[Path]:
    """What `temporary_beside` named in processes that have ended since."""
    found = path.parent.glob(f".{glob.escape(path.name)}.*.{suffix}")
    owners = [(each, each.name.split(".")[-2]) for each in found]
    return [each for each, owner in owners if owner.isdigit() and not is_running(int(owner))]


def remove_abandoned(path: Path) -> None:
    """Delete what killed processes left while they made `path`."""
    for each in abandoned(path):
        remove(each)


def remove(path: Path) -> None:
    """Delete a file or a folder, as far as that is possible."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def is_running(process: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, atomically."""
    with writing(path) as stream:
        stream.write(text)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as readable JSON, its keys in the order given, atomically."""
    write_text(path, json_text(value, indent=2, ensure_ascii=False) + "\n")


def json_text(value: Any, **style: Any) -> str:
    """`value` as JSON, which has no infinity and no NaN: these are a `UserError`."""
    try:
        return json.dumps(value, allow_nan=False, **style)
    except ValueError as error:
        raise UserError(
            "the model's figures are not finite; train it again with a smaller learning_rate "
            "and another RUN=name"
        ) from error


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or broken one is a `UserError` that names it."""
    return json_of(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; `UserError` that names it where it is missing or cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path} does not exist") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error}); create it again") from error


def json_of(data: bytes, path: Path) -> Any:
    """The JSON in the bytes of a file; `UserError` that names `path` for any other."""
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise UserError(f"{path} cannot be read ({error}); create it again") from error


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
