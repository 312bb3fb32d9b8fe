"""Token ids as text, so that a program for n-grams sees exactly what the network saw.

Every id is written as `w` and its number: nothing in it can be taken for markup, and `<unk>`, which
such programs treat in their own way, is a word like any other. A segment is a line; its `</s>` is
the line's end.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from training.common.display import ProgressDisplay
from training.common.files import writing
from training.text.vocabulary import END

CHUNK_TOKENS = 1 << 18


def word(index: int) -> str:
    """How an id is written. `END` has no word of its own."""
    return f"w{index}"


def text_of(ids: np.ndarray, vocabulary_size: int) -> Iterator[str]:
    """The text of `ids` [tokens] in pieces of bounded size."""
    signs = [f"{word(index)} " for index in range(vocabulary_size)]
    signs[END] = "\n"
    for first in range(0, len(ids), CHUNK_TOKENS):
        yield "".join(map(signs.__getitem__, ids[first : first + CHUNK_TOKENS].tolist()))


def write_text_of(ids: np.ndarray, vocabulary_size: int, path: Path) -> None:
    """Write the text of `ids`, one segment a line."""
    with writing(path) as stream, ProgressDisplay("writing tokens", len(ids), "tokens") as display:
        for number, piece in enumerate(text_of(ids, vocabulary_size), start=1):
            stream.write(piece)
            display.update(min(number * CHUNK_TOKENS, len(ids)))
