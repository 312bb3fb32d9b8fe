"""Suggests words with a GGUF model: `python program.py K MODEL WORDS THREADS`.

Runs in an environment with llama-cpp-python, with the project in PYTHONPATH. WORDS is a JSON file:
`words`, a list, and `later`, the number of words that are suggested before a letter is typed.
Requests and answers are those of `benchmarks/keyboard/native/keys.c`.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.anchor.search import AT_ONCE, Pieces, Search, Trie

CONTEXT = 2_048
"""The most pieces of a text that the model reads. Of a longer one, it reads at least the last half
of them."""
START = "<|endoftext|>"
"""Separates the texts on which the model was trained."""


class Model:
    """A GGUF model that has read a text, and can be asked what follows.

    Args:
      path: The file.
      threads: The number of CPU threads.
    """

    def __init__(self, path: str, threads: int):
        import llama_cpp  # pyright: ignore[reportMissingImports]

        self._library: Any = llama_cpp
        llama_cpp._logger.set_verbose(False)
        llama_cpp.llama_backend_init()
        model = llama_cpp.llama_model_load_from_file(
            path.encode(), llama_cpp.llama_model_default_params()
        )
        options = llama_cpp.llama_context_default_params()
        options.n_ctx, options.n_seq_max, options.kv_unified = 2 * CONTEXT, AT_ONCE + 1, True
        options.n_threads = options.n_threads_batch = threads
        self._batch_size = options.n_batch = options.n_ubatch = 512
        self._context = llama_cpp.llama_init_from_model(model, options)
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._vocabulary = llama_cpp.llama_model_get_vocab(model)
        self.size = llama_cpp.llama_vocab_n_tokens(self._vocabulary)
        self._batch = llama_cpp.llama_batch_init(self._batch_size, 0, 1)
        self._bytes: dict[int, bytes] = {}
        self._read: list[int] = []
        self._after = np.zeros(0)
        self._start = self.pieces_of(START, special=True)

    def pieces_of(self, text: str, special: bool = False) -> list[int]:
        """Split a text into pieces."""
        data = text.encode()
        pieces = (self._library.llama_token * (len(data) + 1))()
        count = self._library.llama_tokenize(
            self._vocabulary, data, len(data), pieces, len(pieces), False, special
        )
        return list(pieces[:count])

    def bytes_of(self, piece: int) -> bytes:
        """Return the text of a piece."""
        if piece not in self._bytes:
            buffer = ctypes.create_string_buffer(256)
            count = self._library.llama_token_to_piece(
                self._vocabulary, piece, buffer, len(buffer), 0, True
            )
            self._bytes[piece] = buffer.raw[: max(count, 0)]
        return self._bytes[piece]

    def read(self, text: str) -> np.ndarray:
        """Read a text; return the probabilities of all pieces after it, float64 [pieces].

        What the text has in common with the one before is not read again.
        """
        pieces = [*self._start, *self.pieces_of(text)]
        half = CONTEXT // 2
        if len(pieces) > CONTEXT:
            # A multiple of half the context, so that the next texts have the same beginning.
            pieces = pieces[(len(pieces) - half) // half * half :]
        common = _common(self._read, pieces)
        if common < len(pieces) or common < len(self._read):
            common = min(common, len(pieces) - 1)
            self._library.llama_memory_seq_rm(self._memory, 0, common, -1)
            for first in range(common, len(pieces), self._batch_size):
                part = pieces[first : first + self._batch_size]
                places = [(piece, first + at, 0) for at, piece in enumerate(part)]
                (self._after,) = self._decoded(places, [len(part) - 1])
            self._read = pieces
        return self._after

    def ask(self, beginnings: list[Pieces]) -> list[np.ndarray]:
        """Return the probabilities of all pieces after the text and each of `beginnings`."""
        places, last = [], []
        for sequence, pieces in enumerate(beginnings, start=1):
            self._library.llama_memory_seq_cp(self._memory, 0, sequence, -1, -1)
            places += [(piece, len(self._read) + at, sequence) for at, piece in enumerate(pieces)]
            last.append(len(places) - 1)
        found = self._decoded(places, last)
        for sequence in range(1, len(beginnings) + 1):
            self._library.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return found

    def _decoded(
        self, places: Sequence[tuple[int, int, int]], wanted: Sequence[int]
    ) -> list[np.ndarray]:
        """Process pieces, each with its position and sequence; return probabilities after some."""
        batch = self._batch
        batch.n_tokens = len(places)
        for at, (piece, position, sequence) in enumerate(places):
            batch.token[at], batch.pos[at] = piece, position
            batch.n_seq_id[at], batch.seq_id[at][0] = 1, sequence
            batch.logits[at] = at in wanted
        if self._library.llama_decode(self._context, batch):
            raise RuntimeError("llama.cpp cannot process the text")
        return [self._probabilities(at) for at in wanted]

    def _probabilities(self, at: int) -> np.ndarray:
        pointer = self._library.llama_get_logits_ith(self._context, at)
        logits = np.ctypeslib.as_array(pointer, (self.size,)).astype(np.float64)
        weights = np.exp(logits - logits.max())
        return weights / weights.sum()


class Suggester:
    """Suggests words from a list.

    Args:
      model: The model.
      words: The words, as they are usually written.
      later: The words from this number on are not suggested before a letter is typed.
    """

    def __init__(self, model: Model, words: Sequence[str], later: int):
        self._model, self._words, self._later = model, words, later
        self._folded = [word.casefold() for word in words]
        self._tries = {space: self._trie(space) for space in ("", " ")}
        self._context: str | None = None
        self._search: Search | None = None

    def suggest(self, context: str, prefix: str, count: int) -> list[str]:
        """Return up to `count` words that start with `prefix` after `context`."""
        if context != self._context or self._search is None:
            space = " " if context.endswith(" ") else ""
            after = self._model.read(context.removesuffix(" "))
            trie = self._tries[space]
            self._search = Search(trie, self._folded, self._later, after, self._model.ask)
            self._context = context
        return [self._words[word] for word in self._search.best(prefix.casefold(), count)]

    def _trie(self, space: str) -> Trie:
        return Trie(self._forms(space), self._text_of)

    def _forms(self, space: str) -> Iterator[tuple[int, list[int]]]:
        for number, word in enumerate(self._words):
            for form in {word, word[:1].upper() + word[1:]}:
                yield number, self._model.pieces_of(space + form)

    def _text_of(self, pieces: Pieces) -> str:
        data = b"".join(map(self._model.bytes_of, pieces))
        return data.decode("utf-8", "ignore").lstrip(" ").casefold()


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    """Return how many items two sequences have in common at their start."""
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return at
    return min(len(first), len(second))


def main() -> None:
    """Answer until the input ends."""
    count, model, listed, threads = sys.argv[1:]
    words = json.loads(Path(listed).read_text(encoding="utf-8"))
    suggester = Suggester(Model(model, int(threads)), words["words"], words["later"])
    print("ready", flush=True)
    for line in sys.stdin:
        context, prefix = (
            "" if text == "-" else bytes.fromhex(text).decode() for text in line.split()
        )
        wall, processor = time.perf_counter_ns(), time.process_time_ns()
        found = suggester.suggest(context, prefix, int(count))
        processor, wall = time.process_time_ns() - processor, time.perf_counter_ns() - wall
        print("\t".join([str(wall), str(processor), *found]), flush=True)


if __name__ == "__main__":
    main()
