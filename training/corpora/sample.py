"""A deterministic sample of the lines of text files, evenly spread and bounded in size."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from training.corpora.reading import lines
from training.corpora.segmentation import Line

MOST_LINES = 2_000
MOST_CHARACTERS = 1 << 24
"""Of all files together, but at least `LEAST_CHARACTERS` of each file."""
LEAST_CHARACTERS = 1 << 16
LONGEST_LINE = 2_000
"""In characters. Of a longer line, only the beginning and the end are used."""


def sampled_lines(
    paths: Iterable[Path], read: Callable[[Path], Iterator[str]] = lines
) -> list[Line]:
    """Return at most `MOST_LINES` lines, evenly spread over the beginnings of all files.

    `read` yields the lines of a file.
    """
    paths = list(paths)
    characters = max(LEAST_CHARACTERS, MOST_CHARACTERS // max(1, len(paths)))
    kept: list[Line] = []
    stride = 1
    number = 0
    for path in paths:
        for line in _beginning(read(path), characters):
            if number % stride == 0:
                kept.append(line)
            number += 1
            if len(kept) > MOST_LINES:
                kept, stride = kept[::2], stride * 2
    return kept


def _beginning(text_lines: Iterator[str], characters: int) -> Iterator[Line]:
    """Yield the lines that are not blank among the first `characters` of a text."""
    before = ""
    for line in text_lines:
        if before.strip():
            follows = line.strip() and before.endswith("\n")
            yield Line(_shortened(before.strip()), _shortened(line.strip()) if follows else None)
        characters -= len(line)
        before = line
        if characters < 0:
            break
    if before.strip():
        yield Line(_shortened(before.strip()), None)


def _shortened(line: str) -> str:
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[:half]} {line[-half:]}"
