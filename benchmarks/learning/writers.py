"""The texts of writers, in the order in which they were written.

Each message in a file of writers (`training/data/writers.py`) is a separate text field. In a
held-out part of a corpus, each conversation is a writer, and its messages follow each other in one
text field.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from training.common.errors import UserError
from training.corpora.base import Document
from training.data.writers import read_messages
from training.text.rules import is_word, segments


@dataclass(frozen=True)
class Message:
    """A message and the tokens of its segments."""

    text: str
    segments: list[list[str]]

    @property
    def words(self) -> int:
        """The number of words."""
        return sum(is_word(token) for tokens in self.segments for token in tokens)


@dataclass(frozen=True)
class Writer:
    """The messages of one user, who starts with a fresh profile.

    `fields` holds the messages of each text field: suggestions see only what precedes in the field.
    """

    name: str
    fields: list[list[Message]]

    @property
    def words(self) -> int:
        """The number of words."""
        return sum(message.words for field in self.fields for message in field)


def read_writers(path: Path, segmentation: str) -> list[Writer]:
    """Read a file of writers, in the order of their first messages.

    Raises:
        UserError: If the file cannot be read, a line has another form, or there are no words.
    """
    found: dict[str, list[list[Message]]] = {}
    for name, text in read_messages(path):
        found.setdefault(name, []).append([message_of(text, segmentation)])
    return with_words([Writer(name, fields) for name, fields in found.items()], str(path))


def message_of(text: str, segmentation: str) -> Message:
    """Split a message into tokens."""
    return Message(text, [segment.tokens for segment in segments(text, segmentation)])


def conversations(documents: Iterable[Document], segmentation: str, together: bool) -> list[Writer]:
    """A writer for each conversation; with `together`, one writer who takes part in all."""
    found = [
        Writer(document.key, [[message_of(text, segmentation) for text in document.texts]])
        for document in documents
    ]
    if together:
        found = [Writer("all", [field for writer in found for field in writer.fields])]
    return with_words(found, "the corpus")


def with_words(writers: list[Writer], place: str) -> list[Writer]:
    """The writers with at least one word; `UserError` if there are none."""
    found = [writer for writer in writers if writer.words]
    if not found:
        raise UserError(f"{place} has no words; give messages with words")
    return found


def limited(writer: Writer, limit: int) -> Writer:
    """The first messages of a writer, up to the one that reaches `limit` words."""
    fields, words = list[list[Message]](), 0
    for field in writer.fields:
        kept = list[Message]()
        for message in field:
            if words >= limit:
                break
            kept.append(message)
            words += message.words
        fields.append(kept)
    return replace(writer, fields=[field for field in fields if field])
