"""The user's own text: text files and tables of any size.

A blank line ends a document. Whether sentences end at punctuation or at line ends is detected from
a sample of the text (`segmentation.py`), unless the user chooses. The MD5 of a document's key (file
name and ordinal) decides its part. If there are too few documents, the last sentences are held out
instead; if there are too few sentences, the whole text is used for training. With the segmentations
"message" and "line", lines count as sentences.

Each file is read once to check it and once for its documents. If there are too few documents, it is
read once more to count the sentences.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

from training.common.errors import UserError
from training.common.known_files import stamp_of
from training.common.processes import ordered_map
from training.corpora.base import (
    Document,
    Part,
    Piece,
    Progress,
    Reading,
    digest_of_parts,
    part_of,
)
from training.corpora.checking import check_files, line_groups_of
from training.corpora.documents import (
    batched,
    blocks,
    counted,
    excerpt,
    texts_of,
)
from training.corpora.finding import Found, counted_kinds
from training.corpora.formats import UnusableFile
from training.corpora.reading import READABLE, Checked, changed
from training.corpora.sample import sampled_lines
from training.corpora.scripts import refuse_unspaced
from training.corpora.segmentation import decide
from training.text.rules import SEGMENTATIONS

FEWEST_DOCUMENTS = 20
FEWEST_SENTENCES = 200
SHARE_HELD_OUT = 20
CHARACTERS_PER_TOKEN = 4
"""An estimate on the low side, so held-out parts stay below their limit."""
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


class KeyedDocument(NamedTuple):
    """A document, the key that decides its part, and how many times it occurs in an epoch."""

    key: str
    document: Document
    times: int


class PlainText:
    """Documents from text files and tables, read in the order of their names.

    Example:
      >>> corpus = PlainText(find_files("novel.txt"))
      >>> for document in corpus.documents("train"):
      ...     print(document.key, len(document.texts))
    """

    licence = "the user's own text"
    recipe = "plain-text-1"
    word_list = "none"

    def __init__(
        self,
        found: Found,
        segmentation: str = "",
        progress: Progress = None,
        reading: Reading | None = None,
    ):
        """Open a corpus and read every file once.

        Args:
          found: The files.
          segmentation: "message", "sentence" or "line"; "" detects it from the text.
          progress: Called while files are checked and sentences are counted.
          reading: Further options.

        Raises:
          UserError: If a file cannot be read, all files are empty, or the text is in a script
            without spaces between words and `segmentation` is not "line".
        """
        self.name, self._progress, self._weights = found.name, progress, found.weights
        self._reading = reading or Reading()
        self._stamps = {key: stamp_of(path) for key, path in found.files.items()}
        field, known = self._reading.field, self._reading.known
        checked = check_files(found.files, field, known, progress)
        self._checked = {key: each for key, each in checked.items() if each.has_text}
        self._files = {key: found.files[key] for key in self._checked}
        if not self._files:
            raise UserError(
                f"{describe(found.files)} no text; use a file with at least one sentence"
            )
        self.characters = sum(each.characters for each in self._checked.values())
        self.segmentation, note = self._decided(segmentation)
        skipped = skipped_note(found, checked)
        self.notes = tuple(filter(None, (skipped, note)))

    def _decided(self, segmentation: str) -> tuple[str, str]:
        """Return the segmentation, and a note for the user if it was detected."""
        if segmentation == "line":
            return segmentation, ""
        read = partial(line_groups_of, field=self._reading.field)
        sample = sampled_lines(self._files.values(), read)
        decided, reason = decide(sample)
        if (segmentation or decided) != "line":
            refuse_unspaced(self.name, [line.text for line in sample])
        return (segmentation, "") if segmentation else (decided, note_of(decided, reason))

    def documents(self, part: Part) -> Iterator[Document]:
        """Return an iterator over the documents of one part, each once, whatever its weight."""
        return (self._split(piece.document) for piece in self._pieces() if piece.part == part)

    def pieces(self) -> Iterator[Piece]:
        """Return an iterator over the documents of all parts, in the order of the text.

        Each training document is one text, because the text rules find its lines.
        """
        for piece in self._pieces():
            is_kept = piece.part != "train"
            yield piece._replace(document=self._split(piece.document)) if is_kept else piece

    def _split(self, document: Document) -> Document:
        texts = [each for text in document.texts for each in texts_of(text, self.segmentation)]
        return Document(document.key, texts)

    def _pieces(self) -> Iterator[Piece]:
        """Yield the documents of all parts, not yet split into texts."""
        if self._plan.sentences:
            return self._cut_documents()
        if self._plan.by_document:
            every = self._every
            return (
                Piece(part_of(key, every), document, times)
                for key, document, times in self._documents()
            )
        return (Piece("train", document, times) for _, document, times in self._documents())

    def held_out(self, part: Part) -> bool:
        """Return whether the text is long enough for this part."""
        return part in self._plan.held_out

    def split(self) -> str:
        """Describe how the parts were chosen, or why there is only one."""
        return self._plan.description

    def sha256(self) -> str:
        """Return the digest of the files' names, weights and unpacked contents.

        Raises:
          UserError: If a file changed after the corpus was opened.
        """
        for key, path in self._files.items():
            if (stamp := stamp_of(path)) != self._stamps[key]:
                if stamp is None:
                    raise UnusableFile(f"cannot read {path}", READABLE)
                raise changed(path)
        return digest_of_parts(
            [(self._named(key), self._checked[key].sha256) for key in self._files]
        )

    def _named(self, key: str) -> str:
        weight = self._weights.get(key, 1)
        return key if weight == 1 else f"{key} x{weight}"

    def _documents(self) -> Iterator[KeyedDocument]:
        for name, path in self._files.items():
            groups = line_groups_of(path, self._reading.field, self._checked[name].sha256)
            times = self._weights.get(name, 1)
            ordinal = continued = 0
            for block, continues in blocks(groups):
                key = f"{name}#{ordinal}"
                part_key = f"{key}+{continued}" if continued else key
                document = Document(part_key, [block])
                yield KeyedDocument(key, document, times)
                ordinal, continued = (ordinal, continued + 1) if continues else (ordinal + 1, 0)

    @property
    def _every(self) -> int:
        """Of the documents that could be held out, one in this many is."""
        tokens = self.characters / CHARACTERS_PER_TOKEN / SHARE_HELD_OUT
        return max(1, math.ceil(tokens / self._reading.held_out_tokens))

    @cached_property
    def _plan(self) -> Plan:
        """Look for enough documents and, if there are few, count the sentences."""
        parts = Counter()
        for key, document, _ in self._documents():
            parts[part_of(key, self._every)] += document.key == key
            if parts.total() >= FEWEST_DOCUMENTS and parts["valid"] and parts["test"]:
                share = 100 / SHARE_HELD_OUT / self._every
                description = f"{share:.2g}% of the documents each, by the MD5 of their names"
                return Plan(description, by_document=True, held_out=frozenset({"valid", "test"}))
        counted = list(self._counted())
        counts = tuple(count for count, _ in counted)
        if sum(counts) < FEWEST_SENTENCES:
            return Plan(f"none held out: only {plural(sum(counts), 'sentence')}, all for training")
        tokens = sum(tokens for _, tokens in counted)
        return tail_plan(counts, self._reading.held_out_tokens / tokens)

    def _counted(self) -> Iterator[tuple[int, int]]:
        """Yield the numbers of sentences and tokens of each document, in one pass."""
        batches = batched(self._documents(), lambda each: each.document)
        tasks = ((self.segmentation, [each.document for each in batch]) for batch in batches)
        done = 0
        for characters, counts in ordered_map(counted, tasks, self._reading.processes):
            done += characters
            if self._progress:
                total = max(done, self.characters) // 1000
                self._progress(done // 1000, total, "counting sentences")
            yield from counts

    def _cut_documents(self) -> Iterator[Piece]:
        """Yield the documents, cut where one part of the text ends and the next begins."""
        number = 0
        for (_, document, times), count in zip(self._documents(), self._plan.counts, strict=True):
            for part, (first, end) in self._plan.sentences.items():
                begin, stop = max(first - number, 0), min(end - number, count)
                if begin < stop:
                    whole = stop - begin == count
                    cut = document if whole else excerpt(document, begin, stop, self.segmentation)
                    yield Piece(part, cut, times)
            number += count


def tail_plan(counts: tuple[int, ...], most: float = 1) -> Plan:
    """Hold out the last tenth of the sentences: half for validation, then half for testing.

    `counts` are the numbers of sentences in each document, `most` the largest share of each part.
    """
    sentences = sum(counts)
    each = min(sentences // SHARE_HELD_OUT, max(1, int(sentences * most)))
    valid, test = sentences - 2 * each, sentences - each
    ranges: dict[Part, tuple[int, int]] = {
        "train": (0, valid),
        "valid": (valid, test),
        "test": (test, sentences),
    }
    description = f"the last {2 * each} of {sentences} sentences, because there are few documents"
    return Plan(description, sentences=ranges, counts=counts, held_out=frozenset({"valid", "test"}))


def skipped_note(found: Found, checked: dict[str, Checked]) -> str:
    """Describe in one line which files and rows are not read, and why; "" if all are read."""
    reasons = [counted_kinds(found.left_out)] if found.left_out else []
    rows = Counter[str]()
    for each in checked.values():
        rows.update(each.skipped)
    empty = sum(not each.has_text for each in checked.values())
    reasons += [plural(empty, "file") + " without text"] if empty else []
    reasons += [f"{count:,} {reason}" for reason, count in sorted(rows.items())]
    return f"not read: {'; '.join(reasons)}" if reasons else ""


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
