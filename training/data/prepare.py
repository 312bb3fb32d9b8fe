"""Convert a corpus to a vocabulary and token ids on disk, in two streaming passes.

The first pass counts the words of the training part and chooses the vocabulary; the second encodes
every part. A prepared text is a folder whose name is a digest of everything that it depends on, so
the same content is prepared only once and changed content is never mistaken for it:

    meta.json               corpus, rules, the counts of each part, size and SHA-256 of each file
    vocabulary.txt          one entry per line
    <part>.ids              token ids, uint16 or uint32; every segment ends in `</s>`
    <part>.starts           offset of each document in the ids, int64, followed by the total
    valid.jsonl test.jsonl  the raw text of the held-out documents
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from training.common.errors import UserError
from training.common.files import (
    FREE_SPACE,
    read_json,
    remove,
    remove_abandoned,
    sha256_of,
    temporary_beside,
    write_json,
)
from training.common.stopping import stop_if_told
from training.corpora.base import PARTS, Corpus, Document, Part, Progress
from training.text.rules import RULES_VERSION, segments
from training.text.vocabulary import END, SPECIAL, UNKNOWN, Vocabulary, WrittenForms

FORMAT = 2
BUFFERED_TOKENS = 1 << 18
REPORTED_TOKENS = 1 << 14
LARGEST_UINT16_VOCABULARY = 1 << 16
PREPARE_AGAIN = "run `make train` to prepare the text again"


@dataclass
class PartCounts:
    """The size of a part. `tokens` includes one `</s>` per segment."""

    documents: int = 0
    segments: int = 0
    tokens: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Prepared:
    """A prepared text. Its files are read on demand.

    Args:
      folder: The folder of the prepared text.
      vocabulary: The vocabulary.
      segmentation: "message", "sentence" or "line".
      corpus: Name, licence, SHA-256 and split of the corpus.
      counts: The size of each part that is not empty.
      pruned: Number of occurrences of rare words that were dropped while counting, to bound the
        memory.

    Example:
      >>> prepared = prepare(corpus, 10_000, minimum_count=2, cache_dir=Path("cache/prepared"))
      >>> prepared.vocabulary.entry(int(prepared.ids("train")[0]))
    """

    folder: Path
    vocabulary: Vocabulary
    segmentation: str
    corpus: dict[str, Any]
    counts: dict[str, PartCounts] = field(repr=False)
    pruned: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are not empty, "train" first."""
        return tuple(self.counts)

    @property
    def judged(self) -> str | None:
        """The part that metrics are measured on: test if it exists, otherwise valid, or None."""
        return next((part for part in ("test", "valid") if part in self.counts), None)

    def tokens(self, part: str) -> int:
        """Return the number of ids in a part."""
        return self._counts_of(part).tokens

    def ids(self, part: str) -> np.memmap:
        """Return the token ids of a part, uint16 or uint32 [tokens], memory-mapped."""
        self._counts_of(part)
        kind = id_type(len(self.vocabulary))
        return np.memmap(self.folder / f"{part}.ids", dtype=kind, mode="r")

    def starts(self, part: str) -> np.ndarray:
        """Return the offsets of the documents in `ids`, int64 [documents + 1], memory-mapped."""
        self._counts_of(part)
        return np.memmap(self.folder / f"{part}.starts", dtype=np.int64, mode="r")

    def texts(self, part: str) -> Iterator[Document]:
        """Yield the raw documents of a held-out part. Raises `ValueError` for the training part."""
        if part == "train":
            raise ValueError("only the ids of the training text are stored; use a held-out part")
        self._counts_of(part)
        with (self.folder / f"{part}.jsonl").open(encoding="utf-8") as stream:
            for line in stream:
                yield Document(**json.loads(line))

    def _counts_of(self, part: str) -> PartCounts:
        if part not in self.counts:
            raise UserError(f"{self.corpus['name']} has no {part} part ({self.corpus['split']})")
        return self.counts[part]


