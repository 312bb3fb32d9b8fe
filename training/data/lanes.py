"""Split token ids into training chunks over parallel lanes.

In each epoch the training text is one long stream of ids: `</s>`, then the documents in a newly
shuffled order. The stream is cut into as many equal pieces as there are lanes. A chunk takes the
next `truncated_bptt_length` tokens of every lane. Row r of a chunk continues row r of the previous
chunk, so the hidden state can be carried over:

    stream      </s> a b c d e f g h i j k l m n o p q r      targets: the same, shifted by one

                 chunk 0     chunk 1     chunk 2
    lane 0      </s> a b  |  c  d  e  |  f .                  targets  a b c | d e f | g .
    lane 1       g   h i  |  j  k  l  |  m .                           h i j | k l m | n .

                 ---------> the state at a chunk's end is the state at the next one's start

Gradients stop at the bars (truncated back-propagation through time); the state does not. Tokens
that do not fill a last chunk (the dots, fewer than `truncated_bptt_length` per lane) and the
remainder of the division into lanes are left out. Both differ from epoch to epoch, as do the
positions of the bars: the documents are shuffled or, if their order is fixed or there is only one,
the text starts at a random place and wraps around.
"""

import copy
import dataclasses
import mmap
from collections.abc import Iterator

import numpy as np

from training.text.vocabulary import END

COUNTED_TOKENS = 1 << 20
# With more documents, neighbours are shuffled together, so that the order takes less than 50 MB.
MOST_SHUFFLED = 1 << 20


