"""Estimates n-grams of a prepared text with KenLM, packs them for a phone, and times them.

The models use modified Kneser-Ney smoothing without pruning, on the ids of the training part. If a
text is too small or too regular to estimate the discounts, fixed ones are used. The files are
stored in the folder of the prepared text.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common.environments import last_line
from benchmarks.ngrams.arpa import read_arpa
from benchmarks.ngrams.kenlm_build import Programs
from benchmarks.ngrams.ngram import Ngram
from benchmarks.ngrams.tokens import text_of, word, write_text_of
from training.common.display import say
from training.common.errors import UserError
from training.common.locks import waiting_for
from training.data.prepare import Prepared

LEAST_PACKED_ORDER = 2
"""KenLM has no binary format for unigrams."""
SORTING_MEMORY = "1G"
# 8 bits per probability and per back-off weight, with pointers compressed as far as possible.
PACKING = ["-q", "8", "-b", "8", "-a", "22", "trie"]


@dataclass(frozen=True)
class Estimated:
    """The files of one n-gram model."""

    arpa: Path
    packed: Path | None
    """The quantised trie; None for unigrams."""

    def model(self, vocabulary_size: int) -> Ngram:
        """Read the model with its exact probabilities."""
        return Ngram.from_sections(read_arpa(self.arpa, vocabulary_size), vocabulary_size)

    @property
    def bytes(self) -> int | None:
        """The size of the quantised trie in bytes, or None for unigrams."""
        return self.packed.stat().st_size if self.packed else None


def estimated(prepared: Prepared, order: int, programs: Programs) -> Estimated:
    """The n-gram model of a training part, estimated on first use.

    Raises:
        UserError: If KenLM rejects the text.
    """
    folder = prepared.folder / programs.folder.name
    # Two benchmarks on the same text would write the same files.
    with waiting_for(folder / ".lock"):
        return _estimated(prepared, folder / f"{order}.arpa", order, programs)


def _estimated(prepared: Prepared, arpa: Path, order: int, programs: Programs) -> Estimated:
    if not arpa.is_file():
        folder = arpa.parent
        text = folder / f"{order}.txt"
        write_text_of(prepared.ids("train"), len(prepared.vocabulary), text)
        say(f"estimating the {order}-gram with KenLM")
        try:
            estimate(text, order, arpa, programs)
        finally:
            text.unlink()
    return Estimated(arpa, packed(arpa, order, programs))


def estimate(text: Path, order: int, arpa: Path, programs: Programs) -> None:
    """Estimate a model of a text and write it as an ARPA file."""
    part = arpa.with_suffix(".part")
    call(
        [programs.path("lmplz"), "-o", order, "-S", SORTING_MEMORY, "-T", arpa.parent]
        + ["--discount_fallback", "--text", text, "--arpa", part]
    )
    part.rename(arpa)


def packed(arpa: Path, order: int, programs: Programs) -> Path | None:
    """The quantised trie of an ARPA file, built on first use."""
    if order < LEAST_PACKED_ORDER:
        return None
    path = arpa.with_suffix(".trie")
    if not path.is_file():
        part = arpa.with_suffix(".part")
        call([programs.path("build_binary"), "-T", f"{arpa.parent}/", *PACKING, arpa, part])
        part.rename(path)
    return path


@dataclass(frozen=True)
class Ranking:
    """The output of `rank`: the three most likely words at each position, and the time."""

    suggestions: list[list[str]]
    microseconds: float
    """Time per position, on one thread."""


def ranked(
    model: Path,
    candidates: Iterable[int],
    ids: np.ndarray,
    vocabulary_size: int,
    programs: Programs,
) -> Ranking:
    """Rank all `candidates` (ids) with KenLM before each word of `ids` [tokens].

    `model` is an ARPA file or a trie. The end of a segment does not count as a position.
    """
    with tempfile.NamedTemporaryFile("w", encoding="ascii", suffix=".candidates") as listing:
        listing.write("\n".join(map(word, candidates)) + "\n")
        listing.flush()
        text = "".join(text_of(ids, vocabulary_size))
        lines = call([programs.path("rank"), model, listing.name], text).splitlines()
    seconds, positions = lines[-1].split()
    return Ranking(
        suggestions=[line.split() for line in lines[:-1]],
        microseconds=1e6 * float(seconds) / max(1, int(positions)),
    )


def call(arguments: list[object], given: str | None = None) -> str:
    """Run a program and return its output; `UserError` with its message if it fails."""
    result = subprocess.run(
        [str(argument) for argument in arguments], input=given, capture_output=True, text=True
    )
    if result.returncode:
        name = Path(str(arguments[0])).name
        raise UserError(f"KenLM's {name} failed: {complaint(result.stderr)}")
    return result.stdout


def complaint(output: str) -> str:
    """The line of the error output that states the reason."""
    reasons = [line for line in output.splitlines() if "because" in line or "threw" in line]
    return reasons[-1].strip() if reasons else last_line(output)
