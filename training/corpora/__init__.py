"""Sources of text: built-in corpora, ready-made splits and the user's own files."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from training.common.errors import UserError
from training.corpora.base import PARTS, Corpus, Document, Part, Progress, Reading, part_of
from training.corpora.chitchat import ChitChat
from training.corpora.finding import Found, is_table_name, readable
from training.corpora.penn_treebank import PennTreebank, has_splits
from training.corpora.plain_text import PlainText
from training.corpora.shakespeare import Shakespeare, installed_plays
from training.corpora.standard_input import standard_input
from training.corpora.weights import find_sources

__all__ = [
    "BUILT_IN", "DEFAULT_CORPUS", "PARTS", "BuiltIn", "Corpus", "Document", "Part", "Progress",
    "Reading", "open_corpus", "part_of", "require_corpus",
]  # fmt: skip

CACHE = Path("cache")


@dataclasses.dataclass(frozen=True)
class BuiltIn:
    """A corpus with a name.

    Args:
      read: Opens the corpus; called with the folder for downloads.
      preset: The default preset for training on the corpus.
      made_for_it: Presets made for the corpus. Their runs are named after the preset alone.
    """

    read: Callable[[Path], Corpus]
    preset: str = "keyboard"
    made_for_it: tuple[str, ...] = ()


# A new corpus needs a module and an entry here. The help of every command lists these names.
BUILT_IN = {
    "chitchat": BuiltIn(lambda _: ChitChat(), made_for_it=("keyboard", "best")),
    "shakespeare": BuiltIn(
        lambda cache: Shakespeare(installed_plays(cache)), "shakespeare", ("shakespeare",)
    ),
}
DEFAULT_CORPUS = "chitchat"


def open_corpus(
    name_or_path: str,
    cache_folder: Path = CACHE,
    progress: Progress = None,
    segmentation: str = "",
    reading: Reading | None = None,
) -> Corpus:
    """Open a built-in corpus, or the text at a path.

    Args:
      name_or_path: A name in `BUILT_IN`, a file, a folder, a pattern, `-` for standard input, or
        several weighted sources (see `weights.py`). A folder with `train.txt` and `valid.txt` is
        read as ready-made splits.
      cache_folder: The folder for downloads and for copies of standard input.
      progress: Called while a long text is read.
      segmentation: "message", "sentence" or "line"; "" detects it from the text.
      reading: Further options for your own text.

    Raises:
      UserError: If there is no usable text.
    """
    reading = reading or Reading()
    if name_or_path in BUILT_IN:
        _refuse_field(reading.field, name_or_path)
        corpus = BUILT_IN[name_or_path].read(cache_folder)
        if segmentation not in ("", corpus.segmentation):
            raise UserError(
                f"{corpus.name} always uses SEGMENTATION={corpus.segmentation}, not "
                f"{segmentation}; leave SEGMENTATION unset"
            )
        return corpus
    _refuse_blank(name_or_path)
    with readable("CORPUS", name_or_path):
        folder = Path(name_or_path).expanduser()
        if has_splits(folder):
            _refuse_field(reading.field, name_or_path)
            return PennTreebank(folder, segmentation or "line")
        found = (
            standard_input(cache_folder, bool(reading.field))
            if name_or_path == "-"
            else _files(name_or_path, reading.field)
        )
        return PlainText(found, segmentation, progress, reading)


def require_corpus(name_or_path: str, field: str = "") -> None:
    """Raise `UserError` if there is no corpus or file with this name. Reads no text."""
    if name_or_path not in (*BUILT_IN, "-"):
        _refuse_blank(name_or_path)
        with readable("CORPUS", name_or_path):
            if not has_splits(Path(name_or_path).expanduser()):
                _files(name_or_path, field)


def _refuse_blank(path: str) -> None:
    if not path.strip():
        raise UserError("CORPUS is empty; set it to a corpus, a text file or a folder")


def _refuse_field(field: str, name: str) -> None:
    if field:
        raise UserError(f"FIELD={field} names a column, but {name} contains no table; remove it")


def _files(path: str, field: str) -> Found:
    if path == "ptb" and not Path(path).exists():
        raise UserError(
            "the Penn Treebank cannot be redistributed; set CORPUS to a folder that contains its "
            "train.txt and valid.txt, as in CORPUS=path/to/ptb"
        )
    found = find_sources(path, tuple(BUILT_IN), tables=bool(field))
    if not any(is_table_name(file.name) for file in found.files.values()):
        _refuse_field(field, path)
    return found
