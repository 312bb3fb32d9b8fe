"""Compute all metrics of a model in one pass over held-out text.

A document starts from the zero state and one `</s>`. Its targets are its tokens, including the
`</s>` of each segment, and the state is carried through the whole document. Anything with
`vocabulary_size`, `zero_state()` and `run(ids, state)` can be evaluated: the Keras model, an
exported file, or another language model.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from training.corpora.base import Document, Progress
from training.data.prepare import Prepared
from training.measure.keystrokes import Typist
from training.measure.metrics import (
    SUGGESTIONS,
    Metrics,
    Sums,
    negative_log_probabilities,
    ranked_before,
)
from training.text.rules import is_word, join, segments
from training.text.unknown_words import UnknownWords
from training.text.vocabulary import END, UNKNOWN, Vocabulary

BLOCK_TOKENS = 256


class Model(Protocol):
    """A model that can be evaluated. States are opaque values, which `run` does not modify."""

    @property
    def vocabulary_size(self) -> int:
        """Number of logits."""
        ...

    def zero_state(self) -> Any:
        """Return the state at the start of a document."""
        ...

    def run(self, ids: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        """Process tokens.

        Args:
          ids: Token ids, int32 [n].
          state: State before the first token.

        Returns:
          Logits after each token, float32 [n, vocabulary], and the state after the last token.
        """
        ...


@dataclass
class Positions:
    """The tokens of a document that a model has to predict. All lists have one item per token.

    Args:
      targets: Token ids.
      written: The tokens as written in the text; None at the end of a segment.
      space_before: Whether the text has a space before the token.
      characters: Length of the token including this space.
    """

    targets: list[int] = field(default_factory=list)
    written: list[str | None] = field(default_factory=list)
    space_before: list[bool] = field(default_factory=list)
    characters: list[int] = field(default_factory=list)

    def add(self, target: int, written: str | None, space_before: bool) -> None:
        """Append one token."""
        self.targets.append(target)
        self.written.append(written)
        self.space_before.append(space_before)
        self.characters.append(space_before + (1 if written is None else len(written)))


def evaluate(
    model: Model,
    documents: Prepared | Iterable[Document],
    vocabulary: Vocabulary,
    *,
    part: str = "test",
    maximum_tokens: int | None = None,
    progress: Progress = None,
) -> Metrics:
    """Evaluate a model on documents or on a part of a prepared text.

    Args:
      model: The model.
      documents: The documents, or a prepared text.
      vocabulary: The vocabulary of the model.
      part: The held-out part of a prepared text.
      maximum_tokens: Stop after this many tokens; None evaluates everything.
      progress: Called after each block of tokens.

    Raises:
      ValueError: If the sizes of model and vocabulary differ, the logits have the wrong shape or
        are NaN, or there are no tokens.
    """
    if model.vocabulary_size != len(vocabulary):
        raise ValueError(
            f"the model has {model.vocabulary_size} words, the vocabulary {len(vocabulary)}; "
            "use a model and a vocabulary of the same run"
        )
    total, tail = maximum_tokens, None
    if isinstance(documents, Prepared):
        tail = documents.tail
        known = documents.tokens(part)
        total = known if maximum_tokens is None else min(known, maximum_tokens)
        documents = documents.texts(part)
    evaluation = Evaluation(model, vocabulary, UnknownWords(vocabulary, tail))
    for document in documents:
        left = None if maximum_tokens is None else maximum_tokens - evaluation.sums.tokens
        if left is not None and left <= 0:
            break
        for tokens in evaluation.add(document, left):
            if progress:
                progress(tokens, total, "evaluating")
    return evaluation.sums.metrics()


class Evaluation:
    """Accumulates the sums of all metrics over documents."""

    def __init__(self, model: Model, vocabulary: Vocabulary, unknown: UnknownWords):
        self.sums = Sums()
        self._model, self._vocabulary, self._unknown = model, vocabulary, unknown
        self._suggestable = np.asarray(vocabulary.is_word, bool)
        self._typist = Typist(vocabulary)

    def add(self, document: Document, maximum_tokens: int | None = None) -> Iterator[int]:
        """Evaluate a document or its first tokens. Yields the total tokens after each block."""
        positions = positions_of(document, self._vocabulary)
        targets = np.array(positions.targets[:maximum_tokens], np.int32)
        if not len(targets):
            return
        inputs = np.concatenate([np.array([END], np.int32), targets[:-1]])
        self.sums.documents += 1
        self._typist.begin()
        state = self._model.zero_state()
        for first in range(0, len(targets), BLOCK_TOKENS):
            block = slice(first, min(first + BLOCK_TOKENS, len(targets)))
            logits, state = self._model.run(inputs[block], state)
            self._add_block(self._checked(logits, block), positions, block)
            yield self.sums.tokens

    def _checked(self, logits: np.ndarray, block: slice) -> np.ndarray:
        logits = np.asarray(logits, np.float32)
        expected = (block.stop - block.start, len(self._vocabulary))
        if logits.shape != expected:
            raise ValueError(f"the model returned logits of shape {logits.shape}, not {expected}")
        return logits

    def _add_block(self, logits: np.ndarray, positions: Positions, block: slice) -> None:
        targets = np.array(positions.targets[block], np.int32)
        sums = self.sums
        sums.nats += float(negative_log_probabilities(logits, targets).sum())
        sums.tokens += len(targets)
        sums.characters += sum(positions.characters[block])
        rows = np.flatnonzero(self._suggestable[targets])
        before = ranked_before(logits[rows], targets[rows], self._suggestable)
        ranks = before.sum(axis=1)
        sums.first += int((ranks == 0).sum())
        sums.among_first += int((ranks < SUGGESTIONS).sum())
        row_of = dict(zip(rows.tolist(), range(len(rows)), strict=True))
        for index, at in enumerate(range(block.start, block.stop)):
            row = row_of.get(index)
            self._add_token(positions, at, None if row is None else before[row])

    def _add_token(self, positions: Positions, at: int, before: np.ndarray | None) -> None:
        """Count the keys of one token. `before` marks the entries suggested ahead of it."""
        written, space = positions.written[at], positions.space_before[at]
        target, sums = positions.targets[at], self.sums
        if written is None:
            sums.keys += self._typist.enter()
            return
        if target == UNKNOWN:
            sums.unknown += 1
            sums.spelling_nats += self._unknown.nats(written)
        if not is_word(written):
            sums.keys += self._typist.punctuation(written, space)
            return
        sums.words += 1
        earlier = None if before is None else np.flatnonzero(before)
        sums.keys += self._typist.word(written, space, target, earlier)


def positions_of(document: Document, vocabulary: Vocabulary) -> Positions:
    """Return the tokens of a document with their ids and their places in the joined text."""
    positions = Positions()
    for text in document.texts:
        for segment in segments(text, vocabulary.segmentation):
            spaces = spaces_before(segment.tokens, vocabulary.segmentation)
            ids = vocabulary.encode(segment.tokens)
            for target, token, space in zip(ids, segment.tokens, spaces, strict=True):
                positions.add(target, token, space)
            positions.add(END, None, False)
    return positions


def spaces_before(tokens: list[str], segmentation: str) -> list[bool]:
    """Return, for each token of a segment, whether the joined text has a space before it."""
    if segmentation == "line":
        return [index > 0 for index in range(len(tokens))]
    text, place, spaces = join(tokens), 0, []
    for token in tokens:
        space = place > 0 and text.startswith(" ", place)
        place += space
        if not text.startswith(token, place):
            raise ValueError(
                f"joined tokens differ from the tokens at {text[place : place + 20]!r}"
            )
        spaces.append(space)
        place += len(token)
    return spaces
