"""Cuts lines into documents, and documents into segments."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from training.corpora.base import Document
from training.corpora.reading import each_line
from training.text import patterns as rules
from training.text.rules import Segment, join, segments

LONGEST_DOCUMENT = 1 << 20
"""In characters. A longer block is cut at the end of a line, which bounds the memory."""
BATCH_CHARACTERS = 1 << 19
"""The amount of text that a process works on at a time."""

BLANK_LINES = re.compile(r"\n\s*\n")

Item = TypeVar("Item")


def blocks(groups: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the blocks between blank lines, and whether each continues in the next block.

    `groups` are lines, or several whole lines together (`line_groups`).
    """
    block: list[str] = []
    length = 0
    for text, is_ended in _between_blank_lines(groups):
        is_long = length + len(text) > LONGEST_DOCUMENT
        for line in each_line(text) if is_long else filter(None, [text]):
            if length + len(line) > LONGEST_DOCUMENT and block:
                yield "".join(block), True
                block, length = [], 0
            block.append(line)
            length += len(line)
        if is_ended and block:
            yield "".join(block), False
            block, length = [], 0
    if block:
        yield "".join(block), False


def _between_blank_lines(groups: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the lines that are not blank, and whether a blank line follows."""
    for group in groups:
        first, *others = BLANK_LINES.split("\n" + group)
        *ended, last = [first[1:], *others]
        for text in ended:
            yield text and text + "\n", True
        if last and not last.isspace():
            yield last, False


def texts_of(block: str, segmentation: str) -> list[str]:
    """Split a block into texts: its lines or, with segmentation "sentence", the whole block."""
    if segmentation == "sentence":
        return [block]
    stripped = map(str.strip, rules.LINE_END.split(block))
    return [line for line in stripped if line]


def segments_of(document: Document, segmentation: str) -> list[Segment]:
    """Return the sentences, messages or lines of a document, as tokens."""
    return [segment for text in document.texts for segment in segments(text, segmentation)]


def excerpt(document: Document, begin: int, stop: int, segmentation: str) -> Document:
    """Return a document with only the segments `begin` to `stop` (exclusive), one text each."""
    written = " ".join if segmentation == "line" else join
    kept = segments_of(document, segmentation)[begin:stop]
    return Document(document.key, [written(segment.tokens) for segment in kept])


def batched(items: Iterable[Item], document_of: Callable[[Item], Document]) -> Iterator[list[Item]]:
    """Yield items, each with a document, in lists of about `BATCH_CHARACTERS`."""
    batch, length = [], 0
    for item in items:
        batch.append(item)
        length += document_of(item).characters
        if length >= BATCH_CHARACTERS:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def counted(task: tuple[str, list[Document]]) -> tuple[int, list[tuple[int, int]]]:
    """Count the characters of all documents, and the sentences and tokens of each.

    `task` is the segmentation and the documents.
    """
    segmentation, documents = task
    characters, counts = 0, []
    for document in documents:
        characters += document.characters
        found = segments_of(document, segmentation)
        counts.append((len(found), sum(len(segment.tokens) + 1 for segment in found)))
    return characters, counts
