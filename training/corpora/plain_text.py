"""The user's own text: a file, a folder or a pattern of files, of any size.

A blank line ends a document. Documents are dealt to the parts by the md5 of their keys (file name
and ordinal). A text of too few documents for that gives up its last sentences instead, and a text
of too few sentences is trained on whole.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from training.corpora.base import Document, Part, Progress, digest_of_parts, part_of
from training.corpora.reading import check_text, digest_of_file, lines
from training.errors import UserError
from training.text import Segment, join, segments

FEWEST_DOCUMENTS = 20
FEWEST_SENTENCES = 200
SHARE_HELD_OUT = 20
LONGEST_DOCUMENT = 1 << 20
"""Characters; a longer block is cut at the end of a line, so that memory stays bounded."""


@dataclass(frozen=True)
class Plan:
    """How a text is parted: by document, or at sentence numbers (first, end), or not at all."""

    description: str
    by_document: bool = False
    sentences: dict[Part, tuple[int, int]] = field(default_factory=dict)
    counts: tuple[int, ...] = ()
    """Sentences of each document, so that only the documents that are cut are segmented again."""
    held_out: frozenset[Part] = frozenset()


class PlainText:
    """Documents from text files, read in the order of their names."""

    unit = "sentence"
    licence = "the user's own text"
    recipe = "plain-text-1"

    def __init__(self, name: str, files: dict[str, Path], progress: Progress = None):
        """`files` maps the names that make up keys to paths, in the order in which they are read.

        Reads every file once; raises `UserError` if one is not UTF-8 text, or all are empty.
        """
        self.name, self._progress = name, progress
        checked = {key: check_text(path) for key, path in files.items()}
        self._files = {key: path for key, path in files.items() if checked[key][1]}
        if not self._files:
            raise UserError(f"{describe(files)} no text; give a file with at least one sentence")
        self._digests = {key: checked[key][0] for key in self._files}

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
                yield key, Document(f"{key}+{continued}" if continued else key, [block])
                ordinal, continued = (ordinal, continued + 1) if goes_on else (ordinal + 1, 0)

    def _sentence_counts(self) -> Iterator[int]:
        """How many sentences each document has; a pass over the whole text."""
        sentences = 0
        for _, document in self._all():
            count = len(sentences_of(document))
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
                yield document if whole else excerpt(document, begin, stop)


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


def sentences_of(document: Document) -> list[Segment]:
    """The sentences of a document, as tokens."""
    return [sentence for text in document.texts for sentence in segments(text, "sentence")]


def excerpt(document: Document, begin: int, stop: int) -> Document:
    """The document with only its sentences `begin` to `stop` (exclusive), a text each."""
    kept = sentences_of(document)[begin:stop]
    return Document(document.key, [join(sentence.tokens) for sentence in kept])


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


def describe(files: dict[str, Path]) -> str:
    """The subject and verb of a complaint about all files."""
    first = next(iter(files.values()))
    return f"{first} holds" if len(files) == 1 else f"{first} and {len(files) - 1} more hold"


def plural(count: int, noun: str) -> str:
    """`1 sentence`, `2 sentences`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def find_files(place: str) -> tuple[str, dict[str, Path]]:
    """The name of a corpus at a path, folder or pattern, and its files by the names for keys."""
    path = Path(place).expanduser()
    if path.is_dir():
        found, root = in_folder(path), path
    elif path.exists():
        found, root = [path], path.parent
    else:
        found = matching(path)
        root = common_folder(found)
    files: dict[str, Path] = {}
    for file in found:
        key = without_packing(file.relative_to(root).as_posix())
        if key in files:
            raise UserError(f"{files[key]} and {file} would be one text; take one of them away")
        files[key] = file
    name = without_packing(path.name) if found == [path] else root.resolve().name
    return name.removesuffix(".txt"), dict(sorted(files.items()))


def in_folder(folder: Path) -> list[Path]:
    """The text files at any depth under a folder; `UserError` if there are none."""
    found = [
        path
        for path in folder.rglob("*")
        if path.name.lower().endswith((".txt", ".gz"))
        and not path.name.startswith(".")
        and path.is_file()
    ]
    if not found:
        raise UserError(f"{folder} holds no .txt or .txt.gz file; put some text there")
    return found


def matching(pattern: Path) -> list[Path]:
    """The files that a pattern matches; `UserError` if it is a plain path or matches none."""
    if not any(sign in str(pattern) for sign in "*?["):
        raise UserError(
            f"{pattern} does not exist; give a text file, a folder, a pattern in quotes, "
            "or one of the corpora chitchat and shakespeare"
        )
    anchor = Path(pattern.anchor)
    parts = str(pattern.relative_to(pattern.anchor))
    try:
        found = [path for path in anchor.glob(parts) if path.is_file()]
    except ValueError as error:
        raise UserError(f"{pattern} is no pattern that can be matched ({error})") from None
    if not found:
        raise UserError(f"{pattern} matches no file; check the pattern and quote it")
    return found


def common_folder(paths: list[Path]) -> Path:
    """The deepest folder that all files lie under."""
    root = paths[0].parent
    while not all(path.is_relative_to(root) for path in paths):
        root = root.parent
    return root


def without_packing(name: str) -> str:
    """The name of the file that was gzipped."""
    return name.removesuffix(".gz")
