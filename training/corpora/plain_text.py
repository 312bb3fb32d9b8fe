"""The user's own text: a file, a folder, or the files that match a pattern, of any size.

A blank line ends a document. Whether sentences end at punctuation or at line ends is detected from
a sample of the text (`segmentation.py`), unless the user chooses. The MD5 of a document's key (file
name and ordinal) decides its part. If there are too few documents, the last sentences are held out
instead; if there are too few sentences, the whole text is used for training. With the segmentations
"message" and "line", lines count as sentences.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from training.common.errors import UserError
from training.corpora.base import Document, Part, Progress, digest_of_parts, part_of
from training.corpora.finding import Found, named
from training.corpora.formats import UnusableFile, refuse_name
from training.corpora.reading import check_text, digest_of_file, lines
from training.corpora.sample import sampled_lines
from training.corpora.scripts import refuse_unspaced
from training.corpora.segmentation import decide
from training.text import patterns as rules
from training.text.rules import SEGMENTATIONS, Segment, join, segments

FEWEST_DOCUMENTS = 20
FEWEST_SENTENCES = 200
SHARE_HELD_OUT = 20
LONGEST_DOCUMENT = 1 << 20
"""In characters. A longer block is cut at the end of a line, which bounds the memory."""
MEANINGS = {
    "message": "each line is a sentence or message",
    "sentence": "sentences end at full stops, question marks and exclamation marks",
    "line": "each line is a sentence with its tokens separated by spaces",
}


@dataclass(frozen=True)
class Plan:
    """How a text is split into parts: by document, by sentence number, or not at all.

    `sentences` maps parts to ranges (first, end) of sentence numbers in the whole text.
    """

    description: str
    by_document: bool = False
    sentences: dict[Part, tuple[int, int]] = field(default_factory=dict)
    counts: tuple[int, ...] = ()
    """Segments in each document, so that only documents at a boundary are segmented again."""
    held_out: frozenset[Part] = frozenset()


class PlainText:
    """Documents from text files, read in the order of their names.

    Example:
      >>> corpus = PlainText(find_files("novel.txt"))
      >>> for document in corpus.documents("train"):
      ...     print(document.key, len(document.texts))
    """

    licence = "the user's own text"
    recipe = "plain-text-1"

    def __init__(self, found: Found, segmentation: str = "", progress: Progress = None):
        """Open a corpus and read every file once.

        Args:
          found: The files.
          segmentation: "message", "sentence" or "line"; "" detects it from the text.
          progress: Called while sentences are counted.

        Raises:
          UserError: If a file cannot be read, all files are empty, or the text is in a script
            without spaces between words and `segmentation` is not "line".
        """
        self.name, self._progress = found.name, progress
        checked = check_files(found.files)
        self._files = {key: path for key, path in found.files.items() if checked[key][1]}
        if not self._files:
            raise UserError(
                f"{describe(found.files)} no text; use a file with at least one sentence"
            )
        self._digests = {key: checked[key][0] for key in self._files}
        self.segmentation, note = self._decided(segmentation)
        self.notes = (*found.notes, note) if note else found.notes

    def _decided(self, segmentation: str) -> tuple[str, str]:
        """Return the segmentation, and a note for the user if it was detected."""
        if segmentation == "line":
            return segmentation, ""
        sample = sampled_lines(self._files.values())
        decided, reason = decide(sample)
        if (segmentation or decided) != "line":
            refuse_unspaced(self.name, [line.text for line in sample])
        return (segmentation, "") if segmentation else (decided, note_of(decided, reason))

    def documents(self, part: Part) -> Iterator[Document]:
        """Return an iterator over the documents of one part."""
        if self._plan.by_document:
            return (document for key, document in self._all() if part_of(key) == part)
        if self._plan.sentences:
            return self._sentences(*self._plan.sentences[part])
        return (document for _, document in self._all()) if part == "train" else iter(())

    def held_out(self, part: Part) -> bool:
        """Return whether the text is long enough for this part."""
        return part in self._plan.held_out

    def split(self) -> str:
        """Describe how the parts were chosen, or why there is only one."""
        return self._plan.description

    def sha256(self) -> str:
        """Return the digest of the files' names and unpacked contents.

        Raises:
          UserError: If a file changed after the corpus was opened.
        """
        for key, path in self._files.items():
            if digest_of_file(path) != self._digests[key]:
                raise UserError(f"{path} changed while it was being read; run the command again")
        return digest_of_parts(list(self._digests.items()))

    def _all(self) -> Iterator[tuple[str, Document]]:
        """Yield all documents, each with the key that decides its part."""
        for name, path in self._files.items():
            ordinal = continued = 0
            for block, continues in blocks(lines(path)):
                key = f"{name}#{ordinal}"
                part_key = f"{key}+{continued}" if continued else key
                yield key, Document(part_key, texts_of(block, self.segmentation))
                ordinal, continued = (ordinal, continued + 1) if continues else (ordinal + 1, 0)

    def _sentence_counts(self) -> Iterator[int]:
        """Yield the number of sentences of each document, in one pass over the text."""
        sentences = 0
        for _, document in self._all():
            count = len(segments_of(document, self.segmentation))
            sentences += count
            if self._progress:
                self._progress(sentences, None, "counting sentences")
            yield count

    @cached_property
    def _plan(self) -> Plan:
        """Count the documents and, if there are few, the sentences."""
        parts = Counter(part_of(key) for key, document in self._all() if document.key == key)
        if parts.total() >= FEWEST_DOCUMENTS and parts["valid"] and parts["test"]:
            description = "5% of the documents each, by the MD5 of their names"
            return Plan(description, by_document=True, held_out=frozenset({"valid", "test"}))
        counts = tuple(self._sentence_counts())
        if sum(counts) < FEWEST_SENTENCES:
            return Plan(f"none held out: only {plural(sum(counts), 'sentence')}, all for training")
        return tail_plan(counts)

    def _sentences(self, first: int, end: int) -> Iterator[Document]:
        """Yield the sentences `first` to `end` (exclusive) of the whole text, as documents."""
        number = 0
        for (_, document), count in zip(self._all(), self._plan.counts, strict=True):
            begin, stop = max(first - number, 0), min(end - number, count)
            number += count
            if begin < stop:
                whole = stop - begin == count
                yield document if whole else excerpt(document, begin, stop, self.segmentation)


def blocks(text_lines: Iterator[str]) -> Iterator[tuple[str, bool]]:
    """Yield the blocks between blank lines, and whether each continues in the next block."""
    block: list[str] = []
    length = 0
    for line in text_lines:
        if length + len(line) > LONGEST_DOCUMENT and block and line.strip():
            yield "".join(block), True
            block, length = [], 0
        if line.strip():
            block.append(line)
            length += len(line)
        elif block and line.endswith("\n"):
            yield "".join(block), False
            block, length = [], 0
    if block:
        yield "".join(block), False


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


def tail_plan(counts: tuple[int, ...]) -> Plan:
    """Hold out the last tenth of the sentences: half for validation, then half for testing.

    `counts` are the numbers of sentences in each document.
    """
    sentences = sum(counts)
    each = sentences // SHARE_HELD_OUT
    valid, test = sentences - 2 * each, sentences - each
    ranges: dict[Part, tuple[int, int]] = {
        "train": (0, valid),
        "valid": (valid, test),
        "test": (test, sentences),
    }
    description = f"the last {2 * each} of {sentences} sentences, because there are few documents"
    return Plan(description, sentences=ranges, counts=counts, held_out=frozenset({"valid", "test"}))


def check_files(files: dict[str, Path]) -> dict[str, tuple[str, bool]]:
    """Return the digest of each file and whether it contains text.

    Raises:
      UserError: If files cannot be used. The message names them.
    """
    checked: dict[str, tuple[str, bool]] = {}
    bad: list[UnusableFile] = []
    for key, path in files.items():
        try:
            refuse_name(path)
            checked[key] = check_text(path)
        except UnusableFile as error:
            bad.append(error)
    if len(bad) == 1:
        raise bad[0]
    if bad:
        faults = named([error.what for error in bad])
        raise UserError(
            f"{len(bad)} files cannot be used: {faults}; for the first: {bad[0].advice}"
        )
    return checked


def note_of(segmentation: str, reason: str) -> str:
    """Describe in one line how a text is segmented and how to override this."""
    others = " or ".join(each for each in SEGMENTATIONS if each != segmentation)
    return (
        f"segmentation {segmentation}: {MEANINGS[segmentation]}, because {reason}; "
        f"override with SEGMENTATION={others}"
    )


def describe(files: dict[str, Path]) -> str:
    """Return the subject and verb of an error message about all files."""
    first = next(iter(files.values()))
    return f"{first} contains" if len(files) == 1 else f"{first} and {len(files) - 1} more contain"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: "1 sentence", "2 sentences"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
