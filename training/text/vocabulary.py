"""The vocabulary: the tokens that the network knows, their ids, and how suggestions are written.

`vocabulary.txt` has one entry per line; the line number, counted from 0, is the id. The first
entries are `</s>` and `<unk>`. The others are sorted by the code points of their folded form, so
the entries that begin with a typed prefix are one range of ids. An entry is the usual written form
of a word. Text is matched to entries by case folding, except with segmentation "line" (text that is
already tokenized), which matches entries exactly.
"""

import bisect
import functools
import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, count
from pathlib import Path

import numpy as np

from training.common.errors import UserError
from training.common.files import write_text
from training.text import patterns as rules
from training.text.plain_letters import PlainIndex, without_apostrophes
from training.text.rules import SEGMENTATIONS, fold, is_word
from training.text.sentences import sentence_starts
from training.text.spelling import SpellingModel
from training.text.unicode_tables import FOLD, TITLE, UPPER

END, UNKNOWN = 0, 1
SPECIAL = ("</s>", "<unk>")
MAXIMUM_TYPES = 2_000_000
LONGEST_ENTRY = 100


class Vocabulary:
    """Maps tokens to ids and ids to written forms.

    Args:
      entries: The entries by id: `SPECIAL`, then the others, sorted by folded form and unique.
      segmentation: "message", "sentence" or "line".

    Raises:
      ValueError: If the segmentation is unknown, or the entries are not as described.

    Example:
      >>> vocabulary = Vocabulary(["</s>", "<unk>", "are", "hello", "you"], "message")
      >>> vocabulary.encode(["Hello", "stranger"])
      [3, 1]
      >>> vocabulary.prefix_range("he")
      (3, 4)
    """

    def __init__(self, entries: Sequence[str], segmentation: str):
        if segmentation not in SEGMENTATIONS:
            raise ValueError(
                f"the segmentation is {segmentation!r}, expected one of {', '.join(SEGMENTATIONS)}"
            )
        self.entries = tuple(entries)
        self.segmentation = segmentation
        self._keys = [self.key(entry) for entry in self.entries]
        self._check()
        self._ids = {key: index for index, key in enumerate(self._keys)}
        self._written_ids = {entry: index for index, entry in enumerate(self.entries)}
        suggestable = [index >= len(SPECIAL) and is_word(e) for index, e in enumerate(entries)]
        self.is_word = np.array(suggestable, dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.entries)

    def entry(self, index: int) -> str:
        """Return the written form of an id. Raises `ValueError` for an id that does not exist."""
        if not 0 <= index < len(self.entries):
            raise ValueError(f"there is no entry {index}; ids are 0 to {len(self) - 1}")
        return self.entries[index]

    def id_of(self, token: str) -> int:
        """Return the id of a token in any written form, or `UNKNOWN`."""
        found = self._written_ids.get(token)
        return self._ids.get(self.key(token), UNKNOWN) if found is None else found

    def key(self, token: str) -> str:
        """Return the form used for matching: folded, or unchanged with segmentation "line"."""
        return _key(token, self.segmentation)

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """Return the id of each token."""
        known = self._written_ids
        return [known[token] if token in known else self.id_of(token) for token in tokens]

    def prefix_range(self, prefix: str) -> tuple[int, int]:
        """Return the range of ids, start and exclusive end, of entries that begin with `prefix`.

        Special entries are excluded.
        """
        key, first = self.key(prefix), len(SPECIAL)
        start = bisect.bisect_left(self._keys, key, lo=first)
        stop = bisect.bisect_right(
            self._keys, key, lo=start, key=lambda candidate: candidate[: len(key)]
        )
        return start, stop

    def completions(self, prefix: str) -> np.ndarray:
        """Return the ids, ascending, of the entries that can complete the typed letters.

        These are the entries that begin with `prefix` and those found by its plain letters (see
        `plain_letters.py`). A fully typed word is excluded if another entry differs from it only by
        an apostrophe: after `dont`, the suggestion is `don't`. Special entries are excluded. With
        segmentation "line", only entries that begin with `prefix` are returned.

        Returns:
          int64 [completions].
        """
        first, last = self.prefix_range(prefix)
        ids = np.arange(first, last)
        if self.segmentation == "line" or not prefix:
            return ids
        key = self.key(prefix)
        ids = np.union1d(ids, np.array(self._plain.find(key), np.int64))
        is_bare = first < last and self._keys[first] == key and first in self._bare
        return ids[ids != first] if is_bare else ids

    def spelling_nats(self, token: str) -> float:
        """Return the cost of spelling a token outside the vocabulary; see `SpellingModel`."""
        return self._spelling.nats(self.key(token))

    @functools.cached_property
    def _spelling(self) -> SpellingModel:
        return SpellingModel(self._keys[len(SPECIAL) :])

    @functools.cached_property
    def same_words(self) -> list[str]:
        """By id, a key shared by words that differ only in case and apostrophes.

        For entries that are not words, apostrophes count.
        """
        folded = map(fold, self.entries)
        return [without_apostrophes(key) if is_word(key) else key for key in folded]

    @functools.cached_property
    def _plain(self) -> PlainIndex:
        return PlainIndex(self._keys, len(SPECIAL))

    @functools.cached_property
    def _bare(self) -> set[int]:
        """Ids of the entries that become another entry when an apostrophe is inserted."""
        ids = range(len(SPECIAL), len(self))
        with_apostrophe = {self.same_words[i] for i in ids if self.same_words[i] != self._keys[i]}
        return {i for i in ids if self._keys[i] in with_apostrophe}

    def suggestion(self, index: int, prefix: str, sentence_start: bool) -> str:
        """Return an entry as suggested to the user, with the case of the letters typed so far.

        If two or more letters were typed and all are capitals, the suggestion is in capitals. If
        the first letter is a capital, or nothing is typed at the start of a sentence, the
        suggestion starts with a capital, unless the entry contains capitals itself. Otherwise the
        entry is returned unchanged.

        Args:
          index: The id of the entry.
          prefix: The letters typed so far.
          sentence_start: Whether the word is the first of a sentence.
        """
        entry = self.entry(index)
        if self.segmentation == "line" or index < len(SPECIAL):
            return entry
        cased = [character for character in prefix if _is_cased(character)]
        if len(cased) > 1 and all(map(_is_capital, cased)):
            return _in_capitals(entry)
        starts_capital = _is_capital(prefix[0]) if prefix else sentence_start
        if not starts_capital or any(map(_is_capital, entry)):
            return entry
        return entry[:1].translate(TITLE) + entry[1:]

    def save(self, path: Path) -> None:
        """Write `vocabulary.txt` atomically."""
        write_text(Path(path), self.text)

    @classmethod
    def load(cls, path: Path, segmentation: str) -> "Vocabulary":
        """Read `vocabulary.txt`. Raises `UserError` if it is missing or not a valid vocabulary."""
        try:
            return cls.of(Path(path).read_bytes(), segmentation, path)
        except FileNotFoundError:
            raise UserError(f"{path} does not exist") from None
        except OSError as error:
            raise UserError(
                f"{path} is not a usable vocabulary ({error}); create it again"
            ) from error

    @classmethod
    def of(cls, data: bytes, segmentation: str, path: Path) -> "Vocabulary":
        """Parse the bytes of the vocabulary file `path`. Raises `UserError` if they are invalid."""
        try:
            text = data.decode("utf-8")
            if not text.endswith("\n"):
                raise ValueError("its last line is incomplete")
            return cls(text[:-1].split("\n"), segmentation)
        except ValueError as error:
            raise UserError(
                f"{path} is not a usable vocabulary ({error}); create it again"
            ) from error

    @property
    def digest(self) -> str:
        """The SHA-256 of `vocabulary.txt` as 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @property
    def text(self) -> str:
        """The content of `vocabulary.txt`."""
        return "\n".join(self.entries) + "\n"

    def _check(self) -> None:
        if self.entries[: len(SPECIAL)] != SPECIAL:
            raise ValueError(f"the first entries must be {' and '.join(SPECIAL)}")
        words = self._keys[len(SPECIAL) :]
        for before, key in zip(words, words[1:], strict=False):
            if before >= key:
                raise ValueError(f"{key!r} follows {before!r}: entries must be sorted and unique")
        if any(not entry or rules.SPACE.search(entry) for entry in self.entries):
            raise ValueError("an entry is empty or contains white space")


def _key(token: str, segmentation: str) -> str:
    return token if segmentation == "line" else fold(token)


def _is_capital(character: str) -> bool:
    return ord(character) in FOLD and ord(character) not in UPPER


def _is_cased(character: str) -> bool:
    return ord(character) in FOLD or ord(character) in UPPER


def _in_capitals(text: str) -> str:
    return text.translate(UPPER)


class WrittenForms:
    """Counts the written forms of words, to choose the entries of a vocabulary.

    A capital at the start of a sentence says nothing about the usual form of a word, so the first
    word of a sentence decides the form only if the word does not occur elsewhere. If there are more
    than `maximum_types` forms, the rarest are dropped, deterministically; `pruned` counts the
    dropped occurrences. Forms longer than `LONGEST_ENTRY` characters are not counted, because they
    are of no use as suggestions.

    Example:
      >>> forms = WrittenForms()
      >>> forms.add(["Hello", ",", "you", "are", "you"])
      >>> forms.vocabulary(10, minimum_count=1, segmentation="message").entries
      ('</s>', '<unk>', ',', 'are', 'Hello', 'you')
    """

    def __init__(self, maximum_types: int = MAXIMUM_TYPES):
        self.pruned = 0
        self._maximum_types = maximum_types
        self._rows = _Rows()
        self._counts = np.zeros((0, 2), np.int64)  # of each row, inside a sentence and at its start

    def add(self, tokens: Sequence[str]) -> None:
        """Count the tokens of one segment."""
        rows = _Rows()
        counts = np.zeros((len(tokens), 2), np.int64)
        starts = frozenset(sentence_starts(tokens))
        for place, token in enumerate(tokens):
            counts[rows[token], int(place in starts)] += 1
        self.merge(list(rows), counts[: len(rows)])

    def merge(self, forms: Sequence[str], counts: np.ndarray) -> None:
        """Add counts of forms.

        Args:
          forms: Different written forms.
          counts: The number of times that each form occurs inside a sentence and at its start,
            int [forms, 2].
        """
        kept = counts.any(axis=1) & (np.fromiter(map(len, forms), np.int64) <= LONGEST_ENTRY)
        rows = np.fromiter(map(self._rows.__getitem__, compress(forms, kept.tolist())), np.int64)
        if (more := len(self._rows) - len(self._counts)) > 0:
            spare = len(self._rows) // 8
            self._counts = np.pad(self._counts, ((0, more + spare), (0, 0)))
        self._counts[rows] += counts[kept]
        if 2 * len(self._rows) > self._maximum_types:
            self._prune_if_many()

    def _prune_if_many(self) -> None:
        counts = self._counts
        if np.count_nonzero(counts) <= self._maximum_types:
            return
        threshold = 0
        while np.count_nonzero(counts) > self._maximum_types // 2:
            threshold += 1
            rare = counts <= threshold
            self.pruned += int(counts[rare].sum())
            counts[rare] = 0
        kept = counts.any(axis=1)
        self._rows = _Rows(zip(compress(self._rows, kept.tolist()), count(), strict=False))
        self._counts = counts[kept]

    def vocabulary(self, size: int, minimum_count: int, segmentation: str) -> Vocabulary:
        """Return a vocabulary of the most frequent words.

        Ties are broken by sort order.

        Args:
          size: Maximum number of entries, including special ones.
          minimum_count: Words that occur less often are left out.
          segmentation: "message", "sentence" or "line".

        Raises:
          ValueError: If `size` is below 3.
        """
        if size <= len(SPECIAL):
            raise ValueError(f"the vocabulary size is {size}, expected at least {len(SPECIAL) + 1}")
        common = heapq.nsmallest(
            size - len(SPECIAL),
            (
                (-total, key)
                for key, total in self._totals(segmentation)
                if total >= minimum_count and key not in SPECIAL
            ),
        )
        best = self._written(segmentation, {key for _, key in common})
        return Vocabulary([*SPECIAL, *(best[key] for key in sorted(best))], segmentation)

    def most_common(
        self, most: int, minimum_count: int, segmentation: str, accepts: Callable[[str], bool]
    ) -> list[tuple[str, int]]:
        """Return the written forms and counts of the most frequent words, sorted by their keys.

        If not all words of a count fit, all of them are left out, since nothing but the alphabet
        could choose among them.

        Args:
          most: Maximum number of words.
          minimum_count: Words that occur less often are left out.
          segmentation: "message", "sentence" or "line".
          accepts: Returns whether the word with this key counts.
        """
        found = heapq.nsmallest(
            most + 1,
            (
                (-total, key)
                for key, total in self._totals(segmentation)
                if total >= minimum_count and key not in SPECIAL and accepts(key)
            ),
        )
        if len(found) > most:
            found = [each for each in found if each[0] < found[-1][0]]
        totals = {key: -negative for negative, key in found}
        best = self._written(segmentation, set(totals))
        return [(best[key], totals[key]) for key in sorted(totals)]

    def _totals(self, segmentation: str) -> Iterator[tuple[str, int]]:
        """Yield the key of every word and how often it occurs."""
        of_others: Counter[str] = Counter()  # forms that are not keys themselves, by key
        for form, inside, starting in self._forms():
            if (key := _key(form, segmentation)) != form:
                of_others[key] += inside + starting
        for form, inside, starting in self._forms():
            if _key(form, segmentation) == form:
                yield form, inside + starting + of_others.pop(form, 0)
        yield from of_others.items()

    def _written(self, segmentation: str, keys: set[str]) -> dict[str, str]:
        """Return the usual written form of each word in `keys`."""
        votes: dict[str, tuple[int, int, str]] = {}
        for form, inside, starting in self._forms():
            if (key := _key(form, segmentation)) in keys:
                # In a tie the form with higher code points wins, that is, lower-case letters.
                vote = (inside, starting, form)
                votes[key] = max(votes.get(key, vote), vote)
        return {key: form for key, (_, _, form) in votes.items()}

    def _forms(self) -> Iterator[tuple[str, int, int]]:
        """Yield each form and its counts."""
        inside, starting = self._counts[: len(self._rows)].T
        return zip(self._rows, memoryview(inside), memoryview(starting), strict=True)


class _Rows(dict[str, int]):
    """The row of each form, which is a new one when a form is first looked up."""

    def __missing__(self, form: str) -> int:
        row = self[form] = len(self)
        return row
