"""The files of a corpus: what a path, a folder or a pattern stands for."""

import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from training.common.errors import UserError
from training.corpora.formats import BY_SUFFIX

TEXT_SUFFIXES = (".txt", ".text")
MOST_NAMED = 10


class Found(NamedTuple):
    """A corpus at a place: its name, its files by the names that make up keys, and what to say."""

    name: str
    files: dict[str, Path]
    notes: tuple[str, ...] = ()


def find_files(place: str, corpora: tuple[str, ...] = ()) -> Found:
    """The files at a path, in a folder or of a pattern. `UserError` if there are none.

    `corpora` are the names that could be given as well.
    """
    path = Path(place).expanduser()
    refuse_stream(path)
    left_out: list[Path] = []
    if path.is_dir():
        found, left_out = in_folder(path)
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
            raise UserError(f"{files[key]} and {file} would be one text; take one of them away")
        files[key] = file
    name = without_packing(path.name) if found == [path] else root.resolve().name
    notes = (left_out_note(left_out),) if left_out else ()
    return Found(name.removesuffix(".txt"), dict(sorted(files.items())), notes)


def refuse_stream(path: Path) -> None:
    """`UserError` for a pipe, a device and standard input, without reading from it."""
    is_descriptor = str(path).startswith(("/dev/fd/", "/proc/")) or str(path) == "/dev/stdin"
    try:
        kind = path.stat().st_mode
        streams = not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))
    except OSError:
        streams = is_descriptor
    if streams or str(path) == "-":
        raise UserError(
            f"{path} can be read only once, and a text is read several times; write it to a file, "
            "for example zcat x.gz > text.txt, and give CORPUS=text.txt "
            "(a .gz file can be given as it is)"
        )


def in_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    """The text files at any depth under a folder, and the files that are left out.

    Linked folders are followed; a file or folder with several names is read under the first one.
    Hidden files and folders are passed over. `UserError` if there is no text file.
    """
    found, left_out, seen = [], [], set[tuple[int, int]]()
    for path in walk(folder, seen):
        if not is_text_name(path.name) or not is_file_or_broken(path):
            left_out.append(path)
        elif is_new(path, seen):
            found.append(path)
    if not found:
        held = f" ({left_out_note(left_out)})" if left_out else ""
        raise UserError(f"{folder} holds no .txt or .txt.gz file{held}; put some text there")
    return found, left_out


def walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """The files under a folder in the order of their names; `seen` are the folders so far."""
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
    """Whether a file or folder was not seen under another name; it is now.

    A link that leads nowhere is new: reading it will tell.
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
    """Whether a file in a folder is to be read: .txt and .text, packed or not, and other .gz."""
    name = name.lower()
    if name.endswith(".gz"):
        return Path(name.removesuffix(".gz")).suffix not in BY_SUFFIX
    return name.endswith(TEXT_SUFFIXES)


def left_out_note(paths: list[Path]) -> str:
    """Which files of a folder are not read: how many of each kind."""
    kinds = Counter(path.suffix.lower() or "without a suffix" for path in paths)
    counted = [f"{count} {kind}" for kind, count in sorted(kinds.items())]
    return f"not read: {named(counted)}"


def named(names: list[str]) -> str:
    """The first ten, and how many more there are."""
    more = len(names) - MOST_NAMED
    return "; ".join(names[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def matching(pattern: Path, corpora: tuple[str, ...] = ()) -> list[Path]:
    """The files that a pattern matches; `UserError` if it is a plain path or matches none."""
    if not any(sign in str(pattern) for sign in "*?["):
        named = f", or a corpus: {', '.join(corpora)}" if corpora else ""
        raise UserError(
            f"{pattern} does not exist; give a text file, a folder or a pattern in quotes{named}"
        )
    anchor = Path(pattern.anchor)
    parts = str(pattern.relative_to(pattern.anchor))
    try:
        # A link that leads nowhere is kept, so that it is named.
        found = [path for path in sorted(anchor.glob(parts)) if is_file_or_broken(path)]
    except ValueError as error:
        raise UserError(f"{pattern} is no pattern that can be matched ({error})") from None
    if not pattern.name.startswith("."):
        found = [path for path in found if not path.name.startswith(".")]
    if not found:
        raise UserError(f"{pattern} matches no file; check the pattern and quote it")
    seen = set[tuple[int, int]]()
    return [path for path in found if is_new(path, seen)]


def is_file_or_broken(path: Path) -> bool:
    """Whether a path is a file, or a link that leads nowhere."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def common_folder(paths: list[Path]) -> Path:
    """The deepest folder that all files lie under."""
    root = paths[0].parent
    while not all(path.is_relative_to(root) for path in paths):
        root = root.parent
    return root


def without_packing(name: str) -> str:
    """The name of the file that was gzipped."""
    return name.removesuffix(".gz")
