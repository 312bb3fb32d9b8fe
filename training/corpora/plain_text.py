"""The user's own text: a file, a folder or a pattern of files, of any size.

A blank line ends a document. Whether sentences end at punctuation or at line ends is decided by a
sample of the text (`segmentation.py`), unless the user says. Documents are dealt to the parts by
the md5 of their keys (file name and ordinal). A text of too few documents for that gives up its
last sentences instead, and a text of too few sentences is trained on whole. Where a line is a
message or a sentence, these are counted and held out as sentences are.
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
"""Characters; a longer block is cut at the end of a line, so that memory stays bounded."""
MEANINGS = {
    "message": "each line is a sentence or message",
    "sentence": "sentences end at full stops, question and exclamation marks",
    "line": "each line is a sentence, its words taken as they stand between spaces",
}


@dataclass(frozen=True)
class Plan:
    """How a text is parted: by document, or at sentence numbers (first, end), or not at all."""

    description: str
    by_document: bool = False
    sentences: dict[Part, tuple[int, int]] = field(default_factory=dict)
    counts: tuple[int, ...] = ()
    """Segments of each document, so that only the documents that are cut are segmented again."""
    held_out: frozenset[Part] = frozenset()


class PlainText:
    """Documents from text files, read in the order of their names."""

    licence = "the user's own text"
    recipe = "plain-text-1"

    def __init__(self, found: Found, segmentation: str = "", progress: Progress = None):
        """`found` are the files; `segmentation` is decided by their text where it is not given.

        Reads every file once; raises `UserError` if one cannot be read, all are empty, or the text
        has no spaces between words and is not said to have them (segmentation "line").
        """
        self.name, self._progress = found.name, progress
        checked = check_files(found.files)
        self._files = {key: path for key, path in found.files.items() if checked[key][1]}
        if not self._files:
            raise UserError(
                f"{describe(found.files)} no text; give a file with at least one sentence"
            )
        self._digests = {key: checked[key][0] for key in self._files}
        self.segmentation, note = self._decided(segmentation)
        self.notes = (*found.notes, note) if note else found.notes

    def _decided(self, segmentation: str) -> tuple[str, str]:
        """The segmentation, and what to say of it where it was decided here."""
        if segmentation == "line":
            return segmentation, ""
        sample = sampled_lines(self._files.values())
        decided, reason = decide(sample)
        if (segmentation or decided) != "line":
            refuse_unspaced(self.name, [line.text for line in sample])
        return (segmentation, "") if segmentation else (decided, note_of(decided, reason))

    def documents(self, part: Part) -> Iterator[Document]:
        """The documents of one part, streamed."""
        if self._plan.by_document:
            return (document for key, document in self._all() if part_of(key) == part)
        if self._plan.sentences:
            return self._sentences(*self._plan.sentences[part])
        return (document for _, document in self._all()) if part == "train" else iter(())

    def held_out(self, part: Part) -> bool:
        """Whether the text was long enough for this part."""
        return part in self._plan.held_out

    def split(self) -> str:
        """How the parts were chosen, or why there is only one."""
        return self._plan.description

    def sha256(self) -> str:
        """Digest of the files' names and unpacked contents.

        Raises `UserError` if a file is not what it was when the corpus was opened.
        """
        for key, path in self._files.items():
            if digest_of_file(path) != self._digests[key]:
                raise UserError(f"{path} was changed while it was read; run the command again")
        return digest_of_parts(list(self._digests.items()))

    def _all(self) -> Iterator[tuple[str, Document]]:
        """All documents, each with the key that decides its part."""
        for name, path in self._files.items():
            ordinal = continued = 0
            for block, goes_on in blocks(lines(path)):
                key = f"{name}#{ordinal}"
                part_key = f"{key}+{continued}" if continued else key
                yield key, Document(part_key, texts_of(block, self.segmentation))
                ordinal, continued = (ordinal, continued + 1) if goes_on else (ordinal + 1, 0)

    def _sentence_counts(self) -> Iterator[int]:
        """How many sentences each document has; a pass over the whole text."""
        sentences = 0
        for _, document in self._all():
            count = len(segments_of(document, self.segmentation))
            sentences += count
            if self._progress:
                self._progress(sentences, None, "counting sentences")
            yield count

    @cached_property
    def _plan(self) -> Plan:
        """Count the documents and, where there are few, the sentences."""
        parts = Counter(part_of(key) for key, document in self._all() if document.key == key)
        if parts.total() >= FEWEST_DOCUMENTS and parts["valid"] and parts["test"]:
            description = "5% of the documents each, by the md5 of their names"
            return Plan(description, by_document=True, held_out=frozenset({"valid", "test"}))
        counts = tuple(self._sentence_counts())
        if sum(counts) < FEWEST_SENTENCES:
            return Plan(f"none held out: {plural(sum(counts), 'sentence')} only, all for training")
        return tail_plan(counts)

    def _sentences(self, first: int, end: int) -> Iterator[Document]:
        """Documents cut down to the sentences with numbers `first` to `end` of the whole text."""
        number = 0
        for (_, document), count in zip(self._all(), self._plan.counts, strict=True):
            begin, stop = max(first - number, 0), min(end - number, count)
            number += count
            if begin < stop:
                whole = stop - begin == count
                yield document if whole else excerpt(document, begin, stop, self.segmentation)


def blocks(text_lines: Iterator[str]) -> Iterator[tuple[str, bool]]:
    """Runs of lines between blank ones, and whether the run goes on in the next block."""
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
    """The texts of a document: the block where sentences run over lines, else its lines."""
    if segmentation == "sentence":
        return [block]
    stripped = map(str.strip, rules.LINE_END.split(block))
    return [line for line in stripped if line]


def segments_of(document: Document, segmentation: str) -> list[Segment]:
    """The sentences, messages or lines of a document, as tokens."""
    return [segment for text in document.texts for segment in segments(text, segmentation)]


def excerpt(document: Document, begin: int, stop: int, segmentation: str) -> Document:
    """The document with only its segments `begin` to `stop` (exclusive), a text each."""
    written = " ".join if segmentation == "line" else join
    kept = segments_of(document, segmentation)[begin:stop]
    return Document(document.key, [written(segment.tokens) for segment in kept])


def tail_plan(counts: tuple[int, ...]) -> Plan:
    """The last tenth of the sentences held out: its first half to tune on, its second to test.

    `counts` are the sentences of each document.
    """
    sentences = sum(counts)
    each = sentences // SHARE_HELD_OUT
    valid, test = sentences - 2 * each, sentences - each
    ranges: dict[Part, tuple[int, int]] = {
        "train": (0, valid),
        "valid": (valid, test),
        "test": (test, sentences),
    }
    description = f"the last {2 * each} of {sentences} sentences, as there are too few documents"
    return Plan(description, sentences=ranges, counts=counts, held_out=frozenset({"valid", "test"}))


def check_files(files: dict[str, Path]) -> dict[str, tuple[str, bool]]:
    """The digest of each file, and whether it holds text. `UserError` that names all bad ones."""
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
            f"{len(bad)} files cannot be used: {faults}; for the first one: {bad[0].advice}"
        )
    return checked


def note_of(segmentation: str, reason: str) -> str:
    """In one line, how a text is cut and how to have it otherwise."""
    others = " or ".join(each for each in SEGMENTATIONS if each != segmentation)
    return (
        f"segmentation {segmentation}: {MEANINGS[segmentation]}, because {reason}; "
        f"override with SEGMENTATION={others}"
    )


def describe(files: dict[str, Path]) -> str:
    """The subject and verb of a complaint about all files."""
    first = next(iter(files.values()))
    return f"{first} holds" if len(files) == 1 else f"{first} and {len(files) - 1} more hold"


def plural(count: int, noun: str) -> str:
    """`1 sentence`, `2 sentences`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
