"""Ready-made splits in the manner of the Penn Treebank language-modelling files.

A folder holds `train.txt`, `valid.txt` and perhaps `test.txt`, one sentence a line, with tokens
parted by spaces and `<unk>` in place. They are read as they are, and each file is one document.
"""

from collections.abc import Iterator
from pathlib import Path

from training.corpora.base import PARTS, Document, Part, digest_of_parts
from training.corpora.reading import check_text, lines
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
        self._digest = digest_of_files(self._files)

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
        return self._digest


def digest_of_files(files: dict[Part, Path]) -> str:
    """One digest of the checked files; `UserError` for one without text."""
    digests = []
    for part, path in files.items():
        digest, has_text = check_text(path)
        if not has_text:
            raise UserError(f"{path} is empty; ready-made splits need text in it")
        digests.append((part, digest))
    return digest_of_parts(digests)


def has_splits(folder: Path) -> bool:
    """Whether a folder is to be read in this way."""
    return (folder / "train.txt").is_file() and (folder / "valid.txt").is_file()
