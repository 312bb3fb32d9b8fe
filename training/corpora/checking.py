"""Checks text files and tables before they are used, and reads their lines."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from training.common.errors import UserError
from training.common.known_files import KnownFiles
from training.corpora.base import Progress
from training.corpora.finding import is_table_name, named
from training.corpora.formats import UnusableFile, refuse_name
from training.corpora.reading import Checked, check_text, line_groups
from training.corpora.tables import check_table, column_needed, table_lines

FACT = "checked 1"
"""Change this when the same file yields a different result."""


def line_groups_of(path: Path, field: str = "", sha256: str = "") -> Iterator[str]:
    """Yield the lines of a file or, for a table, of its column `field`; see `line_groups`.

    Raises `UserError` after the last line if `sha256` is given and the content has another digest.
    """
    read = (
        partial(table_lines, path, field)
        if is_table_name(path.name)
        else partial(line_groups, path)
    )
    return read(sha256)


def check_file(path: Path, field: str, tick: Callable[[int], None]) -> Checked:
    """Read a file once.

    Args:
      path: The file.
      field: The column of a table.
      tick: Called with the number of bytes read so far.

    Raises:
      UnusableFile: If the file is neither plain text nor a table with this column.
    """
    if not is_table_name(path.name):
        refuse_name(path)
        return check_text(path, tick)
    if not field:
        raise column_needed(path)
    return check_table(path, field, tick)


def check_files(
    files: dict[str, Path],
    field: str = "",
    known: KnownFiles | None = None,
    progress: Progress = None,
) -> dict[str, Checked]:
    """Check each file.

    Args:
      files: Paths by name.
      field: The column of tables.
      known: Remembers files; those that have not changed are not read again.
      progress: Called while files are read.

    Raises:
      UserError: If files cannot be used. The message names them.
    """
    known = known or KnownFiles()
    checked: dict[str, Checked] = {}
    bad: list[UnusableFile] = []
    sizes = {key: _size(path) for key, path in files.items()}
    tell = _Tally(sum(sizes.values()), progress)
    for key, path in files.items():
        name = f"{FACT}:{field}" if is_table_name(path.name) else FACT
        check = partial(check_file, path, field, partial(tell.within, sizes[key]))
        try:
            checked[key] = Checked(*known.fact(path, name, check))
        except UnusableFile as error:
            bad.append(error)
        tell.add(sizes[key])
    known.save()
    if bad:
        raise _complaint(bad)
    return checked


class _Tally:
    """Reports progress in bytes on disk."""

    def __init__(self, total: int, progress: Progress):
        self._done, self._total, self._progress = 0, total, progress

    def add(self, size: int) -> None:
        """Report a file of this size as read."""
        self._done += size
        self.within(0, 0)

    def within(self, size: int, read: int) -> None:
        """Report that `read` bytes of a file of this size, perhaps a compressed one, were read."""
        if self._progress:
            done = self._done + min(size, read)
            self._progress(done // 1000, self._total // 1000, "checking the text")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _complaint(bad: list[UnusableFile]) -> UserError:
    if len(bad) == 1:
        return bad[0]
    faults = named([error.what for error in bad])
    return UserError(f"{len(bad)} files cannot be used: {faults}; for the first: {bad[0].advice}")
