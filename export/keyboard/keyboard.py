"""Keyboard suggestions in Python: the counterpart of `core/elman.h`, call by call.

`Keyboard` reads the same packed `.tflite` file, runs it in LiteRT and follows the same rules, so
that the C library can be compared with it. A suggestion is

- an entry of the vocabulary, never `</s>` or `<unk>`, and a word unless punctuation is requested;
- one that starts with the typed letters in any case, or with apostrophes and accents left out
  (`training/text/plain_letters.py`). A word typed in full is suggested along with its
  continuations, unless an apostrophe makes it a different word: `dont` suggests `don't`;
- not on the blocklist, unless the blocklist is switched off. Of words that differ only in case and
  apostrophes, only one is suggested;
- at most `LONGEST_WORD` bytes long, so that it fits into the structure of the C library;
- written in the case of the typed letters, with a capital at the start of a sentence.

Suggestions are sorted by probability, ties by the lower id. Log-probabilities are over the whole
vocabulary.

Of a longer context, only the last `TEXT_BYTES` bytes or `CONTEXT_TOKENS` tokens are used, from the
start of a segment if possible. The cut moves in steps of half the capacity, so that most keys in a
long text still take one step of the network.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from export.copies.packing import Packed, SelfTest, read_packed
from export.proof.runtimes import StepModel, step_model
from training.common.errors import UserError
from training.text.context import segment_ids
from training.text.rules import Segment, fold, normalise, segments, split, typed
from training.text.sentences import starts_sentence
from training.text.vocabulary import END, SPECIAL, UNKNOWN, Vocabulary

TEXT_BYTES = 4096
CONTEXT_TOKENS = 1024
LONGEST_WORD = 80
SMALLEST_TEXT, SMALLEST_CONTEXT, LARGEST = 16, 4, 2**24
_WHITE = b" \t\n\r"


@dataclasses.dataclass(frozen=True)
class Suggestion:
    """A word as shown to the user, the natural logarithm of its probability, and its id."""

    word: str
    log_probability: float
    id: int


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A rescored word, and the log-probability summed over its tokens.

    `tokens` counts the tokens, `unknown` those outside the vocabulary, which cost `<unk>` plus
    their spelling (`training/text/spelling.py`). Without tokens, the log-probability is `-inf`.
    """

    word: str
    log_probability: float
    tokens: int
    unknown: int


