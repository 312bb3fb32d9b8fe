"""The work of one process on a batch of documents: splitting into tokens, and encoding.

The vocabulary is known only after the whole text has been split into tokens. To do this only once,
words first get numbers that are local to their batch, which are later mapped to ids.
"""

import functools
import pickle
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from training.corpora.base import PARTS, Part, Piece
from training.text.rules import segments
from training.text.sentences import sentence_starts
from training.text.vocabulary import END, UNKNOWN, Vocabulary

END_CODE = 0
LARGEST_UINT16 = (1 << 16) - 1


@dataclass(frozen=True)
class Batch:
    """Documents as local word numbers.

    Attributes:
      forms: The written words; the first one has number 1.
      codes: uint16 or uint32 [tokens]. Twice the number of each word, plus 1 for the first word of
        a sentence; `END_CODE` after each segment.
      lengths: int64 [documents]. The number of codes of each document.
      parts: uint8 [documents]. The index of each document's part in `PARTS`.
    """

    forms: list[str]
    codes: np.ndarray
    lengths: np.ndarray
    parts: np.ndarray

    def tokens_of(self, part: Part) -> int:
        """Return the number of tokens in this part."""
        return int(self.lengths[self.parts == PARTS.index(part)].sum())

    def counts(self) -> np.ndarray:
        """Count each form inside training sentences and at their start, int64 [forms, 2]."""
        codes = self.codes[self.belongs_to("train")]
        counts = np.bincount(codes, minlength=2 * len(self.forms) + 2)
        return counts.reshape(-1, 2)[1:]

    def belongs_to(self, part: Part) -> np.ndarray:
        """Return for each code whether its document is in this part, bool [tokens]."""
        return np.repeat(self.parts == PARTS.index(part), self.lengths)

    def of(self, part: Part) -> "Batch":
        """Return a batch of only the documents in this part."""
        belongs, chosen = self.belongs_to(part), self.parts == PARTS.index(part)
        return Batch(self.forms, self.codes[belongs], self.lengths[chosen], self.parts[chosen])

    def without(self, document: int) -> "Batch":
        """Return a batch in which one document has no tokens."""
        end = int(self.lengths[: document + 1].sum())
        begin, lengths = end - int(self.lengths[document]), self.lengths.copy()
        lengths[document] = 0
        codes = np.delete(self.codes, slice(begin, end))
        return Batch(self.forms, codes, lengths, self.parts)


class EncodedPart(NamedTuple):
    """The documents of one part that have tokens."""

    part: Part
    ids: np.ndarray
    lengths: np.ndarray
    segments: int
    unknown: int


def tokenised(task: tuple[str, Sequence[Piece]]) -> Batch:
    """Split documents into tokens. `task` is the segmentation and the documents."""
    segmentation, pieces = task
    numbers: dict[str, int] = {}
    codes, lengths = array("I"), []
    for piece in pieces:
        begin = len(codes)
        for text in piece.document.texts:
            for segment in segments(text, segmentation):
                codes.extend(_codes(segment.tokens, numbers))
        lengths.append(len(codes) - begin)
    parts = [PARTS.index(piece.part) for piece in pieces]
    kind = np.uint16 if 2 * len(numbers) + 1 <= LARGEST_UINT16 else np.uint32
    return Batch(
        list(numbers),
        np.frombuffer(codes, np.uintc).astype(kind) if codes else np.zeros(0, kind),
        np.array(lengths, np.int64),
        np.array(parts, np.uint8),
    )


def _codes(tokens: Sequence[str], numbers: dict[str, int]) -> list[int]:
    """Return the codes of a segment, numbering new words."""
    codes = [
        2 * numbers.setdefault(token, len(numbers) + 1) + starts
        for token, starts in zip(tokens, sentence_starts(tokens), strict=True)
    ]
    codes.append(END_CODE)
    return codes


@dataclass(frozen=True)
class Encoding:
    """The files with the batches and the vocabulary, and the type of the ids."""

    spool: Path
    vocabulary: Path
    digest: str
    segmentation: str
    kind: np.dtype


class Place(NamedTuple):
    """The offset of a batch in the spool, and whether to read only its training part."""

    offset: int
    is_for_training: bool

    def batch(self, spool: Path) -> Batch:
        """Read the batch."""
        with spool.open("rb") as stream:
            stream.seek(self.offset)
            batch: Batch = pickle.load(stream)
        return batch.of("train") if self.is_for_training else batch


def encoded(task: tuple[Encoding, Place]) -> list[EncodedPart]:
    """Encode the documents of each part of a batch."""
    encoding, place = task
    batch = place.batch(encoding.spool)
    vocabulary = _vocabulary(encoding.vocabulary, encoding.segmentation, encoding.digest)
    ids_of_forms = np.array([END, *vocabulary.encode(batch.forms)], encoding.kind)
    all_ids = ids_of_forms[batch.codes >> 1]
    found = []
    for index, part in enumerate(PARTS):
        belongs = batch.belongs_to(part)
        lengths = batch.lengths[(batch.parts == index) & (batch.lengths > 0)]
        if len(lengths):
            ids, ends = all_ids[belongs], np.count_nonzero(batch.codes[belongs] == END_CODE)
            found.append(EncodedPart(part, ids, lengths, ends, np.count_nonzero(ids == UNKNOWN)))
    return found


@functools.lru_cache(maxsize=1)
def _vocabulary(path: Path, segmentation: str, digest: str) -> Vocabulary:
    """Read a vocabulary once per process. `digest` distinguishes vocabularies in the same file."""
    del digest
    return Vocabulary.load(path, segmentation)
