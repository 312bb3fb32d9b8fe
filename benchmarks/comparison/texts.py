"""Texts to measure on: the held-out part of a run's corpus, and any others given by path.

A text from elsewhere is put into the form that the network was trained on. If it is a phrase set,
each line is a segment and a document of its own. Otherwise it is prose: blank lines part the
documents, and each sentence is a segment. Phrase sets are told by their lines: nine in ten hold one
sentence, and they are not broken to a width, which would show in that the next line's first word
would not have fitted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from training.common.errors import UserError
from training.corpora.base import Document
from training.corpora.finding import find_files
from training.corpora.plain_text import blocks, check_files
from training.corpora.reading import lines
from training.data.prepare import Prepared
from training.text.rules import join, segments

SHARE_OF_SINGLE_SENTENCES = 0.9
SHARE_OF_FULL_LINES = 0.8
LEAST_WIDTH = 32
"""Characters; nobody breaks prose to less, and a few short phrases can look full by chance."""


@dataclass(frozen=True)
class Text:
    """A named text that can be read several times."""

    name: str
    kind: str
    """What it is, in a few words."""
    documents: list[Document]
    tokens: int | None = None
    """How many there are, where it is known."""


def held_out(prepared: Prepared, part: str) -> Text:
    """A held-out part of a prepared text. `UserError` if there is none."""
    if part not in prepared.parts:
        raise UserError(f"{prepared.corpus['name']} was too short to hold out a {part} part")
    kind = f"{part} part, held out from training"
    return Text(prepared.corpus["name"], kind, list(prepared.texts(part)), prepared.tokens(part))


def from_elsewhere(place: str, segmentation: str) -> Text:
    """The text at a file, folder or pattern, for a network of this `segmentation`.

    Raises `UserError` if there is none, or it is not UTF-8 text.
    """
    found = find_files(place)
    documents: list[Document] = []
    kinds = set[str]()
    checked = check_files(found.files)
    for key, path in found.files.items():
        if not checked[key][1]:
            continue
        phrases = is_phrase_set([line.strip() for line in lines(path) if line.strip()])
        kinds.add("phrases" if phrases else "prose")
        documents += (
            phrase_documents(key, path, segmentation) if phrases else prose(key, path, segmentation)
        )
    if not documents:
        raise UserError(f"{place} holds no text; give a file with at least one sentence")
    return Text(found.name, " and ".join(sorted(kinds)), documents)


def is_phrase_set(text_lines: list[str]) -> bool:
    """Whether each of the lines, which are not blank, stands for itself."""
    single = sum(len(segments(line, "sentence")) == 1 for line in text_lines)
    return single >= SHARE_OF_SINGLE_SENTENCES * len(text_lines) and not is_wrapped(text_lines)


def is_wrapped(text_lines: list[str]) -> bool:
    """Whether the lines are broken to a width: the next word would mostly not have fitted."""
    if len(text_lines) < 2:
        return False
    # One line in twenty may be longer: a heading, an address that has no place to break.
    width = sorted(map(len, text_lines))[math.ceil(0.95 * (len(text_lines) - 1))]
    if width < LEAST_WIDTH:
        return False
    full = sum(
        len(line) + 1 + len(after.split()[0]) > width for line, after in pairwise(text_lines)
    )
    return full >= SHARE_OF_FULL_LINES * (len(text_lines) - 1)


def phrase_documents(key: str, path: Path, segmentation: str) -> Iterator[Document]:
    """A document a line."""
    for number, line in enumerate(filter(str.strip, lines(path))):
        if texts := in_form(line, "message", segmentation):
            yield Document(f"{key}#{number}", texts)


def prose(key: str, path: Path, segmentation: str) -> Iterator[Document]:
    """A document a block between blank lines."""
    for number, (block, _) in enumerate(blocks(lines(path))):
        if texts := in_form(block, "sentence", segmentation):
            yield Document(f"{key}#{number}", texts)


def in_form(text: str, found: str, wanted: str) -> list[str]:
    """One text a segment, cut by `found`, written so that `wanted` cuts it the same way.

    "line" reads tokens as they stand between spaces; joined text would glue punctuation to
    words.
    """
    written = " ".join if wanted == "line" else join
    return [written(segment.tokens) for segment in segments(text, found)]
