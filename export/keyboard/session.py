"""A model and a session in the C library, called through `ctypes`: suggestions, scores and edits.

`core/elman.h` documents every call. Lengths and positions here are in characters. This module and
those it imports need only the standard library: the input method runs in the system's Python.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from export.keyboard.interface import (
    SLIP_COSTS,
    CandidateStructure,
    CorrectionStructure,
    EditStructure,
    Library,
    LimitsStructure,
    OptionsStructure,
    SuggestionStructure,
    TouchStructure,
    sized,
    utf8,
)
from export.keyboard.profile import Profile
from export.keyboard.results import (
    SPACES,
    Candidate,
    Correction,
    Edit,
    LibraryError,
    SpaceKind,
    Suggestion,
)

MOST_SUGGESTIONS = 64


class KeyboardSession:
    """A model and one session in the C library.

    Args:
        library: The shared library, as returned by `c_library.build`.
        model: A packed `.tflite` file.
        litert: Whether to run the network in LiteRT instead of the built-in one.

    Raises:
        LibraryError: If the library rejects the file or a call. All methods can raise it.

    Example:
        >>> with KeyboardSession(build(), Path("exported/keyboard/model.tflite")) as keyboard:
        ...     [suggestion.word for suggestion in keyboard.predict("how are y")]
        ['you', 'your', 'yours']
    """

    def __init__(self, library: Path, model: Path, litert: bool = False):
        self._begin(library)
        self._call("open", bytes(model), self._runtime(litert), ctypes.byref(self._model))
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the session and close the model."""
        self._call("session_free", self._session)
        self._session = ctypes.c_void_p()
        self._call("close", self._model)
        self._model = ctypes.c_void_p()

    def session(self, text_bytes: int = 0, context_tokens: int = 0) -> None:
        """Start a new session; 0 selects the library's default."""
        limits, session = LimitsStructure(text_bytes, context_tokens), ctypes.c_void_p()
        self._call("session_free", self._session)
        self._session = session
        self._call("session_create", self._model, ctypes.byref(limits), ctypes.byref(session))

    def use(self, profile: Profile | None) -> None:
        """Mix what a profile counted into suggestions and scores; None uses the network alone.

        Use another profile, or close the keyboard, before closing the profile.
        """
        self._call("session_use", self._session, None if profile is None else profile.address())

    def try_file(self, path: Path, litert: bool = False) -> None:
        """Open another file and close it; `LibraryError` if it is rejected."""
        other = ctypes.c_void_p()
        self._call("open", bytes(path), self._runtime(litert), ctypes.byref(other))
        self._call("close", other)

    # -- suggestions and scores --------------------------------------------------------------------

    def predict(
        self,
        context: str | bytes,
        prefix: str | bytes | None = None,
        k: int = 3,
        punctuation: bool = False,
        blocklist: bool = True,
        exact: bool = False,
    ) -> list[Suggestion]:
        """Suggest the `k` most likely words at the cursor, the most likely first.

        Args:
            context: The text before the cursor or, with `prefix`, before the unfinished word.
            prefix: The unfinished word (default: the one at the end of `context`).
            k: Number of suggestions, 1 to `MOST_SUGGESTIONS`.
            punctuation: Whether to suggest punctuation marks too.
            blocklist: Whether to leave out blocked words.
            exact: Whether to leave out words that begin with the typed letters except for slips.
        """
        found, count = (SuggestionStructure * MOST_SUGGESTIONS)(), ctypes.c_size_t()
        options = ctypes.byref(OptionsStructure(punctuation, not blocklist, exact))
        texts = sized(context) if prefix is None else (*sized(context), *sized(prefix))
        name = "predict" if prefix is None else "predict_apart"
        self._call(name, self._session, *texts, options, k, found, ctypes.byref(count))
        return [
            Suggestion(each.word.decode(), each.log_probability, each.id, each.share)
            for each in found[: count.value]
        ]

    def rescore(self, context: str | bytes, words: Sequence[str]) -> list[Candidate]:
        """The log-probability of each of `words` after `context`, which ends before the word."""
        listed = (ctypes.c_char_p * len(words))(*(utf8(word) for word in words))
        found = (CandidateStructure * len(words))()
        self._call("rescore", self._session, *sized(context), listed, len(words), found)
        return [
            Candidate(word, each.log_probability, each.tokens, each.unknown)
            for word, each in zip(words, found, strict=True)
        ]

    def correct(
        self,
        text: str | bytes,
        touches: Sequence[tuple[float, float] | None] | None = None,
        k: int = 3,
        blocklist: bool = True,
    ) -> list[Correction]:
        """Up to `k` readings of the word before the cursor, the most likely first.

        Args:
            text: The text before the cursor. The word that it ends with is corrected.
            touches: Where the screen was touched for the last characters of the text: x in key
                widths from the left, y in rows from the top of the layout; None if not known.
            k: Number of readings, 1 to `MOST_SUGGESTIONS`. The literal one is always among them;
                fewer than 3 can leave out certain ones.
            blocklist: Whether to leave out blocked words.
        """
        found, count = (CorrectionStructure * k)(), ctypes.c_size_t()
        points = [(math.nan, math.nan) if touch is None else touch for touch in touches or ()]
        given = (TouchStructure * len(points))(*points)
        options = ctypes.byref(OptionsStructure(False, not blocklist, False))
        results = (options, k, found, ctypes.byref(count))
        data = utf8(text)
        self._call("correct", self._session, *sized(data), given, len(points), *results)
        return [
            Correction(
                each.text.decode(),
                len(data[len(data) - each.replaces :].decode()),
                each.log_probability,
                each.share,
                each.is_literal,
                each.is_certain,
            )
            for each in found[: count.value]
        ]

    def layout(self, layout: str | bytes) -> None:
        """Set the layout: "qwerty", "qwertz", "azerty", or rows as `elman.h` describes them."""
        self._call("session_layout", self._session, *sized(layout))

    def costs(self, changed: Mapping[str, float] | None = None) -> dict[str, float]:
        """Set the costs of slips to the usual ones, except those in `changed`; return all."""
        costs = self._library.functions.elman_default_slip_costs()
        for name, cost in (changed or {}).items():
            if name not in SLIP_COSTS:
                raise ValueError(f"there is no cost {name!r}; expected one of {SLIP_COSTS}")
            setattr(costs, name, cost)
        self._call("session_costs", self._session, ctypes.byref(costs))
        return {name: getattr(costs, name) for name in SLIP_COSTS}

    def block(self, words: str | bytes) -> int:
        """Block the words in `words`, one per line; return how many entries match."""
        blocked = ctypes.c_size_t()
        self._call("block", self._model, *sized(words), ctypes.byref(blocked))
        return blocked.value

    def read(self, text: str, most_steps: int) -> int:
        """Read a text with at most `most_steps` steps; return how many remain."""
        left = ctypes.c_size_t()
        self._call("read", self._session, *sized(text), most_steps, ctypes.byref(left))
        return left.value

    def steps(self) -> int:
        """How many steps of the network the session has computed."""
        return self._library.functions.elman_session_steps(self._session)

    # -- edits -------------------------------------------------------------------------------------

    def place(self, text: str, word: str) -> Edit:
        """Where a suggestion for `text` goes, and what to insert."""
        edit = EditStructure()
        self._call("place", self._session, *sized(text), utf8(word), ctypes.byref(edit))
        return _edit(edit, text)

    def take(self, before: str, after: str, placed: Edit) -> Edit:
        """Insert a suggestion at a cursor between `before` and `after`.

        `placed` is the result of `place` for `before`.
        """
        kept = len(before) - placed.before
        # The library refuses an edit that replaces more than there is.
        replaced = len(utf8(before[max(0, kept) :])) - min(0, kept)
        given = EditStructure(replaced, 0, 0, 0, utf8(placed.text))
        edit = EditStructure()
        texts, edits = (*sized(before), *sized(after)), (ctypes.byref(given), ctypes.byref(edit))
        self._call("take", self._session, *texts, *edits)
        return _edit(edit, before, after)

    def react(self, before: str, space: SpaceKind | None, typed: str) -> Edit | None:
        """The edit for a character typed right after an accepted word; None inserts it as usual."""
        edit, reacts = EditStructure(), ctypes.c_bool()
        found = (ctypes.byref(reacts), ctypes.byref(edit))
        kind = SPACES.index(space)
        self._call("react", self._session, *sized(before), kind, *sized(typed), *found)
        # The only character after the cursor that a reaction deletes is the space.
        return _edit(edit, before, " ") if reacts.value else None

    # -- calls -------------------------------------------------------------------------------------

    def _begin(self, library: Path) -> None:
        self._library = Library(library)
        self._model, self._session = ctypes.c_void_p(), ctypes.c_void_p()

    def _start(self, tail: bytes = b"") -> None:
        try:
            if tail:
                self._call("set_tail", self._model, tail, len(tail))
            self.session()
        except LibraryError:
            self.close()
            raise

    def _runtime(self, litert: bool) -> object:
        if not litert:
            return None
        try:
            return self._library.functions.elman_litert
        except AttributeError:
            raise LibraryError("this build of the C library has no LiteRT", 1) from None

    def _call(self, name: str, *arguments: object) -> int:
        """Call a function of the library and return how many nanoseconds it took."""
        return self._library.call(name, *arguments)


def _edit(edit: EditStructure, before: str, after: str = "") -> Edit:
    """The edit between two texts, with lengths in characters."""
    left, right = utf8(before), utf8(after)
    return Edit(
        len(left[len(left) - edit.before :].decode()),
        len(right[: edit.after].decode()),
        edit.text.decode(),
        len(edit.text[len(edit.text) - edit.back :].decode()),
        SPACES[edit.space],
    )
