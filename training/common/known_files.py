"""Remembers facts about files, such as digests, until the files change.

A file counts as unchanged while its size, modification time, change time and inode are the same. A
file that was written within the last two seconds is not remembered, because it could change again
within the resolution of the clock.
"""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.common.errors import UserError
from training.common.files import read_json, write_json

SETTLED_SECONDS = 2.0
FORMAT = 1


def stamp_of(path: Path) -> list[int] | None:
    """Return values that change when a file changes; None if the file cannot be examined."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


class KnownFiles:
    """Facts about files, stored in a JSON file.

    Args:
      path: The JSON file. If it is missing or damaged, nothing is known. If it is None, facts are
        computed each time.

    Example:
      >>> known = KnownFiles(Path("cache/known-files.json"))
      >>> digest = known.fact(path, "sha256", lambda: sha256_of(path))
      >>> known.save()
    """

    def __init__(self, path: Path | None = None):
        self._path, self._is_changed = path, False
        self._facts: dict[str, dict[str, Any]] = {}  # by the path of the file, then by name
        if path is not None:
            with contextlib.suppress(UserError):
                values = read_json(path)
                self._facts = values["files"] if _is_whole(values) else {}

    def fact(self, path: Path, name: str, compute: Callable[[], Any]) -> Any:
        """Return a fact, computing it if it is not known.

        Args:
          path: The file.
          name: The name of the fact.
          compute: Reads the file and returns a value that JSON can represent.
        """
        facts, stamp = self._facts.get(str(path.absolute()), {}), stamp_of(path)
        known = facts.get(name)
        if stamp is not None and known is not None and known["stamp"] == stamp:
            return known["value"]
        begun = time.time_ns()
        value = compute()
        if stamp is not None and max(stamp[1:3]) < begun - SETTLED_SECONDS * 1e9:
            self._facts[str(path.absolute())] = {**facts, name: {"stamp": stamp, "value": value}}
            self._is_changed = True
        return value

    def save(self) -> None:
        """Write the JSON file, leaving out files that no longer exist."""
        if self._path is None or not self._is_changed:
            return
        there = {path: facts for path, facts in self._facts.items() if Path(path).exists()}
        write_json(self._path, {"format": FORMAT, "files": there})
        self._is_changed = False


def _is_whole(values: Any) -> bool:
    """Return whether the content of the JSON file has the form in which `save` writes it."""
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        return False
    files = values.get("files")
    return isinstance(files, dict) and all(
        isinstance(facts, dict) and all(map(_is_fact, facts.values())) for facts in files.values()
    )


def _is_fact(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"stamp", "value"}