class Keyboard:
    """Suggests words in a text field, and ranks candidates for the next word.

    States are cached, so text that has been read before costs nothing.

    Args:
        model: The network.
        vocabulary: Its vocabulary.
        text_bytes: Largest context in bytes of UTF-8; a longer one is cut at its start.
        context_tokens: Largest context in tokens.

    Raises:
        TypeError, ValueError: If an argument cannot be used. The message names it. The methods
            raise the same errors.

    Example:
        >>> keyboard = Keyboard.open(Path("exported/keyboard/model.tflite"))
        >>> [suggestion.word for suggestion in keyboard.predict("how are y")]
        ['you', 'your', 'yours']
    """

    def __init__(
        self,
        model: StepModel,
        vocabulary: Vocabulary,
        text_bytes: int = TEXT_BYTES,
        context_tokens: int = CONTEXT_TOKENS,
    ):
        if model.vocabulary_size != len(vocabulary):
            raise ValueError(
                f"the model has {model.vocabulary_size} words, the vocabulary {len(vocabulary)}"
            )
        _check_whole("text_bytes", text_bytes, SMALLEST_TEXT, LARGEST)
        _check_whole("context_tokens", context_tokens, SMALLEST_CONTEXT, LARGEST)
        self.vocabulary = vocabulary
        self._model, self._text_bytes, self._tokens = model, text_bytes, context_tokens
        self._ids: list[int] = []
        self._states: list[np.ndarray] = []
        self._logits: tuple[int, np.ndarray] | None = None
        short = [len(entry.encode()) <= LONGEST_WORD for entry in vocabulary.entries]
        self._shown = np.array(short) & (np.arange(len(vocabulary)) >= len(SPECIAL))
        self._folded = [fold(entry) for entry in vocabulary.entries]
        self._blocked = np.zeros(len(vocabulary), np.bool_)

    @classmethod
    def open(cls, path: Path) -> Keyboard:
        """Open a packed file; `UserError` if it is damaged or fails its self-test."""
        return cls.of(read_packed(path), path)

    @classmethod
    def of(cls, packed: Packed, path: Path) -> Keyboard:
        """Use a packed file already read from `path`; `UserError` if it fails its self-test."""
        model = step_model(packed.data)
        try:
            check_self_test(model, packed.self_test)
        except ValueError as error:
            raise UserError(f"{path}: {error}") from error
        return cls(model, packed.vocabulary)

    def block(self, words: Iterable[str]) -> None:
        """Never suggest these words, in any case. Replaces the previous blocklist."""
        words = _checked_words(words)
        blocked = {fold(normalise(word.strip(" \t\r\n"))) for word in words}
        self._blocked = np.array([key in blocked for key in self._folded])

    def predict(
        self,
        context: str,
        prefix: str | None = None,
        k: int = 3,
        punctuation: bool = False,
        blocklist: bool = True,
    ) -> list[Suggestion]:
        """Suggest the `k` most likely words at the cursor.

        Args:
            context: The text before the cursor or, with `prefix`, before the unfinished word.
            prefix: The unfinished word (default: the one at the end of `context`).
            k: Number of suggestions, at least 1.
            punctuation: Whether to suggest punctuation marks too.
            blocklist: Whether to leave out blocked words.

        Returns:
            At most `k` suggestions, the most likely first.

        Raises:
            TypeError, ValueError: If an argument cannot be used.
        """
        _check_text("context", context)
        _check_text("prefix", "" if prefix is None else prefix)
        _check_whole("k", k, 1)
        segmentation = self.vocabulary.segmentation
        text, cut = self._tail(context)
        if prefix is None:
            before, prefix = typed(text, segmentation)
        else:
            before = segments(text, segmentation)
            prefix = prefix if segmentation == "line" else normalise(prefix)
        logits = self._logits_after(self._context_ids(before, cut))
        log_normaliser = _log_sum_exp(logits)
        start = starts_sentence([] if not before or before[-1].complete else before[-1].tokens)
        return [
            Suggestion(
                self.vocabulary.suggestion(index, prefix, start),
                float(logits[index]) - log_normaliser,
                index,
            )
            for index in self._likeliest(logits, prefix, k, punctuation, blocklist)
        ]

    def rescore(self, context: str, words: Sequence[str]) -> list[Candidate]:
        """The log-probability of each of `words` after `context`, which ends before the word."""
        _check_text("context", context)
        words = _checked_words(words)
        text, cut = self._tail(context)
        ids = self._context_ids(segments(text, self.vocabulary.segmentation), cut)
        logits = self._logits_after(ids)
        return [self._rescored(word, logits, self._states[len(ids) - 1]) for word in words]

    def _rescored(self, word: str, logits: np.ndarray, state: np.ndarray) -> Candidate:
        tokens = _tokens(word, self.vocabulary.segmentation)
        ids = self.vocabulary.encode(tokens)
        total = 0.0 if ids else -np.inf
        for place, token in enumerate(ids):
            if place:
                rows, state = self._model.run(np.array([ids[place - 1]], np.int32), state)
                logits = rows[0]
            total += float(logits[token]) - _log_sum_exp(logits)
        unknown = [token for token, i in zip(tokens, ids, strict=True) if i == UNKNOWN]
        total -= sum(map(self.vocabulary.spelling_nats, unknown))
        return Candidate(word, total, len(ids), len(unknown))

    def _likeliest(
        self, logits: np.ndarray, prefix: str, k: int, punctuation: bool, blocklist: bool
    ) -> list[int]:
        ids = self.vocabulary.completions(prefix)
        allowed = self._shown[ids]
        if not punctuation:
            allowed &= self.vocabulary.is_word[ids]
        if blocklist:
            allowed &= ~self._blocked[ids]
        ids = ids[allowed]
        chosen: dict[str, int] = {}
        for index in ids[np.argsort(-logits[ids], kind="stable")]:
            if len(chosen) == k:
                break
            chosen.setdefault(self.vocabulary.same_words[index], int(index))
        return list(chosen.values())

    def _tail(self, text: str) -> tuple[str, bool]:
        """The end of `text` that fits, starting after white space, and whether it was cut."""
        data = text.encode("utf-8", "surrogatepass")
        if len(data) <= self._text_bytes:
            return text, False
        first = _cut(len(data), self._text_bytes)
        for place in range(first, len(data) + 1):
            if place < len(data) and data[place - 1] in _WHITE:
                first = place
                break
        while first < len(data) and data[first] & 0xC0 == 0x80:
            first += 1
        return data[first:].decode("utf-8", "surrogatepass"), True

    def _context_ids(self, before: Sequence[Segment], cut: bool) -> list[int]:
        """`</s>`, then every segment that fits, each complete one followed by `</s>`."""
        ids = segment_ids(before, self.vocabulary)
        if cut:
            ids = ids[_behind_first_end(ids, 0) :]
        if len(ids) + 1 > self._tokens:
            first = _cut(len(ids), self._tokens - 1)
            ids = ids[_behind_first_end(ids, first) :]
        return [END, *ids]

    def _logits_after(self, ids: list[int]) -> np.ndarray:
        place = len(ids) - 1
        known = _common(ids, self._ids)
        if known < len(ids):
            del self._ids[known:], self._states[known:]
            if self._logits is not None and self._logits[0] >= known:
                self._logits = None
        if self._logits is not None and self._logits[0] == place:
            return self._logits[1]
        logits = np.zeros(0)
        for at in range(min(known, place), len(ids)):
            state = self._states[at - 1] if at else self._model.zero_state()
            rows, after = self._model.run(np.array([ids[at]], np.int32), state)
            logits = rows[0]
            if at == len(self._ids):
                self._ids.append(ids[at])
                self._states.append(after)
        self._logits = (place, logits)
        return logits


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")


