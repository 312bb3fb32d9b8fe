"""Text from standard input (`CORPUS=-`), copied to a file because a corpus is read twice."""

import os
import shutil
import sys
from pathlib import Path

from training.common.errors import UserError
from training.common.files import remove, remove_abandoned, temporary_beside
from training.corpora.finding import Found
from training.corpora.reading import CHUNK_BYTES, HashedStream

NAME = "standard-input"


def standard_input(cache_folder: Path, is_table: bool) -> Found:
    """Copy standard input to a file in `cache_folder`, named after its content.

    Args:
      cache_folder: The folder for the copy.
      is_table: Whether the input is JSON Lines, not plain text. Either can be compressed.

    Raises:
      UserError: If there is no standard input, or the copy cannot be written.
    """
    folder, suffix = cache_folder / NAME, ".jsonl" if is_table else ".txt"
    temporary = temporary_beside(folder / "text")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder / "text")
        path = folder / f"{_copied(temporary)[:16]}{suffix}"
        os.replace(temporary, path)
    except OSError as error:
        raise UserError(
            f"cannot copy standard input to {folder}: {error.strerror or error}; free some space "
            "or choose another folder with --cache"
        ) from error
    finally:
        remove(temporary)
    return Found(NAME, {f"{NAME}{suffix}": path})


def _copied(path: Path) -> str:
    """Copy standard input to a file. Returns the SHA-256 of the bytes."""
    if sys.stdin is None:
        raise UserError("standard input is closed; use a file: CORPUS=text.txt")
    if sys.stdin.isatty():
        # Imported late because `make` checks its variables before packages are installed.
        from training.common.display import say

        say("reading standard input; end it with Ctrl-D")
    hashed = HashedStream(sys.stdin.buffer)
    with path.open("wb") as stream:
        shutil.copyfileobj(hashed, stream, CHUNK_BYTES)
    return hashed.digest
