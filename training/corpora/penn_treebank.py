"""Ready-made splits in the manner of the Penn Treebank language-modelling files.

A folder holds `train.txt`, `valid.txt` and perhaps `test.txt`, one sentence a line, with tokens
parted by spaces and `<unk>` in place. They are read as they are, and each file is one document.
Splits of ordinary text can be read by the segmentations "message", which splits each line into
tokens, and "sentence", where blank lines part the documents.
"""

from collections.abc import Iterator
from pathlib import Path

from training.common.errors import UserError
from training.corpora.base import PARTS, Document, Part, digest_of_parts
from training.corpora.plain_text import blocks, check_files
from training.corpora.reading import digest_of_file, lines
from training.corpora.sample import sampled_lines
from training.corpora.scripts import refuse_unspaced


class PennTreebank:
    """The three files of a folder; one text a line."""

    licence = "as its owner gave it"
    recipe = "penn-treebank-1"

    def __init__(self, folder: Path, segmentation: str = "line"):
        """Raises `UserError` for a file that is not UTF-8 text or holds none."""
        self.name, self.segmentation = folder.resolve().name, segmentation
        self._files: dict[Part, Path] = {
            part: path for part in PARTS if (path := folder / f"{part}.txt").is_file()
        }
        for part in PARTS[:2]:
            if part not in self._files:
                raise UserError(f"{folder / part}.txt does not exist; ready-made splits need it")
        checked = check_files({path.name: path for path in self._files.values()})
        for path in self._files.values():
            if not checked[path.name][1]:
                raise UserError(f"{path} is empty; ready-made splits need text in it")
        if segmentation != "line":
            sample = sampled_lines(self._files.values())
            refuse_unspaced(self.name, [line.text for line in sample])

    @property
    def notes(self) -> tuple[str, ...]:
        """That the words are taken as they are, which ordinary text is not made for."""
        note = "ready-made splits: words are taken as they stand between spaces"
        advice = "SEGMENTATION=message or sentence for ordinary text"
        return (f"{note} ({advice})",) if self.segmentation == "line" else ()

    def documents(self, part: Part) -> Iterator[Document]:
        """The one document of a part, or none; of prose, the documents between blank lines."""
        if not (path := self._files.get(part)):
            return
        if self.segmentation == "sentence":
            for number, (block, _) in enumerate(blocks(lines(path))):
                yield Document(f"{part}#{number}", [block])
        else:
            stripped = (line.strip() for line in lines(path))
            yield Document(part, [line for line in stripped if line])

    def held_out(self, part: Part) -> bool:
        """Whether the part has a file."""
        return part in self._files

    def split(self) -> str:
        """How the parts were chosen."""
        return "ready-made: " + ", ".join(f"{part}.txt" for part in self._files)

    def sha256(self) -> str:
        """Digest of the files' contents."""
        return digest_of_parts([(part, digest_of_file(path)) for part, path in self._files.items()])


def has_splits(folder: Path) -> bool:
    """Whether a folder is to be read in this way."""
    return (folder / "train.txt").is_file() and (folder / "valid.txt").is_file()
