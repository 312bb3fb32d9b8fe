"""Texts to measure on: the held-out part of a run's corpus, and other texts given by path.

Other texts are converted to the form on which the network was trained. In a phrase set, each line
is a segment and a document. In prose, blank lines separate documents and each sentence is a
segment. A text is a phrase set if at least 90% of its lines hold one sentence and the lines are not
wrapped at a fixed width. They are wrapped if the first word of the next line would mostly not have
fitted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from training.common.errors import UserError
from training.corpora.base import Document
from training.corpora.checking import check_files
from training.corpora.documents import blocks
from training.corpora.finding import find_files, readable
from training.corpora.reading import line_groups, lines
from training.data.prepare import Prepared
from training.text.rules import join, segments

SHARE_OF_SINGLE_SENTENCES = 0.9
SHARE_OF_FULL_LINES = 0.8
LEAST_WIDTH = 32
"""In characters. Nobody wraps prose at less, and short phrases can look wrapped by chance."""


@dataclass(frozen=True)
class Text:
    """A named text that can be read several times."""

    name: str
    kind: str
    """A short description."""
    documents: list[Document]
    tokens: int | None = None
    """Number of tokens, if known."""


def held_out(prepared: Prepared, part: str) -> Text:
    """A held-out part of a prepared text; `UserError` if there is none."""
    if part not in prepared.parts:
        raise UserError(f"{prepared.corpus['name']} has no {part} part; name other texts")
    kind = f"{part} part, held out from training"
    return Text(prepared.corpus["name"], kind, list(prepared.texts(part)), prepared.tokens(part))


def chosen_texts(prepared: Prepared, part: str, places: Sequence[str]) -> list[Text]:
    """The held-out part, if there is one, and the texts at `places`."""
    texts = [from_elsewhere(place, prepared.segmentation) for place in places]
    if part in prepared.parts or not texts:
        texts.insert(0, held_out(prepared, part))
    return texts


def from_elsewhere(place: str, segmentation: str) -> Text:
    """Read the text in a file, folder or glob, for a network with this `segmentation`.

    Raises:
        UserError: If there is no text, or it is not UTF-8.
    """
    with readable("TEXTS", place):
        found = find_files(place)
    documents: list[Document] = []
    kinds = set[str]()
    checked = check_files(found.files)
    for key, path in found.files.items():
        if not checked[key].has_text:
            continue
        phrases = is_phrase_set([line.strip() for line in lines(path) if line.strip()])
        kinds.add("phrases" if phrases else "prose")
        documents += (
            phrase_documents(key, path, segmentation) if phrases else prose(key, path, segmentation)
        )
    if not documents:
        raise UserError(f"{place} has no text; give a file with at least one sentence")
    return Text(found.name, " and ".join(sorted(kinds)), documents)


def is_phrase_set(text_lines: list[str]) -> bool:
    """Whether each of the lines, none of which is blank, is a separate phrase."""
    single = sum(len(segments(line, "sentence")) == 1 for line in text_lines)
    return single >= SHARE_OF_SINGLE_SENTENCES * len(text_lines) and not is_wrapped(text_lines)


def is_wrapped(text_lines: list[str]) -> bool:
    """Whether the lines are wrapped: the next word would mostly not have fitted."""
    if len(text_lines) < 2:
        return False
    # One line in twenty may be longer, such as a heading or a URL that cannot be wrapped.
    width = sorted(map(len, text_lines))[math.ceil(0.95 * (len(text_lines) - 1))]
    if width < LEAST_WIDTH:
        return False
    full = sum(
        len(line) + 1 + len(after.split()[0]) > width for line, after in pairwise(text_lines)
    )
    return full >= SHARE_OF_FULL_LINES * (len(text_lines) - 1)


def phrase_documents(key: str, path: Path, segmentation: str) -> Iterator[Document]:
    """Yield a document for each line."""
    for number, line in enumerate(filter(str.strip, lines(path))):
        if texts := in_form(line, "message", segmentation):
            yield Document(f"{key}#{number}", texts)


def prose(key: str, path: Path, segmentation: str) -> Iterator[Document]:
    """Yield a document for each block between blank lines."""
    for number, (block, _) in enumerate(blocks(line_groups(path))):
        if texts := in_form(block, "sentence", segmentation):
            yield Document(f"{key}#{number}", texts)


def in_form(text: str, found: str, wanted: str) -> list[str]:
    """Split by `found` into segments, each written so that `wanted` reads it as one segment.

    "line" reads tokens separated by spaces, so joining as in the other forms would attach
    punctuation to words.
    """
    written = " ".join if wanted == "line" else join
    return [written(segment.tokens) for segment in segments(text, found)]
