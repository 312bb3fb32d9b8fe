"""A deterministic sample of the lines of text files, evenly spread and bounded in size."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path

from training.corpora.reading import each_line, line_groups
from training.corpora.segmentation import Line

MOST_LINES = 2_000
MOST_CHARACTERS = 1 << 24
"""Of all files together, but at least `LEAST_CHARACTERS` of each file."""
LEAST_CHARACTERS = 1 << 16
LONGEST_LINE = 2_000
"""In characters. Of a longer line, only the beginning and the end are used."""


def sampled_lines(
    paths: Iterable[Path], read: Callable[[Path], Iterator[str]] = line_groups
) -> list[Line]:
    """Return at most `MOST_LINES` lines, evenly spread over the beginnings of all files.

    `read` yields the lines of a file, alone or several together.
    """
    paths = list(paths)
    characters = max(LEAST_CHARACTERS, MOST_CHARACTERS // max(1, len(paths)))
    kept: list[Line] = []
    stride = 1
    number = 0
    for path in paths:
        for line, following in pairwise(chain(_beginning(read(path), characters), [""])):
            if not line.strip():
                continue
            if number % stride == 0:
                kept.append(_sampled(line, following))
            number += 1
            if len(kept) > MOST_LINES:
                kept, stride = kept[::2], stride * 2
    return kept


def _beginning(groups: Iterator[str], characters: int) -> Iterator[str]:
    """Yield the first lines of a text, about `characters` in all."""
    for line in chain.from_iterable(map(each_line, groups)):
        yield line
        characters -= len(line)
        if characters < 0:
            break


def _sampled(line: str, following: str) -> Line:
    follows = following.strip() and line.endswith("\n")
    return Line(_shortened(line.strip()), _shortened(following.strip()) if follows else None)


def _shortened(line: str) -> str:
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[:half]} {line[-half:]}"