def prepare(
    corpus: Corpus,
    vocabulary_size: int,
    minimum_count: int,
    cache_dir: Path,
    progress: Progress = None,
) -> Prepared:
    """Count and encode a corpus, or open it if it is already in `cache_dir`.

    Args:
      corpus: The corpus.
      vocabulary_size: Maximum number of entries, including special ones.
      minimum_count: Words that occur less often are left out of the vocabulary.
      cache_dir: The folder for prepared text.
      progress: Called while the corpus is read.

    Raises:
      UserError: If the training part has no words, the corpus changed while it was being read, or
        `cache_dir` cannot be written.
    """
    identity = {
        "format": FORMAT,
        "rules_version": RULES_VERSION,
        "corpus_sha256": corpus.sha256(),
        "recipe": corpus.recipe,
        "segmentation": corpus.segmentation,
        "vocabulary_size": vocabulary_size,
        "minimum_count": minimum_count,
    }
    key = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:24]
    folder = Path(cache_dir) / key
    if not is_whole(folder):
        with making(folder, is_whole) as temporary, unchanged(corpus, identity["corpus_sha256"]):
            Preparation(corpus, temporary, progress).run(identity)
    return open_prepared(folder)


@contextlib.contextmanager
def unchanged(corpus: Corpus, sha256: str) -> Iterator[None]:
    """Raise `UserError` if the corpus changes while the block reads it.

    This error replaces an exception from the block, because the change may have caused that one.
    """
    failure = None
    try:
        yield
    except Exception as error:
        failure = error
    if corpus.sha256() != sha256:
        raise UserError(
            f"{corpus.name} changed while it was being read; run the command again"
        ) from failure
    if failure:
        raise failure


def open_prepared(folder: Path) -> Prepared:
    """Open a prepared text. Raises `UserError` if the folder or a file is missing or changed."""
    meta = read_json(folder / "meta.json")
    if meta.get("format") != FORMAT or "files" not in meta:
        raise UserError(f"{folder} was written by another version; {PREPARE_AGAIN}")
    for name, content in meta["files"].items():
        if content_of(folder / name) != content:
            raise UserError(f"{folder / name} was changed or damaged; {PREPARE_AGAIN}")
    vocabulary = Vocabulary.load(folder / "vocabulary.txt", meta["segmentation"])
    counts = {part: PartCounts(**counts) for part, counts in meta["parts"].items()}
    return Prepared(
        folder, vocabulary, meta["segmentation"], meta["corpus"], counts, meta["pruned"]
    )


def content_of(path: Path) -> dict[str, Any] | None:
    """Return the size of a file in bytes and its SHA-256, or None if it cannot be read."""
    try:
        return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
    except OSError:
        return None


def is_whole(folder: Path) -> bool:
    """Return whether a prepared text exists and every file is intact."""
    try:
        open_prepared(folder)
    except UserError:
        return False
    return True


