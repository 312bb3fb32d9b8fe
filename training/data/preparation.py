"""Prepares a text: splits it into tokens, chooses the vocabulary, and writes the ids.

Several processes work on batches of documents, which come back in order, so the result does not
depend on the number of processes. Between the two passes, the batches are in temporary files, one
for each process, as numbers that are local to each batch (`tokenising.py`).
"""

import contextlib
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from training.common.errors import UserError
from training.common.files import remove, sha256_of, to_disk, write_json
from training.common.processes import Processes
from training.corpora.base import PARTS, Corpus, OnePass, Part, Piece, Progress, pieces_of
from training.corpora.documents import batched
from training.data.tokenising import Counted, Encoding, Place, Texts, encoded, saved
from training.data.word_lists import WordList
from training.text.tail import FILE as TAIL
from training.text.tail import Tail
from training.text.vocabulary import SPECIAL, Vocabulary, WrittenForms

LARGEST_UINT16_VOCABULARY = 1 << 16
BATCHES = "batches.tmp"
ENCODING = "encoding the text"
"""This pass reports thousands of tokens; the others report kilobytes of text."""


@dataclass
class PartCounts:
    """The size of a part. `tokens` includes one `</s>` per segment."""

    documents: int = 0
    segments: int = 0
    tokens: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Work:
    """Options of a preparation.

    Attributes:
      held_out_tokens: When a held-out part has this many tokens, further documents are left out.
      processes: Number of processes that share the work.
      words: Words for the tail besides those of the text.
      options: `make` variables, and their values, with which the text was read.
      progress: Called during each pass.
    """

    held_out_tokens: int
    processes: int = 1
    words: WordList = WordList()
    options: dict[str, str] = field(default_factory=dict)
    progress: Progress = None

    def tell(self, done: int, total: int | None, what: str) -> None:
        """Report progress."""
        if self.progress:
            self.progress(done, total, what)


