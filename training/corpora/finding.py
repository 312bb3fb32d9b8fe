"""Find the files of a corpus: a path, the text files in a folder, or the matches of a pattern."""

import contextlib
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from training.common.errors import UserError
from training.corpora.formats import BY_SUFFIX, PACKING, suffix_of

TEXT_SUFFIXES = (".txt", ".text")
TABLE_SUFFIXES = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".arrow", ".feather")
MOST_NAMED = 10


class Found(NamedTuple):
    """The files of a corpus.

    Args:
      name: Name of the corpus.
      files: Paths by relative name, which is part of the document keys.
      left_out: Files in the folder that are not read.
      weights: How many times the documents of a file occur in an epoch, by relative name. Once if
        the name is missing.
    """

    name: str
    files: dict[str, Path]
    left_out: Sequence[Path] = ()
    weights: dict[str, int] = {}


def find_files(place: str, corpora: tuple[str, ...] = (), tables: bool = False) -> Found:
    """Find the files at a path, in a folder, or that match a pattern.

    Args:
      place: The path or pattern.
      corpora: Names of built-in corpora, for the error message.
      tables: Whether to read the tables in a folder as well.

    Raises:
      UserError: If there are no files.
    """
    path = Path(place).expanduser()
    refuse_stream(path)
    left_out: list[Path] = []
    if path.is_dir():
        found, left_out = in_folder(path, tables)
        root = path
    elif path.exists():
        found, root = [path], path.parent
    else:
        found = matching(path, corpora)
        root = common_folder(found)
    files: dict[str, Path] = {}
    for file in found:
        key = without_packing(file.relative_to(root).as_posix())
        if key in files:
            raise UserError(f"{files[key]} and {file} have the same name; remove one of them")
        files[key] = file
    name = without_packing(path.name) if found == [path] else root.resolve().name
    return Found(name.removesuffix(".txt"), dict(sorted(files.items())), left_out)


@contextlib.contextmanager
def readable(variable: str, place: str) -> Iterator[None]:
    """Turn an error of the file system at `place` into a `UserError` that names the variable."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        # The path is too long, a folder is not accessible, or the user in `~user` does not exist.
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"cannot read {variable}={place[:80]}: {reason}") from error


def refuse_stream(path: Path) -> None:
    """Raise `UserError` for a pipe, a device or standard input, without reading from it."""
    is_descriptor = str(path).startswith(("/dev/fd/", "/proc/")) or str(path) == "/dev/stdin"
    try:
        kind = path.stat().st_mode
        streams = not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))
    except OSError:
        streams = is_descriptor
    if streams or str(path) == "-":
        raise UserError(
            f"{path} can be read only once, but a corpus is read several times; write the text to "
            "a file, for example zcat x.gz > text.txt, and set CORPUS=text.txt (.gz and .zst files "
            "can be used directly), or pass it on standard input with CORPUS=-"
        )


def in_folder(folder: Path, tables: bool = False) -> tuple[list[Path], list[Path]]:
    """Return the text files (and tables) in a folder, at any depth, and the files not read.

    Links to folders are followed. A file or folder with several names is read once, under its
    first name. Hidden files and folders are skipped.

    Raises:
      UserError: If there is no text file.
    """
    found, left_out, seen = [], [], set[tuple[int, int]]()
    for path in walk(folder, seen):
        is_read = is_text_name(path.name) or (tables and is_table_name(path.name))
        if not is_read or not is_file_or_broken(path):
            left_out.append(path)
        elif is_new(path, seen):
            found.append(path)
    if not found:
        others = f" (not read: {counted_kinds(left_out)})" if left_out else ""
        advice = "add a text file"
        if not tables and any(is_table_name(path.name) for path in left_out):
            advice = "name the text column of its tables, for example FIELD=text"
        raise UserError(f"{folder} contains no .txt or .txt.gz file{others}; {advice}")
    return found, left_out


def walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """Yield the files under a folder, sorted by name; `seen` are the folders visited so far."""
    if not is_new(folder, seen):
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UserError(f"cannot read the folder {folder}: {error.strerror or error}") from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from walk(entry, seen)
        else:
            yield entry


def is_new(path: Path, seen: set[tuple[int, int]]) -> bool:
    """Return whether a file or folder was not seen under another name, and add it to `seen`.

    A broken link is always new; reading it reports the error.
    """
    try:
        status = path.stat()
    except OSError:
        return True
    identity = (status.st_dev, status.st_ino)
    before = len(seen)
    seen.add(identity)
    return len(seen) > before


def is_text_name(name: str) -> bool:
    """Return whether a file in a folder is text: .txt, .text, and most others in .gz or .zst."""
    if PACKING.search(name.lower()):
        return suffix_of(name) not in BY_SUFFIX
    return name.lower().endswith(TEXT_SUFFIXES)


def is_table_name(name: str) -> bool:
    """Return whether a file with this name is a table that can be read, compressed or not."""
    return suffix_of(name) in TABLE_SUFFIXES


def counted_kinds(paths: Sequence[Path]) -> str:
    """Describe how many files of each kind there are."""
    kinds = Counter(path.suffix.lower() or "without a suffix" for path in paths)
    return named([f"{count} {kind}" for kind, count in sorted(kinds.items())])


def named(names: list[str]) -> str:
    """List the first ten names and the number of the others."""
    more = len(names) - MOST_NAMED
    return "; ".join(names[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def matching(pattern: Path, corpora: tuple[str, ...] = ()) -> list[Path]:
    """Return the files that match a pattern.

    Raises:
      UserError: If `pattern` is a plain path or matches no file.
    """
    if not any(sign in str(pattern) for sign in "*?["):
        named = f", or a corpus: {', '.join(corpora)}" if corpora else ""
        raise UserError(
            f"{pattern} does not exist; use a text file, a folder or a quoted pattern{named}"
        )
    anchor = Path(pattern.anchor)
    parts = str(pattern.relative_to(pattern.anchor))
    try:
        # Broken links are kept, so that reading them reports an error.
        found = [path for path in sorted(anchor.glob(parts)) if is_file_or_broken(path)]
    except ValueError as error:
        raise UserError(f"{pattern} is not a valid pattern ({error}); correct it") from None
    if not pattern.name.startswith("."):
        found = [path for path in found if not path.name.startswith(".")]
    if not found:
        raise UserError(f"{pattern} matches no files; check the pattern and quote it")
    seen = set[tuple[int, int]]()
    return [path for path in found if is_new(path, seen)]


def is_file_or_broken(path: Path) -> bool:
    """Return whether a path is a file or a broken link."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def common_folder(paths: list[Path]) -> Path:
    """Return the deepest folder that contains all files."""
    root = paths[0].parent
    while not all(path.is_relative_to(root) for path in paths):
        root = root.parent
    return root


def without_packing(name: str) -> str:
    """Return a file name without its `.gz` or `.zst` suffix."""
    return PACKING.sub("", name)
