"""Writes token ids as text, so that an n-gram program reads exactly the tokens of the network.

Every id is written as `w` and its number, so no word looks like markup, and `<unk>`, which such
programs treat specially, is a word like any other. Each segment is a line, and its `</s>` is the
end of the line.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from training.common.display import ProgressDisplay
from training.common.files import writing
from training.text.vocabulary import END

CHUNK_TOKENS = 1 << 18


def word(index: int) -> str:
    """The word for an id other than `END`."""
    return f"w{index}"


def text_of(ids: np.ndarray, vocabulary_size: int) -> Iterator[str]:
    """Yield the text of `ids` [tokens] in pieces of bounded size."""
    signs = [f"{word(index)} " for index in range(vocabulary_size)]
    signs[END] = "\n"
    for first in range(0, len(ids), CHUNK_TOKENS):
        yield "".join(map(signs.__getitem__, ids[first : first + CHUNK_TOKENS].tolist()))


def write_text_of(ids: np.ndarray, vocabulary_size: int, path: Path) -> None:
    """Write the text of `ids`, one segment per line."""
    with writing(path) as stream, ProgressDisplay("writing tokens", len(ids), "tokens") as display:
        for number, piece in enumerate(text_of(ids, vocabulary_size), start=1):
            stream.write(piece)
            display.update(min(number * CHUNK_TOKENS, len(ids)))
