"""The work of one process on a batch of documents: splitting into tokens, and encoding.

The vocabulary is known only after the whole text has been split into tokens. To do this only once,
words first get numbers that are local to their batch, which are later mapped to ids.
"""

import functools
import os
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


class Words(list[str]):
    """Words without white space. They are pickled as one string, which is faster than many."""

    def __reduce__(self) -> tuple[object, ...]:
        """Return how to unpickle this."""
        return _words, ("\n".join(self),)


def _words(text: str) -> Words:
    return Words(text.split())


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

    forms: Words
    codes: np.ndarray
    lengths: np.ndarray
    parts: np.ndarray

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

    def without(self, documents: Sequence[int]) -> "Batch":
        """Return a batch in which some documents have no tokens."""
        lengths, kept = self.lengths.copy(), np.ones(len(self.lengths), np.bool_)
        lengths[list(documents)], kept[list(documents)] = 0, False
        return Batch(self.forms, self.codes[np.repeat(kept, self.lengths)], lengths, self.parts)


class Place(NamedTuple):
    """A batch in a file.

    Attributes:
      file: A file with several batches.
      offset: Where the batch begins, in bytes.
      left_out: The indices of documents to leave out.
      is_for_training: Whether to read only the training part.
    """

    file: Path
    offset: int
    left_out: Sequence[int] = ()
    is_for_training: bool = False

    def batch(self) -> Batch:
        """Read the batch."""
        with self.file.open("rb") as stream:
            stream.seek(self.offset)
            batch: Batch = pickle.load(stream)
        batch = batch.without(self.left_out) if self.left_out else batch
        return batch.of("train") if self.is_for_training else batch


class Counted(NamedTuple):
    """A batch in a file, with its forms, their counts, and the lengths of its documents."""

    place: Place
    forms: Words
    counts: np.ndarray
    lengths: np.ndarray


class Texts(NamedTuple):
    """The texts of some documents, and the part of each."""

    segmentation: str
    documents: list[list[str]]
    parts: list[Part]

    @classmethod
    def of(cls, pieces: Sequence[Piece], segmentation: str) -> "Texts":
        """Return the texts of `pieces`, without anything else that would have to be sent."""
        texts = [piece.document.texts for piece in pieces]
        return cls(segmentation, texts, [piece.part for piece in pieces])


class EncodedPart(NamedTuple):
    """The documents of one part that have tokens."""

    part: Part
    ids: np.ndarray
    lengths: np.ndarray
    segments: int
    unknown: int


def saved(task: tuple[Path, Texts]) -> Counted:
    """Split texts into tokens, and append the batch to a file of this process in a folder."""
    folder, texts = task
    batch, file = tokenised(texts), folder / str(os.getpid())
    with file.open("ab") as stream:
        place = Place(file, stream.tell())
        pickle.dump(batch, stream, pickle.HIGHEST_PROTOCOL)
    return Counted(place, batch.forms, batch.counts(), batch.lengths)


def tokenised(texts: Texts) -> Batch:
    """Split texts into tokens."""
    codes_of_words, codes, lengths = _Codes(), array("I"), []
    for document in texts.documents:
        begin = len(codes)
        for text in document:
            for segment in segments(text, texts.segmentation):
                first = len(codes)
                codes.extend(map(codes_of_words.__getitem__, segment.tokens))
                codes.append(END_CODE)
                for place in sentence_starts(segment.tokens):
                    codes[first + place] += 1
        lengths.append(len(codes) - begin)
    kind = np.uint16 if 2 * len(codes_of_words) + 1 <= LARGEST_UINT16 else np.uint32
    return Batch(
        Words(codes_of_words),
        np.frombuffer(codes, np.uintc).astype(kind) if codes else np.zeros(0, kind),
        np.array(lengths, np.int64),
        np.array([PARTS.index(part) for part in texts.parts], np.uint8),
    )


class _Codes(dict[str, int]):
    """Numbers the words in the order in which they are looked up."""

    def __missing__(self, word: str) -> int:
        code = self[word] = 2 * len(self) + 2
        return code


@dataclass(frozen=True)
class Encoding:
    """The file of the vocabulary, and the type of the ids."""

    vocabulary: Path
    digest: str
    segmentation: str
    kind: np.dtype


def encoded(task: tuple[Encoding, Place]) -> list[EncodedPart]:
    """Encode the documents of each part of a batch."""
    encoding, place = task
    batch = place.batch()
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
