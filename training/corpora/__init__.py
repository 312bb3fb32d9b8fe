"""Where the text comes from: built-in corpora, ready-made splits and the user's own files."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

from training.common.errors import UserError
from training.corpora.base import PARTS, Corpus, Document, Part, Progress, part_of
from training.corpora.chitchat import ChitChat
from training.corpora.finding import Found, find_files
from training.corpora.penn_treebank import PennTreebank, has_splits
from training.corpora.plain_text import PlainText
from training.corpora.shakespeare import Shakespeare, installed_plays

__all__ = [
    "BUILT_IN", "DEFAULT_CORPUS", "PARTS", "BuiltIn", "Corpus", "Document", "Part", "Progress",
    "open_corpus", "part_of", "require_corpus",
]  # fmt: skip

CACHE = Path("cache")


@dataclasses.dataclass(frozen=True)
class BuiltIn:
    """A corpus that has a name.

    `read` opens it, given the folder that keeps what has to be fetched. It is trained with `preset`
    unless another is given. `made_for_it` are the presets whose runs on it are named like the
    preset alone.
    """

    read: Callable[[Path], Corpus]
    preset: str = "keyboard"
    made_for_it: tuple[str, ...] = ()


# A new corpus needs a module and an entry here, from which the help of every command names it.
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
) -> Corpus:
    """The corpus of a name in `BUILT_IN`, or at a file, folder or pattern.

    A folder with `train.txt` and `valid.txt` is read as ready-made splits. `cache_folder` keeps
    what has to be fetched; `progress` hears of a long reading. `segmentation` ("message",
    "sentence" or "line") says how own text is cut; without one it is decided. Raises `UserError`
    where there is no usable text.
    """
    if name_or_path in BUILT_IN:
        corpus = BUILT_IN[name_or_path].read(cache_folder)
        if segmentation not in ("", corpus.segmentation):
            raise UserError(
                f"{corpus.name} always has SEGMENTATION={corpus.segmentation}, not {segmentation}; "
                "leave it out"
            )
        return corpus
    with _readable(name_or_path):
        folder = Path(name_or_path).expanduser()
        if has_splits(folder):
            return PennTreebank(folder, segmentation or "line")
        return PlainText(_files(name_or_path), segmentation, progress)


def require_corpus(name_or_path: str) -> None:
    """Raises `UserError` if there is no corpus of this name and no file; reads no text."""
    if name_or_path not in BUILT_IN:
        with _readable(name_or_path):
            if not has_splits(Path(name_or_path).expanduser()):
                _files(name_or_path)


@contextlib.contextmanager
def _readable(path: str) -> Iterator[None]:
    if not path.strip():
        raise UserError("CORPUS is empty; name a corpus, a text file or a folder")
    try:
        yield
    except (OSError, RuntimeError) as error:
        # A name that is too long, a folder that may not be entered, a home that nobody has.
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"cannot read CORPUS={path[:80]}: {reason}") from error


def _files(path: str) -> Found:
    if path == "ptb" and not Path(path).exists():
        raise UserError(
            "the Penn Treebank cannot be shipped; give the folder that holds its train.txt "
            "and valid.txt, as in CORPUS=path/to/ptb"
        )
    return find_files(path, tuple(BUILT_IN))
