"""Ready-made splits like the Penn Treebank language-modelling files.

A folder contains `train.txt`, `valid.txt` and optionally `test.txt`, with one sentence per line,
tokens separated by spaces, and `<unk>` for rare words. Tokens are used unchanged, and each file is
one document. For splits of ordinary text, use segmentation "message", which tokenizes each line, or
"sentence", in which blank lines separate documents.
"""

from collections.abc import Iterator
from pathlib import Path

from training.common.errors import UserError
from training.corpora.base import PARTS, Document, Part, digest_of_parts
from training.corpora.checking import check_files
from training.corpora.documents import blocks
from training.corpora.reading import digest_of_file, line_groups, lines
from training.corpora.sample import sampled_lines
from training.corpora.scripts import refuse_unspaced


class PennTreebank:
    """The files of a folder. Each line is one text, except with segmentation "sentence"."""

    licence = "as provided by its owner"
    recipe = "penn-treebank-1"
    word_list = "none"

    def __init__(self, folder: Path, segmentation: str = "line"):
        """Open a folder. Raises `UserError` if a file is missing, empty or not UTF-8 text."""
        self.name, self.segmentation = folder.resolve().name, segmentation
        self._files: dict[Part, Path] = {
            part: path for part in PARTS if (path := folder / f"{part}.txt").is_file()
        }
        for part in PARTS[:2]:
            if part not in self._files:
                raise UserError(f"{folder / part}.txt does not exist; ready-made splits require it")
        checked = check_files({path.name: path for path in self._files.values()})
        for path in self._files.values():
            if not checked[path.name].has_text:
                raise UserError(f"{path} is empty; ready-made splits require text in it")
        if segmentation != "line":
            sample = sampled_lines(self._files.values())
            refuse_unspaced(self.name, [line.text for line in sample])

    @property
    def notes(self) -> tuple[str, ...]:
        """A note that tokens are separated by spaces, which does not suit ordinary text."""
        note = "ready-made splits: tokens are separated by spaces"
        advice = "for ordinary text, set SEGMENTATION=message or sentence"
        return (f"{note} ({advice})",) if self.segmentation == "line" else ()

    def documents(self, part: Part) -> Iterator[Document]:
        """Yield the documents of a part: the whole file or, with "sentence", blocks of prose."""
        if not (path := self._files.get(part)):
            return
        if self.segmentation == "sentence":
            for number, (block, _) in enumerate(blocks(line_groups(path))):
                yield Document(f"{part}#{number}", [block])
        else:
            stripped = (line.strip() for line in lines(path))
            yield Document(part, [line for line in stripped if line])

    def held_out(self, part: Part) -> bool:
        """Return whether the part has a file."""
        return part in self._files

    def split(self) -> str:
        """Describe how the parts were chosen."""
        return "ready-made: " + ", ".join(f"{part}.txt" for part in self._files)

    def sha256(self) -> str:
        """Return the digest of the files' contents."""
        return digest_of_parts([(part, digest_of_file(path)) for part, path in self._files.items()])


def has_splits(folder: Path) -> bool:
    """Return whether a folder contains ready-made splits."""
    return (folder / "train.txt").is_file() and (folder / "valid.txt").is_file()
