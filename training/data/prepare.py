"""From a corpus to a vocabulary and token ids on disk, in two streaming passes.

The first pass counts the training part and settles the vocabulary; the second turns every part
into ids. A prepared text is a folder that is named by everything it depends on, so that the same
content is never prepared twice and a changed one is never taken for it:

    meta.json               corpus, rules, the counts of each part, bytes and sha256 of each file
    vocabulary.txt          one entry a line
    <part>.ids              token ids, uint16 or uint32: every segment followed by `</s>`
    <part>.starts           where each document begins in them, int64, and their total at the end
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
ANEW = "`make train` prepares the text again"


@dataclass
class PartCounts:
    """What is in one part. Tokens include one `</s>` a segment."""

    documents: int = 0
    segments: int = 0
    tokens: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Prepared:
    """A prepared text; reads its files when they are asked for."""

    folder: Path
    vocabulary: Vocabulary
    segmentation: str
    corpus: dict[str, Any]
    """Name, licence, sha256 and split of the corpus."""
    counts: dict[str, PartCounts] = field(repr=False)
    pruned: int = 0
    """How many rare word types were dropped while counting, to bound the memory."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that exist, "train" first."""
        return tuple(self.counts)

    @property
    def judged(self) -> str | None:
        """The part that figures are taken on: the test part, else the validation part, if any."""
        return next((part for part in ("test", "valid") if part in self.counts), None)

    def tokens(self, part: str) -> int:
        """How many ids a part has."""
        return self._counts_of(part).tokens

    def ids(self, part: str) -> np.memmap:
        """Token ids, uint16 or uint32 [tokens], mapped from the disk."""
        self._counts_of(part)
        kind = id_type(len(self.vocabulary))
        return np.memmap(self.folder / f"{part}.ids", dtype=kind, mode="r")

    def starts(self, part: str) -> np.ndarray:
        """Offsets of the documents in `ids`, int64 [documents + 1], the last one its length."""
        self._counts_of(part)
        return np.memmap(self.folder / f"{part}.starts", dtype=np.int64, mode="r")

    def texts(self, part: str) -> Iterator[Document]:
        """The raw documents of a held-out part. `ValueError` for the training part."""
        if part == "train":
            raise ValueError("the training text is not kept, only its ids; ask for a held-out part")
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
    """Count and encode a corpus, or open what an earlier call left in `cache_dir`.

    `vocabulary_size` counts the special entries; words seen fewer than `minimum_count` times are
    left out. Raises `UserError` if the training part has no words, the corpus was changed while it
    was read, or the disk cannot be written.
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
    """A block that reads a corpus; `UserError` if the corpus is another one at its end.

    That error also takes the place of one that the block raises, which it may well have caused.
    """
    failure = None
    try:
        yield
    except Exception as error:
        failure = error
    if corpus.sha256() != sha256:
        raise UserError(
            f"{corpus.name} was changed while it was read; run the command again"
        ) from failure
    if failure:
        raise failure


def open_prepared(folder: Path) -> Prepared:
    """Read a prepared folder; `UserError` if it is missing or one of its files was changed."""
    meta = read_json(folder / "meta.json")
    if meta.get("format") != FORMAT or "files" not in meta:
        raise UserError(f"{folder} is of another version; {ANEW}")
    for name, content in meta["files"].items():
        if content_of(folder / name) != content:
            raise UserError(f"{folder / name} is not as it was written; {ANEW}")
    vocabulary = Vocabulary.load(folder / "vocabulary.txt", meta["segmentation"])
    counts = {part: PartCounts(**counts) for part, counts in meta["parts"].items()}
    return Prepared(
        folder, vocabulary, meta["segmentation"], meta["corpus"], counts, meta["pruned"]
    )


def content_of(path: Path) -> dict[str, Any] | None:
    """The size of a file in bytes and its SHA-256, or None where it cannot be read."""
    try:
        return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
    except OSError:
        return None


def is_whole(folder: Path) -> bool:
    """Whether a prepared folder is there with every file as it was written."""
    try:
        open_prepared(folder)
    except UserError:
        return False
    return True


@contextlib.contextmanager
def making(folder: Path, whole: Callable[[Path], bool]) -> Iterator[Path]:
    """A temporary folder beside `folder` that takes its place if all goes well, else vanishes.

    A folder that stands there already is kept where it is `whole`.
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
        # Another process may have made the same folder in the meantime; then that one stays.
        if not folder.exists():
            temporary.rename(folder)
    except OSError as error:
        raise UserError(
            f"cannot write {folder}: {error.strerror or error}; "
            "free some space or choose another folder"
        ) from error
    finally:
        remove(temporary)


