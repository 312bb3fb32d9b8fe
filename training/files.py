"""Files that are either whole or absent: written beside their place and renamed into it."""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from training.errors import UserError


@contextlib.contextmanager
def writing(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a temporary file beside `path`; on success it is flushed to disk and takes its place.

    `mode` is "w" (UTF-8, line ends as given) or "wb". On an exception nothing is left behind and an
    older file stays as it was. Raises `UserError` where the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    encoding, newline = (None, None) if "b" in mode else ("utf-8", "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open(mode, encoding=encoding, newline=newline) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise UserError(
            f"cannot write {path}: {error.strerror or error}; make room or choose another folder"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, atomically."""
    with writing(path) as stream:
        stream.write(text)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as readable JSON with sorted keys left as given, atomically."""
    write_text(path, json_text(value, indent=2, ensure_ascii=False) + "\n")


def json_text(value: Any, **style: Any) -> str:
    """`value` as JSON, which has no infinity and no NaN: these are a `UserError`."""
    try:
        return json.dumps(value, allow_nan=False, **style)
    except ValueError as error:
        raise UserError(
            "the model's figures are not finite; train it anew with a smaller learning_rate "
            "and another RUN=name"
        ) from error


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or broken one is a `UserError` that names it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path} does not exist") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UserError(f"{path} cannot be read ({error}); make it anew") from error


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
