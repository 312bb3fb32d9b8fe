"""What the C library returns: suggestions, scores, edits and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from training.common.errors import UserError

SpaceKind = Literal["brought", "found", "ahead"]
SPACES: tuple[SpaceKind | None, ...] = (None, "brought", "found", "ahead")
"""The kinds of space by their numbers in `elman_space`."""


class LibraryError(UserError):
    """An error from the library, with its status number."""

    def __init__(self, message: str, status: int):
        super().__init__(message, status)
        self.status = status

    def __str__(self) -> str:
        return self.args[0]


@dataclass(frozen=True)
class Suggestion:
    """A word as shown to the user, the natural logarithm of its probability, and its id.

    `share` is its probability among the words that match the typed letters.
    """

    word: str
    log_probability: float
    id: int
    share: float


@dataclass(frozen=True)
class Candidate:
    """A rescored word, and the log-probability summed over its tokens.

    `tokens` counts the tokens, `unknown` those outside the vocabulary.
    """

    word: str
    log_probability: float
    tokens: int
    unknown: int


@dataclass(frozen=True)
class Correction:
    """What somebody may have meant by typing a word.

    `replaces` counts the characters before the cursor that `text` replaces. `log_probability` is
    the natural logarithm of the probability of the word and of having typed it this way, `share`
    its probability among the readings that were found. `is_certain` tells whether `text` should
    replace what was typed. If the word before is revised, `text` has two words, also of the literal
    reading.
    """

    text: str
    replaces: int
    log_probability: float
    share: float
    is_literal: bool
    is_certain: bool


@dataclass(frozen=True)
class LearnedWord:
    """A word of a profile as it is usually written, and how often it was typed.

    `last` is when it was last typed: the number of words learned until then, inclusive.
    """

    word: str
    count: int
    last: int


class Totals(NamedTuple):
    """The size of a saved profile, its different words, and the number of words learned."""

    bytes: int
    words: int
    clock: int


class Edit(NamedTuple):
    """A change around the cursor, which ends up `back` characters before the end of `text`.

    `before` and `after` count the characters to delete on each side of the cursor. `space` tells
    whether the space after an accepted word was inserted with it ("brought"), was there already
    ("found"), or follows the cursor because a mark was typed before it ("ahead").
    """

    before: int
    after: int
    text: str
    back: int = 0
    space: SpaceKind | None = None
