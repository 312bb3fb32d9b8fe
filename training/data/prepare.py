"""Convert a corpus to a vocabulary and token ids on disk.

A prepared text is a folder whose name is a digest of everything that it depends on, so
the same content is prepared only once and changed content is never mistaken for it:

    meta.json               corpus, rules, the counts of each part, size and SHA-256 of each file
    vocabulary.txt          one entry per line
    tail.txt                words that did not fit into the vocabulary, with their counts
    <part>.ids              token ids, uint16 or uint32; every segment ends in `</s>`
    <part>.starts           offset of each document in the ids, int64, followed by the total
    valid.jsonl test.jsonl  the raw text of the held-out documents
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from training.common.errors import UserError
from training.common.files import making, read_json
from training.common.known_files import KnownFiles
from training.corpora.base import HELD_OUT_TOKENS, Corpus, Document, Progress, Reading
from training.data.preparation import PartCounts, Preparation, Work, content_of, id_type
from training.data.word_lists import read_word_list
from training.text.rules import RULES_VERSION
from training.text.tail import FILE as TAIL
from training.text.tail import Tail
from training.text.vocabulary import Vocabulary

FORMAT = 2
KNOWN_FILES = "known-files.json"
PREPARE_AGAIN = "run `make train` to prepare the text again"


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
      left_out: Number of documents beyond the limit of each held-out part.
      text_digest: Digest of everything that the ids and the vocabulary depend on.

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
    left_out: dict[str, int] = field(default_factory=dict)
    text_digest: str = ""

    @property
    def tail(self) -> Tail | None:
        """The tail words, or None if the text was prepared by a version without them."""
        return Tail.load(self.folder / TAIL) if TAIL in _meta(self.folder)["files"] else None

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
    reading: Reading | None = None,
) -> Prepared:
    """Count and encode a corpus, or open it if it is already in `cache_dir`.

    Args:
      corpus: The corpus.
      vocabulary_size: Maximum number of entries, including special ones.
      minimum_count: Words that occur less often are left out of the vocabulary.
      cache_dir: The folder for prepared text.
      progress: Called while the corpus is read.
      reading: The options that the corpus was opened with.

    Raises:
      UserError: If the training part has no words, the corpus changed while it was being read, or
        `cache_dir` cannot be written.
    """
    reading = reading or Reading()
    identity = {
        "format": FORMAT,
        "rules_version": RULES_VERSION,
        "corpus_sha256": corpus.sha256(),
        "recipe": corpus.recipe,
        "segmentation": corpus.segmentation,
        "vocabulary_size": vocabulary_size,
        "minimum_count": minimum_count,
    }
    # Texts that were prepared before there was a limit or a list of words keep their names.
    if reading.held_out_tokens != HELD_OUT_TOKENS:
        identity["held_out_tokens"] = reading.held_out_tokens
    text_digest = _name_of(identity)
    words = read_word_list(reading.word_list or corpus.word_list)
    if words.words:
        identity["words_sha256"] = words.sha256
        # The list also tells which words are misspelled.
        identity["marks_misspelled"] = True
    folder = Path(cache_dir) / _name_of(identity)
    if (found := _whole(folder, reading.known)) is not None and found.tail is not None:
        return found
    options = _options(reading)
    work = Work(reading.held_out_tokens, reading.processes, words, options, progress)
    with making(folder, _has_tail) as temporary, unchanged(corpus, identity["corpus_sha256"]):
        Preparation(corpus, temporary, work).run({**identity, "text_digest": text_digest})
    return _read(folder)


def _options(reading: Reading) -> dict[str, str]:
    """The `make` variables with which a text is read, without the folders of files."""
    given = {"FIELD": reading.field, "WORD_LIST": Path(reading.word_list).name}
    return {name: value for name, value in given.items() if value}


def _name_of(identity: dict[str, Any]) -> str:
    """A digest of everything that a text depends on."""
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:24]


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


def open_prepared(folder: Path, known: KnownFiles | None = None) -> Prepared:
    """Open a prepared text. Raises `UserError` if the folder or a file is missing or changed.

    Files that `known` remembers are not read again. By default, it is what `make train` remembers.
    """
    known = known or KnownFiles(folder.parent.parent / KNOWN_FILES)
    for name, content in _meta(folder)["files"].items():
        path = folder / name
        if known.fact(path, "content", partial(content_of, path)) != content:
            raise UserError(f"{path} was changed or damaged; {PREPARE_AGAIN}")
    return _read(folder)


def _meta(folder: Path) -> dict[str, Any]:
    path = folder / "meta.json"
    if not path.exists():
        raise UserError(f"{path} is missing; {PREPARE_AGAIN}")
    meta = read_json(path)
    if meta.get("format") != FORMAT or "files" not in meta:
        raise UserError(f"{folder} was written by another version; {PREPARE_AGAIN}")
    return meta


def _read(folder: Path) -> Prepared:
    """Read a prepared text whose files are known to be intact."""
    meta = _meta(folder)
    vocabulary = Vocabulary.load(folder / "vocabulary.txt", meta["segmentation"])
    counts = {part: PartCounts(**counts) for part, counts in meta["parts"].items()}
    return Prepared(
        folder,
        vocabulary,
        meta["segmentation"],
        meta["corpus"],
        counts,
        meta["pruned"],
        meta.get("left_out", {}),
        meta.get("text_digest", folder.name),
    )


def is_whole(folder: Path) -> bool:
    """Return whether a prepared text exists and every file is intact."""
    return _whole(folder, KnownFiles()) is not None


def _has_tail(folder: Path) -> bool:
    """Whether a prepared text is intact and not from a version without tail words.

    Such a text can still be opened, but the next training prepares it again.
    """
    found = _whole(folder, KnownFiles())
    return found is not None and found.tail is not None


def _whole(folder: Path, known: KnownFiles) -> Prepared | None:
    try:
        prepared = open_prepared(folder, known)
    except UserError:
        return None
    known.save()
    return prepared
