"""A profile in a file, in the user's data folder."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from export.keyboard.profile import Profile
from export.keyboard.results import LibraryError
from training.common.errors import UserError


def profile_path(run: str) -> Path:
    """The file of a run's profile: `elman/RUN.profile` in the user's data folder."""
    return user_folder("XDG_DATA_HOME", ".local/share") / "elman" / f"{run}.profile"


def user_folder(variable: str, default: str) -> Path:
    """The folder in a variable of XDG or, if that is no absolute path, one in the home folder."""
    given = Path(os.environ.get(variable, ""))
    return given if given.is_absolute() else Path.home() / default


class StoredProfile:
    """A profile and its file.

    Args:
        library: The shared library, as returned by `c_library.build`.
        path: The file, which need not exist.
        learns: Whether `learn` changes anything.

    Raises:
        UserError: If the file is damaged or cannot be read. It is left as it is.
    """

    def __init__(self, library: Path, path: Path, learns: bool = True):
        self.path = path
        self.learns = learns
        self._saved = _read(path)
        with _named(path):
            self.profile = Profile(library, self._saved or None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.profile.close()

    def learn(self, text: str) -> None:
        """Learn from a finished message and save. After a failure to save, nothing more is learned.

        Raises:
            UserError: If the file cannot be written.
        """
        if self.learns:
            self.profile.learn(text)
            self._save_learned()

    def keep(self, word: str) -> None:
        """Never correct a word with certainty again, and save, like `learn`.

        A word that a profile cannot hold, such as one with a hyphen, is ignored.

        Raises:
            UserError: If the file cannot be written.
        """
        if self.learns:
            self.profile.keep(word)
            self._save_learned()

    def _save_learned(self) -> None:
        try:
            self.save()
        except UserError:
            self.learns = False
            raise

    def forget(self, word: str) -> None:
        """Forget a word, and save.

        Raises:
            UserError: If `word` is not one word, or the file cannot be written.
        """
        with _named(word):
            self.profile.forget(word)
        self.save()

    def save(self) -> None:
        """Save, including what another keyboard has saved to the same file in the meantime.

        Raises:
            UserError: If the file cannot be written, or has been damaged in the meantime.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"cannot create {self.path.parent}: {error.strerror}") from None
        with _locked(self.path.parent):
            found = _read(self.path)
            with _named(self.path):
                if found not in (b"", self._saved):
                    self.profile.merge(found)
                self.profile.save(self.path)
            self._saved = _read(self.path)


def open_stored(library: Path, path: Path, learns: bool = True) -> StoredProfile | None:
    """Open a profile; if it cannot be used, say so on standard error and return None."""
    try:
        return StoredProfile(library, path, learns)
    except UserError as error:
        print(f"no learning: {' '.join(str(error).split())}", file=sys.stderr)
        return None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let no other keyboard save to this folder meanwhile, if its file system has locks."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _named(subject: object) -> Iterator[None]:
    """Turn an error of the library into one of the user's that says what it is about."""
    try:
        yield
    except LibraryError as error:
        raise UserError(f"{subject}: {error}") from None


def _read(path: Path) -> bytes:
    """The bytes of a file, none if it does not exist."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        # A device, such as /dev/full, can be endless, and saving would replace it.
        raise UserError(f"{path} is not a file; choose another one with PROFILE= (--profile)")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
