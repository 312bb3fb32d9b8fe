"""Ready-made splits in the manner of the Penn Treebank language-modelling files.

A folder holds `train.txt`, `valid.txt` and perhaps `test.txt`, one sentence a line, with tokens
parted by spaces and `<unk>` in place. They are read as they are, and each file is one document.
"""

from collections.abc import Iterator
from pathlib import Path

from training.corpora.base import PARTS, Document, Part, digest_of_parts
from training.corpora.reading import check_text, digest_of_file, lines
from training.errors import UserError


class PennTreebank:
    """The three files of a folder; one text a line."""

    unit = "line"
    licence = "as its owner gave it"
    recipe = "penn-treebank-1"

    def __init__(self, folder: Path):
        """Raises `UserError` for a file that is not UTF-8 text or holds none."""
        self.name = folder.resolve().name
        self._files: dict[Part, Path] = {
            part: path for part in PARTS if (path := folder / f"{part}.txt").is_file()
        }
        for part in PARTS[:2]:
            if part not in self._files:
                raise UserError(f"{folder / part}.txt does not exist; ready-made splits need it")
        refuse_empty(self._files)

    def documents(self, part: Part) -> Iterator[Document]:
        """The one document of a part, or none."""
        if path := self._files.get(part):
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


def refuse_empty(files: dict[Part, Path]) -> None:
    """Check the files; `UserError` for one that is not UTF-8 text or holds none."""
    for path in files.values():
        if not check_text(path)[1]:
            raise UserError(f"{path} is empty; ready-made splits need text in it")


def has_splits(folder: Path) -> bool:
    """Whether a folder is to be read in this way."""
    return (folder / "train.txt").is_file() and (folder / "valid.txt").is_file()
