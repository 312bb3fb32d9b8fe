"""What the C library has to compute, written down as simply as possible: no sessions, no limits."""

import dataclasses

import numpy as np

from export.copies.packing import Packed
from export.keyboard.interface import LONGEST_WORD
from export.keyboard.results import Candidate
from export.proof.runtimes import step_model
from training.text.context import segment_ids
from training.text.rules import fold, normalise, segments, split, typed
from training.text.sentences import starts_sentence
from training.text.tail import DISCOUNT
from training.text.vocabulary import END, SPECIAL, UNKNOWN, Vocabulary

NO_ID = -1


@dataclasses.dataclass(frozen=True)
class Shown:
    """Which entries may be suggested."""

    blocked: set[str]
    punctuation: bool

    def __call__(self, words: Vocabulary, index: int) -> bool:
        """Whether an entry may be."""
        entry = words.entry(index)
        return (
            index >= len(SPECIAL)
            and len(entry.encode()) <= LONGEST_WORD
            and (self.punctuation or bool(words.is_word[index]))
            and fold(entry) not in self.blocked
        )


def suggestions(
    words: Vocabulary, logs: np.ndarray, prefix: str, start: bool, shown: Shown
) -> list[tuple[int, str, float]]:
    """The ids, words and log-probabilities of the entries that complete a prefix."""
    chosen: dict[str, int] = {}
    for index in sorted(words.completions(prefix), key=lambda i: (-logs[i], i)):
        is_typed = prefix and words.suggestion(index, prefix, start) == prefix
        if shown(words, index) and not is_typed:
            chosen.setdefault(words.same_words[index], int(index))
    return [
        (index, words.suggestion(index, prefix, start), float(logs[index]))
        for index in chosen.values()
    ]


class Reference:
    """Suggestions and scores of a packed file, from LiteRT and the text rules in Python."""

    def __init__(self, packed: Packed):
        self.vocabulary, self._model = packed.vocabulary, step_model(packed.data)
        words = [word for word, _ in packed.tail.words]
        self._tail = Vocabulary([*SPECIAL, *words], self.vocabulary.segmentation)
        counts = np.array([*[1] * len(SPECIAL), *(count for _, count in packed.tail.words)])
        self._shares = (counts - DISCOUNT) / max(1, packed.tail.unknown)
        self._blocked: set[str] = set()
        self._known: dict[tuple[int, ...], tuple[np.ndarray, np.ndarray]] = {}

    def block(self, words: list[str]) -> None:
        self._blocked = {fold(normalise(word.strip(" \t\r\n"))) for word in words}

    def predict(
        self, context: str, prefix: str | None = None, k=3, punctuation=False, blocklist=True
    ) -> list[tuple[int, str, float]]:
        """Ids, words and log-probabilities."""
        segmentation = self.vocabulary.segmentation
        if prefix is None:
            before, prefix = typed(context, segmentation)
        else:
            before = segments(context, segmentation)
            prefix = prefix if segmentation == "line" else normalise(prefix)
        logs, _ = self._after([END, *segment_ids(before, self.vocabulary)])
        start = starts_sentence([] if not before or before[-1].complete else before[-1].tokens)
        shown = Shown(self._blocked if blocklist else set(), punctuation)
        found = suggestions(self.vocabulary, logs, prefix, start, shown)
        if prefix:
            tail = logs[UNKNOWN] + np.log(self._shares)
            rare = suggestions(self._tail, tail, prefix, start, shown)
            found += [(NO_ID, word, log) for _, word, log in rare]
        return sorted(found, key=lambda each: -each[2])[:k]

    def rescore(self, context: str, words: list[str]) -> list[Candidate]:
        before = segments(context, self.vocabulary.segmentation)
        ids = [END, *segment_ids(before, self.vocabulary)]
        return [self._rescored(ids, word) for word in words]

    def _rescored(self, before: list[int], word: str) -> Candidate:
        if self.vocabulary.segmentation == "line":
            tokens = [token for part in segments(word, "line") for token in part.tokens]
        else:
            tokens = split(word)
        ids = self.vocabulary.encode(tokens)
        total = 0.0 if ids else -np.inf
        for place, token in enumerate(ids):
            total += float(self._after([*before, *ids[:place]])[0][token])
        unknown = [token for token, i in zip(tokens, ids, strict=True) if i == UNKNOWN]
        total -= sum(map(self._unknown_nats, unknown))
        return Candidate(word, total, len(ids), len(unknown))

    def _unknown_nats(self, token: str) -> float:
        index = self._tail.id_of(token)
        if index != UNKNOWN:
            return -float(np.log(self._shares[index]))
        rest = 1 - self._shares[len(SPECIAL) :].sum()
        return self.vocabulary.spelling_nats(token) - float(np.log(rest))

    def _after(self, ids: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Log-probabilities after ids, and the state."""
        missing = len(ids)
        while missing and tuple(ids[:missing]) not in self._known:
            missing -= 1
        state = self._known[tuple(ids[:missing])][1] if missing else self._model.zero_state()
        for place in range(missing, len(ids)):
            rows, state = self._model.run(np.array([ids[place]], np.int32), state)
            logits = rows[0].astype(np.float64)
            highest = logits.max()
            logs = logits - highest - np.log(np.exp(logits - highest).sum())
            self._known[tuple(ids[: place + 1])] = logs, state
        return self._known[tuple(ids)]
