"""What the user taught: one profile, which all windows and the settings program share."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.settings import state_of
from export.keyboard.profile import LARGEST_PROFILE, Profile
from export.keyboard.results import LearnedWord, LibraryError
from export.keyboard.stored import StoredProfile, user_folder
from training.common.errors import UserError
from training.common.files import writing

Log = Callable[[str], None]


def memory_path() -> Path:
    """`elman/desktop.profile` in the user's data folder."""
    return user_folder("XDG_DATA_HOME", ".local/share") / "elman" / "desktop.profile"


class Memory:
    """The profile in a file. Changes are saved at once, and those of other programs are followed.

    Args:
        library: The C library.
        path: The file, which need not exist.
        log: Called with one line if the file cannot be used.
        attach: Called with a profile before it is used, and with None before it is closed.

    Attributes:
        path: The file.
        problem: Why the file cannot be used; empty if it can.
    """

    def __init__(
        self,
        library: Path,
        path: Path,
        log: Log,
        attach: Callable[[Profile | None], None] = lambda _: None,
    ):
        self.path = path
        self._library = library
        self._log = log
        self._attach = attach
        self.problem = ""
        self._hidden = False
        self._stored: StoredProfile | None = None
        self._seen: object = ()
        self.refresh()

    def close(self) -> None:
        """Free the profile."""
        self._attach(None)
        if self._stored:
            self._stored.profile.close()
        self._stored, self._seen = None, ()

    def refresh(self) -> bool:
        """Read the file again if another program changed it; return whether it did."""
        state = state_of(self.path)
        if state == self._seen:
            return False
        self.close()
        self._seen, self.problem = state, ""
        try:
            self._stored = StoredProfile(self._library, self.path)
        except UserError as error:
            self.problem = f"no learning: {error}"
            self._log(self.problem)
        self._use()
        return True

    @property
    def usable(self) -> bool:
        """Whether the profile could be opened; `problem` says why not."""
        return self._stored is not None

    def hide(self, hidden: bool) -> None:
        """Stop using the profile, or use it again."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._use()

    # -- changes ----------------------------------------------------------------------------------

    def learn(self, text: str) -> None:
        """Learn from a finished text. A damaged profile learns nothing.

        Raises:
            UserError: If the file cannot be written. This and the other methods can raise it.
        """
        with self._changing() as stored:
            if stored:
                stored.learn(text)

    def keep(self, word: str) -> None:
        """Do not correct a word with certainty again. What is no single word is ignored."""
        with self._changing() as stored:
            if stored:
                stored.keep(word)

    def forget(self, word: str) -> None:
        """Forget a word, even if it is typed again."""
        with self._changing() as stored:
            self._required(stored).forget(word)

    def clear(self) -> None:
        """Delete everything, also a damaged profile."""
        with self._changing() as stored:
            if stored:
                stored.profile.clear()
                stored.save()
            else:
                self._delete()

    def words(self, search: str = "") -> list[LearnedWord]:
        """The learned words that contain a text, the latest first."""
        if self._stored is None:
            return []
        found = [
            word
            for word in self._stored.profile.words()
            if search.casefold() in word.word.casefold()
        ]
        return sorted(found, key=lambda word: word.last, reverse=True)

    def export(self, path: Path) -> None:
        """Write the profile to a file of the user's choice."""
        data = self._required(self._stored).profile.to_bytes()
        with writing(path, "wb") as stream:
            stream.write(data)

    def merge(self, path: Path) -> None:
        """Add what is in an exported file."""
        data = _read(path)
        with self._changing() as stored:
            stored = self._required(stored)
            try:
                stored.profile.merge(data)
            except LibraryError as error:
                raise UserError(f"{path.name}: {error}") from None
            stored.save()

    # -- the file ---------------------------------------------------------------------------------

    def _use(self) -> None:
        self._attach(self._stored.profile if self._stored and not self._hidden else None)

    def _required(self, stored: StoredProfile | None) -> StoredProfile:
        if stored is None:
            raise UserError(f"{self.path} is damaged; delete what was learned to start again")
        return stored

    def _delete(self) -> None:
        with suppress(FileNotFoundError):
            self.path.unlink()
        self.refresh()

    @contextmanager
    def _changing(self) -> Iterator[StoredProfile | None]:
        """Yield the newest profile, which no other program changes meanwhile."""
        with self._locked():
            self.refresh()
            try:
                yield self._stored
            finally:
                self._seen = state_of(self.path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise UserError(f"cannot write {self.path}: {error.strerror}") from None


def _read(path: Path) -> bytes:
    """The bytes of a file, if it is small enough for a profile."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_PROFILE + 1)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