@contextlib.contextmanager
def making(folder: Path, whole: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield a temporary folder that is renamed to `folder` on success and deleted on failure.

    An existing `folder` is kept if `whole` accepts it, and replaced otherwise.
    """
    temporary = temporary_beside(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder)
        remove(temporary)
        temporary.mkdir()
        yield temporary
        stop_if_told()
        if folder.exists() and not whole(folder):
            remove(folder)
        # If another process has created the same folder meanwhile, keep that one.
        if not folder.exists():
            temporary.rename(folder)
    except OSError as error:
        raise UserError(
            f"cannot write {folder}: {error.strerror or error}; {FREE_SPACE}"
        ) from error
    finally:
        remove(temporary)


def id_type(vocabulary_size: int) -> np.dtype:
    """Return the smaller of the two id types that can store every id."""
    return np.dtype(np.uint16 if vocabulary_size <= LARGEST_UINT16_VOCABULARY else np.uint32)


class Preparation:
    """Writes a prepared text in two passes over a corpus."""

    def __init__(self, corpus: Corpus, folder: Path, progress: Progress):
        self._corpus, self._folder = corpus, folder
        self._progress = progress
        self._reported = 0

    def run(self, identity: dict[str, Any]) -> None:
        """Write all files, `meta.json` last. Raises `UserError` if there is nothing to train on."""
        forms, tokens = self._count()
        if not tokens:
            raise UserError(f"{self._corpus.name} has no words to train on; add more text")
        size, least = identity["vocabulary_size"], identity["minimum_count"]
        vocabulary = forms.vocabulary(size, least, self._corpus.segmentation)
        if len(vocabulary) == len(SPECIAL):
            raise UserError(
                f"no word of {self._corpus.name} occurs {least} times, so every word would be "
                "<unk>; add more text, or set SET=minimum_count=1"
            )
        vocabulary.save(self._folder / "vocabulary.txt")
        counts = {"train": self._encode("train", vocabulary, tokens)}
        for part in PARTS[1:]:
            if self._corpus.held_out(part):
                counts[part] = self._encode(part, vocabulary, None)
        meta = {
            **identity,
            "corpus": describe(self._corpus, identity["corpus_sha256"]),
            "pruned": forms.pruned,
            "parts": {part: asdict(c) for part, c in counts.items() if c.tokens},
            "files": {path.name: content_of(path) for path in sorted(self._folder.iterdir())},
        }
        write_json(self._folder / "meta.json", meta)

    def _count(self) -> tuple[WrittenForms, int]:
        """Count the words of the training part. Also returns the number of ids it will have."""
        forms, tokens = WrittenForms(), 0
        for document in self._corpus.documents("train"):
            for text in document.texts:
                for segment in segments(text, self._corpus.segmentation):
                    forms.add(segment.tokens)
                    tokens += len(segment.tokens) + 1
            self._report(tokens, None, "counting words")
        return forms, tokens

    def _encode(self, part: Part, vocabulary: Vocabulary, total: int | None) -> PartCounts:
        """Write one part, leaving out documents without tokens."""
        counts = PartCounts()
        self._reported = 0
        with writing_part(self._folder, part, id_type(len(vocabulary))) as writer:
            for document in self._corpus.documents(part):
                if ids := encoded(document, self._corpus.segmentation, vocabulary, counts):
                    writer.add(document, ids)
                    self._report(counts.tokens, total, f"encoding the {part} part")
        return counts

    def _report(self, done: int, total: int | None, what: str) -> None:
        if self._progress and done - self._reported >= REPORTED_TOKENS:
            self._reported = done
            self._progress(done, total, what)


def describe(corpus: Corpus, sha256: str) -> dict[str, Any]:
    """Describe the source of the text, for the run and the manifest."""
    return {
        "name": corpus.name,
        "licence": corpus.licence,
        "sha256": sha256,
        "split": corpus.split(),
    }


def encoded(
    document: Document, segmentation: str, vocabulary: Vocabulary, counts: PartCounts
) -> list[int]:
    """Return the ids of a document, with `</s>` after each segment, and add them to `counts`."""
    ids: list[int] = []
    for text in document.texts:
        for segment in segments(text, segmentation):
            ids += vocabulary.encode(segment.tokens)
            ids.append(END)
            counts.segments += 1
    counts.documents += bool(ids)
    counts.tokens += len(ids)
    counts.unknown += ids.count(UNKNOWN)
    return ids


@contextlib.contextmanager
def writing_part(folder: Path, part: Part, kind: np.dtype) -> Iterator["PartWriter"]:
    """Yield a writer for the files of one part, which are flushed to disk on success."""
    path = folder / f"{part}.jsonl"
    texts = contextlib.nullcontext() if part == "train" else path.open("w", encoding="utf-8")
    with (
        (folder / f"{part}.ids").open("wb") as ids,
        (folder / f"{part}.starts").open("wb") as starts,
        texts as text_stream,
    ):
        writer = PartWriter(ids, starts, text_stream, kind)
        yield writer
        writer.flush()
        for stream in filter(None, (ids, starts, text_stream)):
            stream.flush()
            os.fsync(stream.fileno())


class PartWriter:
    """Appends documents to the files of one part, through a bounded buffer."""

    def __init__(
        self, ids: IO[bytes], starts: IO[bytes], texts: IO[str] | None, kind: np.dtype
    ) -> None:
        self._id_file, self._start_file, self._text_file, self._kind = ids, starts, texts, kind
        self._ids: list[int] = []
        self._starts: list[int] = [0]
        self._total = 0

    def add(self, document: Document, ids: list[int]) -> None:
        """Append the ids of a document and, for a held-out part, its text."""
        self._ids += ids
        self._total += len(ids)
        self._starts.append(self._total)
        if self._text_file:
            self._text_file.write(json.dumps(asdict(document)) + "\n")
        if len(self._ids) + len(self._starts) >= BUFFERED_TOKENS:
            self.flush()

    def flush(self) -> None:
        """Write the buffer to the files."""
        np.array(self._ids, self._kind).tofile(self._id_file)
        np.array(self._starts, np.int64).tofile(self._start_file)
        self._ids, self._starts = [], []
