"""Where the text comes from: built-in corpora, ready-made splits and the user's own files."""

from pathlib import Path

from training.corpora.base import PARTS, Corpus, Document, Part, Progress, part_of
from training.corpora.chitchat import ChitChat
from training.corpora.finding import find_files
from training.corpora.penn_treebank import PennTreebank, has_splits
from training.corpora.plain_text import PlainText
from training.corpora.shakespeare import Shakespeare, installed_plays
from training.errors import UserError

__all__ = [
    "BUILT_IN", "PARTS", "Corpus", "Document", "Part", "Progress", "open_corpus", "part_of",
]  # fmt: skip

CACHE = Path("cache")
BUILT_IN = ("chitchat", "shakespeare")


def open_corpus(
    name_or_path: str,
    cache_folder: Path = CACHE,
    progress: Progress = None,
    segmentation: str = "",
) -> Corpus:
    """The corpus of a name ("chitchat", "shakespeare") or at a file, folder or pattern.

    A folder with `train.txt` and `valid.txt` is read as ready-made splits. `cache_folder` keeps
    what has to be fetched; `progress` hears of a long reading. `segmentation` ("message",
    "sentence" or "line") says how own text is cut; without one it is decided. Raises `UserError`
    where there is no usable text.
    """
    if name_or_path in BUILT_IN:
        corpus = ChitChat() if name_or_path == "chitchat" else _shakespeare(cache_folder)
        if segmentation not in ("", corpus.unit):
            raise UserError(
                f"{corpus.name} always has SEGMENTATION={corpus.unit}, not {segmentation}; "
                "leave it out"
            )
        return corpus
    if not name_or_path.strip():
        raise UserError("CORPUS is empty; name a corpus, a text file or a folder")
    try:
        return _own_text(name_or_path, progress, segmentation)
    except (OSError, RuntimeError) as error:
        # A name that is too long, a folder that may not be entered, a home that nobody has.
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"cannot read CORPUS={name_or_path[:80]}: {reason}") from error


def _shakespeare(cache_folder: Path) -> Shakespeare:
    return Shakespeare(installed_plays(cache_folder))


def _own_text(path: str, progress: Progress, segmentation: str) -> Corpus:
    folder = Path(path).expanduser()
    if has_splits(folder):
        return PennTreebank(folder, segmentation or "line")
    if path == "ptb" and not folder.exists():
        raise UserError(
            "the Penn Treebank cannot be shipped; give the folder that holds its train.txt "
            "and valid.txt, as in CORPUS=path/to/ptb"
        )
    return PlainText(find_files(path), segmentation, progress)
