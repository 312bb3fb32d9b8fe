"""From token ids to training chunks: parallel lanes.

The training text is one long stream of ids, `</s>` first, its documents in an order that is drawn
anew for every epoch. It is cut into as many equal pieces as there are lanes. A chunk takes the next
`truncated_bptt_length` tokens of every lane, so that row r of one chunk continues row r of the
chunk before it, and the hidden state can be handed over:

    stream      </s> a b c d e f g h i j k l m n o p q r      targets: the same, one further

                 chunk 0     chunk 1     chunk 2
    lane 0      </s> a b  |  c  d  e  |  f .                  targets  a b c | d e f | g .
    lane 1       g   h i  |  j  k  l  |  m .                           h i j | k l m | n .

                 ---------> the state at a chunk's end is the state at the next one's start

Gradients stop at the bars (truncated back-propagation through time); the state does not. What does
not fill a last chunk (the dots, fewer than `truncated_bptt_length` tokens a lane) is left out, and
so are the last tokens that do not go round all lanes. In each epoch these are other pieces of the
text, and the bars stand elsewhere: its documents are shuffled, or, where their order is kept or
there is only one, the text is begun at another place and what comes before it is read last.
"""

import dataclasses
import mmap
from collections.abc import Iterator

import numpy as np

from training.text.vocabulary import END

COUNTED_TOKENS = 1 << 20
# Of more documents than this, neighbours are shuffled as one, so that the order takes under 50 MB.
MOST_SHUFFLED = 1 << 20


@dataclasses.dataclass(frozen=True)
class Stream:
    """A text as ids [tokens] and the offsets of its documents [documents + 1]."""

    ids: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return int(self.starts[-1])

    def counts(self, vocabulary_size: int) -> np.ndarray:
        """How often each id comes, int64 [vocabulary]; the ids are read a piece at a time."""
        counts = np.zeros(vocabulary_size, np.int64)
        for first in range(0, len(self.ids), COUNTED_TOKENS):
            piece = self.ids[first : first + COUNTED_TOKENS]
            counts += np.bincount(piece, minlength=vocabulary_size)
            release(self.ids)
        return counts

    def in_pieces(self, most: int) -> "Stream":
        """The same text with neighbouring documents taken together, so that there are `most`."""
        together = -(-(len(self.starts) - 1) // most)
        if together <= 1:
            return self
        starts = np.append(self.starts[:-1:together], self.starts[-1])
        release(self.starts)
        return Stream(self.ids, starts)


def release(array: np.ndarray) -> None:
    """Give back the memory that the read parts of a mapped file took; to be read again."""
    if isinstance(array.base, mmap.mmap):
        array.base.madvise(mmap.MADV_DONTNEED)


class OrderedStream:
    """The tokens of one epoch: `</s>` and then the documents one after another in a given order.

    The first `cut` tokens of the first document come last.
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
        """Tokens `begin` to `end` (exclusive) of the epoch, int32."""
        pieces = [np.array([END], np.int32)] if begin == 0 and end > 0 else []
        for first, last in self._spans(begin, end):
            pieces.append(np.asarray(self._ids[first:last], np.int32))
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int32)

    def _spans(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """The pieces of the text that make up tokens `begin` to `end` of the epoch."""
        document = int(np.searchsorted(self._ends, max(begin, 1), side="right"))
        while document < len(self._ends) and self._begins[document] < end:
            offset = self._first[document] - self._begins[document]
            first, last = max(begin, self._begins[document]), min(end, self._ends[document])
            yield first + offset, last + offset
            document += 1


class LaneReader:
    """Chunks by step: step 0 is the first chunk of the first epoch."""

    def __init__(self, stream: Stream, lanes: int, length: int, *, seed: int, shuffle: bool):
        """Raises `ValueError` if the text cannot fill one chunk."""
        self._stream = stream.in_pieces(MOST_SHUFFLED)
        self._lanes, self._length = lanes, length
        self._seed, self._shuffle = seed, shuffle
        self.lane_tokens = len(stream) // lanes
        self.steps_per_epoch = self.lane_tokens // length
        if self.steps_per_epoch < 1:
            raise ValueError(
                f"{len(stream)} tokens cannot fill a chunk of {lanes} lanes of {length} tokens"
            )
        self._epoch, self._ordered = -1, None

    def chunk(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and targets of a step, both int32 [lanes, length]; target = the next token."""
        ordered, begins = self._ordered_for(step), self._begins(step)
        tokens = np.stack([ordered.read(begin, begin + self._length + 1) for begin in begins])
        release(self._stream.ids)
        return tokens[:, :-1], tokens[:, 1:]

    def _begins(self, step: int) -> list[int]:
        """Where in its epoch each lane's piece of a step begins."""
        first = step % self.steps_per_epoch * self._length
        return [lane * self.lane_tokens + first for lane in range(self._lanes)]

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
    """Whole documents side by side, for validation: inputs, targets and weights, [rows, tokens].

    Documents of similar length share a batch of at most `lanes` rows, padded to a multiple of
    `length` tokens; `weights` is 0 there. Documents are taken from the start until `maximum_tokens`
    are reached, the last one cut.
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