def id_type(vocabulary_size: int) -> np.dtype:
    """The smallest of the two types that holds every id."""
    return np.dtype(np.uint16 if vocabulary_size <= LARGEST_UINT16_VOCABULARY else np.uint32)


class Preparation:
    """The two passes over one corpus, into one folder."""

    def __init__(self, corpus: Corpus, folder: Path, progress: Progress):
        self._corpus, self._folder = corpus, folder
        self._progress = progress
        self._reported = 0

    def run(self, identity: dict[str, Any]) -> None:
        """Write all files, `meta.json` last. `UserError` if there is nothing to learn from."""
        forms, tokens = self._count()
        if not tokens:
            raise UserError(f"{self._corpus.name} has no words to train on; give it more text")
        size, least = identity["vocabulary_size"], identity["minimum_count"]
        vocabulary = forms.vocabulary(size, least, self._corpus.segmentation)
        if len(vocabulary) == len(SPECIAL):
            raise UserError(
                f"no word of {self._corpus.name} comes {least} times, so all are <unk> and nothing "
                "is left to predict; give it more text, or SET=minimum_count=1"
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
        """The counts of the training part, and how many ids it will have."""
        forms, tokens = WrittenForms(), 0
        for document in self._corpus.documents("train"):
            for text in document.texts:
                for segment in segments(text, self._corpus.segmentation):
                    forms.add(segment.tokens)
                    tokens += len(segment.tokens) + 1
            self._report(tokens, None, "counting words")
        return forms, tokens

    def _encode(self, part: Part, vocabulary: Vocabulary, total: int | None) -> PartCounts:
        """Write one part; documents without any token are left out."""
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
    """What a run and a manifest say about where the text came from."""
    return {
        "name": corpus.name,
        "licence": corpus.licence,
        "sha256": sha256,
        "split": corpus.split(),
    }


def encoded(
    document: Document, segmentation: str, vocabulary: Vocabulary, counts: PartCounts
) -> list[int]:
    """The ids of a document, each segment followed by `</s>`; adds them to `counts`."""
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
    """A writer of the files of one part; on success they are complete and on the disk."""
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
    """Appends documents to the files of one part through a bounded buffer."""

    def __init__(
        self, ids: IO[bytes], starts: IO[bytes], texts: IO[str] | None, kind: np.dtype
    ) -> None:
        self._id_file, self._start_file, self._text_file, self._kind = ids, starts, texts, kind
        self._ids: list[int] = []
        self._starts: list[int] = [0]
        self._total = 0

    def add(self, document: Document, ids: list[int]) -> None:
        """Append one document and, for a held-out part, its text."""
        self._ids += ids
        self._total += len(ids)
        self._starts.append(self._total)
        if self._text_file:
            self._text_file.write(json.dumps(asdict(document)) + "\n")
        if len(self._ids) + len(self._starts) >= BUFFERED_TOKENS:
            self.flush()

    def flush(self) -> None:
        """Empty the buffer into the files."""
        np.array(self._ids, self._kind).tofile(self._id_file)
        np.array(self._starts, np.int64).tofile(self._start_file)
        self._ids, self._starts = [], []