@dataclasses.dataclass(frozen=True)
class Stream:
    """A text as token ids.

    Args:
      ids: Token ids, integers [tokens].
      starts: Offsets of the documents in `ids`, int64 [documents + 1]; the last one is the length.
    """

    ids: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return int(self.starts[-1])

    def counts(self, vocabulary_size: int) -> np.ndarray:
        """Count how often each id occurs, int64 [vocabulary], reading the ids in pieces."""
        counts = np.zeros(vocabulary_size, np.int64)
        for first in range(0, len(self.ids), COUNTED_TOKENS):
            piece = self.ids[first : first + COUNTED_TOKENS]
            counts += np.bincount(piece, minlength=vocabulary_size)
            release(self.ids)
        return counts

    def in_pieces(self, most: int) -> "Stream":
        """Return the same text with neighbouring documents merged into at most `most`."""
        together = -(-(len(self.starts) - 1) // most)
        if together <= 1:
            return self
        starts = np.append(self.starts[:-1:together], self.starts[-1])
        release(self.starts)
        return Stream(self.ids, starts)


def release(array: np.ndarray) -> None:
    """Release the memory of a memory-mapped file. Its pages are read again when needed."""
    if isinstance(array.base, mmap.mmap):
        array.base.madvise(mmap.MADV_DONTNEED)


class OrderedStream:
    """The tokens of one epoch: `</s>`, then the documents in a given order.

    Args:
      stream: The text.
      order: Indices of the documents, int [documents].
      cut: Number of tokens to move from the start of the first document to the end of the epoch.
    """

    def __init__(self, stream: Stream, order: np.ndarray, cut: int = 0):
        self._ids = stream.ids
        self._first = stream.starts[:-1][order]
        lengths = np.diff(stream.starts)[order]
        if cut:
            self._first = np.append(self._first, self._first[0])
            self._first[0] += cut
            lengths = np.append(lengths, cut)
            lengths[0] -= cut
        self._ends = np.cumsum(lengths) + 1
        self._begins = self._ends - lengths

    def read(self, begin: int, end: int) -> np.ndarray:
        """Return the tokens `begin` to `end` (exclusive) of the epoch, int32 [end - begin]."""
        pieces = [np.array([END], np.int32)] if begin == 0 and end > 0 else []
        for first, last in self._spans(begin, end):
            pieces.append(np.asarray(self._ids[first:last], np.int32))
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int32)

    def _spans(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of the text that make up tokens `begin` to `end` of the epoch."""
        document = int(np.searchsorted(self._ends, max(begin, 1), side="right"))
        while document < len(self._ends) and self._begins[document] < end:
            offset = self._first[document] - self._begins[document]
            first, last = max(begin, self._begins[document]), min(end, self._ends[document])
            yield first + offset, last + offset
            document += 1


class LaneReader:
    """Reads the chunk of any step; step 0 is the first chunk of the first epoch.

    Example:
      >>> stream = Stream(np.arange(1, 19), np.array([0, 18]))
      >>> reader = LaneReader(stream, lanes=2, length=3, seed=1, shuffle=False)
      >>> inputs, targets = reader.chunk(0)
      >>> inputs.shape, reader.steps_per_epoch
      ((2, 3), 3)
    """

    def __init__(self, stream: Stream, lanes: int, length: int, *, seed: int, shuffle: bool):
        """Create a reader.

        Args:
          stream: The text.
          lanes: Number of lanes.
          length: Number of tokens per lane in a chunk.
          seed: Seed for the order of documents.
          shuffle: Whether to shuffle the documents before each epoch.

        Raises:
          ValueError: If the text cannot fill one chunk.
        """
        self._stream = stream.in_pieces(MOST_SHUFFLED)
        self._lanes, self._length = range(lanes), length
        self._seed, self._shuffle = seed, shuffle
        self.lane_tokens = len(stream) // lanes
        self.steps_per_epoch = self.lane_tokens // length
        if self.steps_per_epoch < 1:
            raise ValueError(
                f"{len(stream)} tokens cannot fill a chunk of {lanes} lanes of {length} tokens"
            )
        self._epoch, self._ordered = -1, None

    def part(self, lanes: range) -> "LaneReader":
        """Return a reader of the same chunks that reads only these lanes."""
        reader = copy.copy(self)
        reader._lanes = lanes
        return reader

    def chunk(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the inputs and targets of a step, both int32 [lanes, length].

        Targets are the inputs shifted by one token.
        """
        ordered, begins = self._ordered_for(step), self._begins(step)
        # [lanes, length + 1]
        tokens = np.stack([ordered.read(begin, begin + self._length + 1) for begin in begins])
        release(self._stream.ids)
        return tokens[:, :-1], tokens[:, 1:]

    def _begins(self, step: int) -> list[int]:
        """Return the offset in the epoch at which each lane's part of the chunk begins."""
        first = step % self.steps_per_epoch * self._length
        return [lane * self.lane_tokens + first for lane in self._lanes]

    def _ordered_for(self, step: int) -> OrderedStream:
        epoch = step // self.steps_per_epoch
        if self._ordered is None or epoch != self._epoch:
            self._ordered, self._epoch = self._order(epoch), epoch
        return self._ordered

    def _order(self, epoch: int) -> OrderedStream:
        generator = np.random.Generator(np.random.Philox(key=[self._seed, epoch]))
        documents = np.arange(len(self._stream.starts) - 1)
        if self._shuffle and len(documents) > 1:
            return OrderedStream(self._stream, generator.permutation(documents))
        begin = int(generator.integers(len(self._stream)))
        first = int(np.searchsorted(self._stream.starts, begin, side="right")) - 1
        cut = begin - int(self._stream.starts[first])
        return OrderedStream(self._stream, np.roll(documents, -first), cut)


def padded_batches(
    stream: Stream, lanes: int, length: int, maximum_tokens: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield batches of whole documents for validation.

    Documents of similar length share a batch.

    Args:
      stream: The text.
      lanes: Maximum number of documents (rows) in a batch.
      length: Rows are padded to a multiple of this many tokens.
      maximum_tokens: Only the first tokens are used; the last document is cut.

    Yields:
      Inputs and targets, int32 [rows, tokens], and weights, float32 [rows, tokens], which are 0 for
      padding and 1 otherwise.
    """
    pieces, left = [], maximum_tokens
    for begin, end in zip(stream.starts[:-1], stream.starts[1:], strict=True):
        if left <= 0:
            break
        pieces.append(np.asarray(stream.ids[begin : min(end, begin + left)], np.int32))
        left -= len(pieces[-1])
    pieces.sort(key=len)
    for first in range(0, len(pieces), lanes):
        yield _padded(pieces[first : first + lanes], length)


def _padded(pieces: list[np.ndarray], length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tokens = -(-max(len(piece) for piece in pieces) // length) * length
    targets = np.zeros((len(pieces), tokens), np.int32)
    weights = np.zeros((len(pieces), tokens), np.float32)
    for row, piece in enumerate(pieces):
        targets[row, : len(piece)] = piece
        weights[row, : len(piece)] = 1
    starts = np.full((len(pieces), 1), END, np.int32)
    return np.concatenate([starts, targets[:, :-1]], axis=1), targets, weights
