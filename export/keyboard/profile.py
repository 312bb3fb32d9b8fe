"""Profiles of the C library: what one user taught.

`core/elman.h` documents every call.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Self

from export.keyboard.interface import LearnedWordStructure, Library, TotalsStructure, sized
from export.keyboard.results import LearnedWord, Totals

LARGEST_PROFILE = 1_000_000
MOST_WORDS = 8192


class Profile:
    """What one user taught.

    Args:
        library: The shared library, as returned by `c_library.build`.
        source: A file, which need not exist, or the bytes of a profile; None for an empty one.

    Raises:
        LibraryError: If the library rejects the profile or a call. All methods can raise it.

    Example:
        >>> with Profile(build()) as profile:
        ...     profile.learn("see you at Rajesh's")
        ...     [learned.word for learned in profile.words()]
        ['at', "Rajesh's", 'see', 'you']
    """

    def __init__(self, library: Path, source: Path | bytes | None = None):
        self._call = Library(library).call
        self._profile = ctypes.c_void_p()
        opened = ctypes.byref(self._profile)
        if isinstance(source, Path):
            self._call("profile_open", bytes(source), opened)
        else:
            self._call("profile_open_bytes", source, len(source or b""), opened)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the profile without saving it."""
        self._call("profile_close", self._profile)
        self._profile = ctypes.c_void_p()

    def address(self) -> int | None:
        """The address of the open profile. A method, so that a proxy in another process has it."""
        return self._profile.value

    def save(self, path: Path) -> None:
        """Replace a file with this profile."""
        self._call("profile_save", self._profile, bytes(path))

    def to_bytes(self) -> bytes:
        """The bytes of the profile, to export it."""
        buffer, length = ctypes.create_string_buffer(LARGEST_PROFILE), ctypes.c_size_t()
        self._call("profile_bytes", self._profile, buffer, len(buffer), ctypes.byref(length))
        return buffer.raw[: length.value]

    def merge(self, other: bytes) -> None:
        """Import the bytes of another profile."""
        self._call("profile_merge", self._profile, other, len(other))

    def learn(self, text: str | bytes) -> None:
        """Learn from a finished text, in which each line is a message."""
        self._call("learn", self._profile, *sized(text))

    def forget(self, word: str | bytes) -> None:
        """Forget a word, even if it is typed or imported later."""
        self._call("forget", self._profile, *sized(word))

    def remember(self, word: str | bytes) -> None:
        """Add a word because the user asked for it."""
        self._call("remember", self._profile, *sized(word))

    def keep(self, word: str | bytes) -> None:
        """Never correct a word with certainty again, because the user took its correction back."""
        self._call("keep", self._profile, *sized(word))

    def clear(self) -> None:
        """Delete everything."""
        self._call("profile_clear", self._profile)

    def words(self, start: int = 0, most: int = MOST_WORDS) -> list[LearnedWord]:
        """Up to `most` words, beginning with number `start`, sorted by their folded bytes."""
        found, count = (LearnedWordStructure * most)(), ctypes.c_size_t()
        self._call("profile_words", self._profile, start, found, most, ctypes.byref(count))
        return [
            LearnedWord(each.word.decode(), each.count, each.last) for each in found[: count.value]
        ]

    def totals(self) -> Totals:
        """The size of the profile, and how much it has learned."""
        found = TotalsStructure()
        self._call("profile_measure", self._profile, ctypes.byref(found))
        return Totals(found.bytes, found.words, found.clock)