def _check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}")
    if value < least or (most is not None and value > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be {bounds}, not {value}")


def _checked_words(words: Iterable[str]) -> list[str]:
    if isinstance(words, str):
        raise TypeError("words must be a list of strings, not one string")
    words = list(words)
    for word in words:
        _check_text("each word", word)
    return words


def _tokens(word: str, segmentation: str) -> list[str]:
    if segmentation != "line":
        return split(word)
    return [token for segment in segments(word, segmentation) for token in segment.tokens]


def check_self_test(model: StepModel, test: SelfTest) -> None:
    """Raise `ValueError` unless `model` reproduces the self-test in its file."""
    state = model.zero_state()
    for place, token in enumerate(test.ids):
        rows, state = model.run(np.array([token], np.int32), state)
        expected, found = test.logits[place], rows[0, test.top_ids[place]]
        # `<=` also rejects NaN.
        same = np.all(np.abs(found - expected) <= test.tolerance)
        if not same or not rows[0].max() <= expected[0] + test.tolerance:
            raise ValueError(
                f"it fails its self-test at step {place}: this runtime's output differs from the "
                "recorded output"
            )


def _cut(length: int, capacity: int) -> int:
    """Where the part that fits starts: a multiple of half the capacity."""
    half = max(1, capacity // 2)
    return -(-(length - capacity) // half) * half


def _behind_first_end(ids: list[int], first: int) -> int:
    """The first start of a segment from `first` on, or `first` if nothing would remain."""
    for place in range(first, len(ids) - 1):
        if ids[place] == END:
            return place + 1
    return first


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    length = min(len(one), len(other))
    return next((at for at in range(length) if one[at] != other[at]), length)


def _log_sum_exp(logits: np.ndarray) -> float:
    wide = logits.astype(np.float64)
    highest = wide.max()
    return float(highest + np.log(np.exp(wide - highest).sum()))
