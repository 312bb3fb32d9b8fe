"""Finds the most likely words for a language model whose tokens are pieces of words.

The probability of a word is the product of those of its pieces, without those of longer words
that begin with the same pieces. It is added up over the forms of the word (`hello`, `Hello`).

All words are in a trie of pieces. A search begins with the first pieces that match the letters
typed, the `FIRST_PIECES` most likely ones. It asks the model what follows the most likely pieces,
until none of those left can begin a word that would be among the best.

This module uses only NumPy: it runs in the environment of the model.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

FIRST_PIECES = 64
AT_ONCE = 8
"""The number of beginnings for which the model is asked together."""
MOST_ASKED = 64
"""The number of beginnings for which the model is asked per search."""
FORMS = 2
"""The forms that a word can have."""

Pieces = tuple[int, ...]
Ask = Callable[[list[Pieces]], list[np.ndarray]]
"""Returns the probabilities of all pieces [pieces] after each of some beginnings of words."""


@dataclass
class Node:
    """A beginning of words.

    Args:
      pieces: Its pieces.
      text: Its letters, case-folded, as far as they are whole.
      words: The numbers of the words that end here.
      children: The node after each further piece.
    """

    pieces: Pieces
    text: str
    words: list[int] = field(default_factory=list)
    children: dict[int, Node] = field(default_factory=dict)

    def matches(self, prefix: str) -> bool:
        """Whether words that begin here can start with `prefix`."""
        return self.text.startswith(prefix) or prefix.startswith(self.text)


class Trie:
    """Words in pieces.

    Args:
      forms: The number of a word and the pieces of one of its forms.
      text_of: Returns the letters of some pieces.
    """

    def __init__(
        self, forms: Iterable[tuple[int, Sequence[int]]], text_of: Callable[[Pieces], str]
    ):
        self._text_of = text_of
        self.root = Node((), "")
        for word, pieces in forms:
            self._add(word, pieces)
        firsts = sorted(self.root.children.items(), key=lambda item: item[1].text)
        self._texts = [node.text for _, node in firsts]
        self._nodes = [node for _, node in firsts]
        self._pieces = np.array([piece for piece, _ in firsts], np.int64)

    def _add(self, word: int, pieces: Sequence[int]) -> None:
        node = self.root
        for piece in pieces:
            if piece not in node.children:
                path = (*node.pieces, piece)
                node.children[piece] = Node(path, self._text_of(path))
            node = node.children[piece]
        if word not in node.words:
            node.words.append(word)

    def first(self, probabilities: np.ndarray, prefix: str) -> list[tuple[float, Node]]:
        """Return the most likely first pieces that match `prefix`, with their probabilities."""
        spans = [
            (bisect_left(self._texts, prefix), bisect_left(self._texts, prefix + "\U0010ffff"))
        ]
        for length in range(len(prefix)):
            # The nodes whose text is exactly the first `length` letters.
            shorter = prefix[:length]
            spans.append(
                (bisect_left(self._texts, shorter), bisect_left(self._texts, shorter + "\0"))
            )
        places = np.concatenate([np.arange(*span) for span in spans])
        found = probabilities[self._pieces[places]]
        best = np.argsort(-found, kind="stable")[:FIRST_PIECES]
        return [(float(found[at]), self._nodes[places[at]]) for at in best]


class Search:
    """Finds words after one context.

    Args:
      trie: The words.
      words: The text of each word, case-folded.
      later: The words from this number on are not suggested before a letter is typed.
      probabilities: Of all pieces after the context, float [pieces].
      ask: Asks the model.
    """

    def __init__(
        self, trie: Trie, words: Sequence[str], later: int, probabilities: np.ndarray, ask: Ask
    ):
        self._trie, self._words, self._later, self._ask = trie, words, later, ask
        self._probabilities = probabilities
        self._after: dict[Pieces, np.ndarray] = {}

    def best(self, prefix: str, count: int) -> list[int]:
        """Return the numbers of the most likely words that start with `prefix`, best first."""
        left = MOST_ASKED
        while True:
            reached = self._reached(prefix)
            totals = self._totals(reached, prefix)
            ranked = sorted(totals, key=lambda word: (-totals[word], word))[:count]
            least = totals[ranked[-1]] if len(ranked) == count else 0.0
            open_ = [
                (probability, node)
                for probability, node in reached
                if node.children and node.pieces not in self._after and FORMS * probability > least
            ]
            open_.sort(key=lambda item: -item[0])
            chosen = [node for _, node in open_[: min(AT_ONCE, left)]]
            if not chosen:
                return ranked
            left -= len(chosen)
            self._look_behind(chosen)

    def _look_behind(self, nodes: list[Node]) -> None:
        paths = [node.pieces for node in nodes]
        self._after |= dict(zip(paths, self._ask(paths), strict=True))

    def _reached(self, prefix: str) -> list[tuple[float, Node]]:
        """Return the known beginnings of words that match, with their probabilities."""
        reached = []
        unread = self._trie.first(self._probabilities, prefix)
        while unread:
            probability, node = unread.pop()
            reached.append((probability, node))
            unread += [
                (part, child)
                for part, child in self._children(probability, node)
                if child.matches(prefix)
            ]
        return reached

    def _children(self, probability: float, node: Node) -> list[tuple[float, Node]]:
        after = self._after.get(node.pieces)
        if after is None:
            return []
        return [
            (probability * float(after[piece]), child) for piece, child in node.children.items()
        ]

    def _totals(self, reached: list[tuple[float, Node]], prefix: str) -> dict[int, float]:
        totals: dict[int, float] = {}
        for probability, node in reached:
            words = [word for word in node.words if self._fits(word, prefix)]
            if words:
                longer = sum(part for part, _ in self._children(probability, node))
                for word in words:
                    totals[word] = totals.get(word, 0.0) + max(probability - longer, 0.0)
        return totals

    def _fits(self, word: int, prefix: str) -> bool:
        return self._words[word].startswith(prefix) and (word < self._later or prefix != "")
