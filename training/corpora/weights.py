"""Several sources in one CORPUS, each with a weight: `chats/:3 news.parquet:1`.

Sources are separated by spaces; quote a name with spaces as in a shell. The weight is the number
of times that each training document of the source occurs in an epoch, by default 1. If a file or
folder with the name as written exists, spaces and colons are part of the name.
"""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

from training.common.errors import UserError
from training.corpora.finding import Found, find_files

LARGEST_WEIGHT = 1_000
WEIGHTED = re.compile(r"(.+):(\d+)")


class Source(NamedTuple):
    """A file, folder or pattern, and the weight of its documents."""

    place: str
    weight: int = 1


def sources_of(corpus: str) -> list[Source]:
    """Parse CORPUS. Raises `UserError` for a weight out of range."""
    if _exists(corpus):
        return [Source(corpus)]
    try:
        names = shlex.split(corpus)
    except ValueError:
        # The quotation mark is part of the name.
        names = [corpus]
    weighted = [_source(name) for name in names]
    # If no source exists, treat CORPUS as one misspelled name with spaces.
    is_list = len(names) > 1 and any(_exists(source.place) for source in weighted)
    return weighted if is_list or len(names) == 1 else [_source(corpus)]


def _source(name: str) -> Source:
    found = None if _exists(name) else WEIGHTED.fullmatch(name)
    if found is None:
        return Source(name)
    weight = int(found[2])
    if not 1 <= weight <= LARGEST_WEIGHT:
        raise UserError(
            f"the weight in CORPUS={name} must be a whole number from 1 to {LARGEST_WEIGHT}"
        )
    return Source(found[1], weight)


def _exists(place: str) -> bool:
    """Return whether a file or folder exists, or a pattern matches something."""
    try:
        path = Path(place).expanduser()
        if path.exists():
            return True
        pattern = str(path.relative_to(path.anchor))
        is_pattern = any(sign in place for sign in "*?[")
        return is_pattern and next(Path(path.anchor).glob(pattern), None) is not None
    except (OSError, ValueError, RuntimeError):
        return False


def find_sources(corpus: str, corpora: tuple[str, ...] = (), tables: bool = False) -> Found:
    """Find the files of all sources, with their weights.

    Args:
      corpus: One or several sources.
      corpora: Names of built-in corpora, for the error message.
      tables: Whether to read the tables in folders as well.

    Raises:
      UserError: If a source has no file, or two sources share a file.
    """
    sources = sources_of(corpus)
    found = [find_files(source.place, corpora, tables) for source in sources]
    _refuse_shared(found)
    files, weights = {}, {}
    names = _unique([each.name for each in found])
    for source, each, name in zip(sources, found, names, strict=True):
        for key, path in each.files.items():
            key = f"{name}/{key}" if len(found) > 1 else key
            files[key], weights[key] = path, source.weight
    left_out = [path for each in found for path in each.left_out]
    return Found("-".join(names), files, left_out, weights)


def _unique(names: list[str]) -> list[str]:
    earlier = [names[:place].count(name) for place, name in enumerate(names)]
    return [f"{name}-{n + 1}" if n else name for name, n in zip(names, earlier, strict=True)]


def _refuse_shared(found: list[Found]) -> None:
    owners: dict[Path, int] = {}
    for index, each in enumerate(found):
        for path in each.files.values():
            if owners.setdefault(path.resolve(), index) != index:
                raise UserError(
                    f"{path} is in two sources of CORPUS; list it once, with a weight: {path}:2"
                )