class Preparation:
    """Writes a prepared text in two passes."""

    def __init__(self, corpus: Corpus, folder: Path, work: Work):
        self._corpus, self._folder, self._work = corpus, folder, work
        self._forms = WrittenForms()
        self._tokens: dict[Part, int] = dict.fromkeys(PARTS, 0)
        self._left_out: dict[str, int] = {}
        self._batches: list[tuple[Place, int]] = []  # with how often each occurs in an epoch

    def run(self, identity: dict[str, Any]) -> None:
        """Write all files, `meta.json` last. Raises `UserError` if there is nothing to train on."""
        with temporary(self._folder / BATCHES) as folder, Processes(self._work.processes) as shared:
            self._tokenise(folder, shared)
            if not self._tokens["train"]:
                raise UserError(f"{self._corpus.name} has no words to train on; add more text")
            vocabulary = self._vocabulary(identity)
            counts, occurrences = self._encode(shared, vocabulary)
        tail = Tail.of_forms(self._forms, vocabulary, occurrences, self._work.words.words)
        tail.save(self._folder / TAIL)
        left_out = {"left_out": self._left_out} if self._left_out else {}
        meta = {
            **identity,
            "corpus": describe(self._corpus, identity["corpus_sha256"], self._work),
            "pruned": self._forms.pruned,
            "parts": {part: asdict(c) for part, c in counts.items() if c.tokens},
            **left_out,
            "files": {path.name: content_of(path) for path in sorted(self._folder.iterdir())},
        }
        write_json(self._folder / "meta.json", meta)

    def _vocabulary(self, identity: dict[str, Any]) -> Vocabulary:
        size, least = identity["vocabulary_size"], identity["minimum_count"]
        vocabulary = self._forms.vocabulary(size, least, self._corpus.segmentation)
        if len(vocabulary) == len(SPECIAL):
            raise UserError(
                f"no word of {self._corpus.name} occurs {least} times, so every word would be "
                "<unk>; add more text, or set SET=minimum_count=1"
            )
        vocabulary.save(self._folder / "vocabulary.txt")
        return vocabulary

    # -- the first pass ----------------------------------------------------------------------------

    def _tokenise(self, folder: Path, shared: Processes) -> None:
        """Write batches to files, count training words, and write the held-out texts."""
        pieces: list[list[Piece]] = []

        def tasks() -> Iterator[tuple[Path, Texts]]:
            for batch in batches(pieces_of(self._corpus)):
                pieces.append(batch)
                yield folder, Texts.of(batch, self._corpus.segmentation)

        with self._writing_texts() as texts:
            done = 0
            for batch in shared.map(saved, tasks()):
                documents = pieces.pop(0)
                self._keep(batch, documents, texts)
                done += sum(piece.document.characters for piece in documents)
                self._report(done)

    def _report(self, done: int) -> None:
        whole = max(done, self._corpus.characters) if isinstance(self._corpus, OnePass) else None
        self._work.tell(done // 1000, whole and whole // 1000, "counting words")

    def _keep(self, batch: Counted, pieces: Sequence[Piece], texts: dict[Part, IO[str]]) -> None:
        """Add the counts of a batch, and write the texts of its held-out documents."""
        times, left_out = pieces[0].times, []
        for index, (piece, length) in enumerate(zip(pieces, batch.lengths.tolist(), strict=True)):
            if piece.part == "train":
                self._tokens["train"] += length * times
            elif length and self._tokens[piece.part] >= self._work.held_out_tokens:
                self._left_out[piece.part] = self._left_out.get(piece.part, 0) + 1
                left_out.append(index)
            elif length:
                self._tokens[piece.part] += length
                texts[piece.part].write(json.dumps(asdict(piece.document)) + "\n")
        self._batches.append((batch.place._replace(left_out=left_out), times))
        self._forms.merge(batch.forms, batch.counts * times)

    @contextlib.contextmanager
    def _writing_texts(self) -> Iterator[dict[Part, IO[str]]]:
        with contextlib.ExitStack() as stack:
            streams: dict[Part, IO[str]] = {
                part: stack.enter_context(
                    (self._folder / f"{part}.jsonl").open("w", encoding="utf-8")
                )
                for part in PARTS[1:]
                if self._corpus.held_out(part)
            }
            yield streams
            for stream in streams.values():
                to_disk(stream)

    # -- the second pass ---------------------------------------------------------------------------

    def _encode(
        self, shared: Processes, vocabulary: Vocabulary
    ) -> tuple[dict[Part, PartCounts], np.ndarray]:
        """Write the ids of all parts, and count each id in the training part."""
        kind = id_type(len(vocabulary))
        path = self._folder / "vocabulary.txt"
        encoding = Encoding(path, vocabulary.digest, self._corpus.segmentation, kind)
        total, done = sum(self._tokens.values()), 0
        occurrences = np.zeros(len(vocabulary), np.int64)
        with contextlib.ExitStack() as stack:
            writers: dict[Part, PartWriter] = {
                part: stack.enter_context(PartWriter(self._folder, part))
                for part in PARTS
                if part == "train" or self._corpus.held_out(part)
            }
            tasks = ((encoding, place) for place in self._places())
            for found in shared.map(encoded, tasks):
                for each in found:
                    counts = writers[each.part].counts
                    writers[each.part].add(each.ids, each.lengths)
                    if each.part == "train":
                        occurrences += np.bincount(each.ids, minlength=len(vocabulary))
                    counts.segments += each.segments
                    counts.unknown += each.unknown
                    done += len(each.ids)
                self._work.tell(done // 1000, total // 1000, ENCODING)
        return {part: writer.counts for part, writer in writers.items()}, occurrences

    def _places(self) -> Iterator[Place]:
        """Yield all batches, then those that occur at least twice again, and so on."""
        for turn in range(max((times for _, times in self._batches), default=0)):
            for place, times in self._batches:
                if times > turn:
                    yield place._replace(is_for_training=turn > 0)


def batches(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Yield documents in batches that have the same weight.

    Only which rare words are pruned can depend on the size of a batch.
    """
    for _, group in itertools.groupby(pieces, key=lambda piece: piece.times):
        yield from batched(group, lambda piece: piece.document)


@contextlib.contextmanager
def temporary(folder: Path) -> Iterator[Path]:
    """Create a folder, and delete it afterwards."""
    folder.mkdir()
    try:
        yield folder
    finally:
        remove(folder)


class PartWriter:
    """Writes the ids and starts of one part, and flushes them to disk on success."""

    def __init__(self, folder: Path, part: Part):
        self._folder, self._part = folder, part
        self.counts = PartCounts()

    def __enter__(self) -> "PartWriter":
        self._ids = (self._folder / f"{self._part}.ids").open("wb")
        self._starts = (self._folder / f"{self._part}.starts").open("wb")
        np.zeros(1, np.int64).tofile(self._starts)
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        for stream in (self._ids, self._starts):
            with stream:
                if kind is None:
                    to_disk(stream)

    def add(self, ids: np.ndarray, lengths: np.ndarray) -> None:
        """Append documents: their ids, int [tokens], and their lengths, int [documents]."""
        ids.tofile(self._ids)
        (self.counts.tokens + np.cumsum(lengths, dtype=np.int64)).tofile(self._starts)
        self.counts.tokens += len(ids)
        self.counts.documents += len(lengths)


def id_type(vocabulary_size: int) -> np.dtype:
    """Return the smaller of the two id types that can store every id."""
    return np.dtype(np.uint16 if vocabulary_size <= LARGEST_UINT16_VOCABULARY else np.uint32)


def describe(corpus: Corpus, sha256: str, work: Work) -> dict[str, Any]:
    """Describe the source of the text, for the run and the manifest."""
    return {
        "name": corpus.name,
        "licence": corpus.licence,
        "sha256": sha256,
        "split": corpus.split(),
        **({"words": work.words.source} if work.words.words else {}),
        **({"options": work.options} if work.options else {}),
    }


def content_of(path: Path) -> dict[str, Any] | None:
    """Return the size of a file in bytes and its SHA-256, or None if it cannot be read."""
    try:
        return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
    except OSError:
        return None
