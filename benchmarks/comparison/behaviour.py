"""Measures whether models notice corrupted sentences, and how varied their text is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.common.tables import NOTHING, Cell, Table
from benchmarks.comparison.contenders import Contender
from benchmarks.comparison.generated import Variety, sampled_texts, variety
from benchmarks.comparison.judgement import Judgement, judge, spoilt_sentences
from training.common.display import ProgressDisplay
from training.data.prepare import Prepared

SENTENCES = 1_000
TEXTS, TEXT_TOKENS = 20, 250
COLUMNS = ("swap", "word", "distinct-1", "-2", "-3", "copied")


@dataclass(frozen=True)
class Behaviour:
    """The results of one contender. The held-out text itself has no `judgement`."""

    judgement: Judgement | None
    variety: Variety


class Examination:
    """Examines every contender with the same sentences and lengths, from a held-out part."""

    def __init__(self, prepared: Prepared, part: str):
        self._training_ids = prepared.ids("train")
        self._words = len(prepared.vocabulary)
        ids = np.asarray(prepared.ids(part))
        counts = np.bincount(self._training_ids, minlength=self._words)
        self.sentences = spoilt_sentences(ids, prepared.vocabulary, counts, SENTENCES)
        self.behaviours = {f"({part} text)": Behaviour(None, self._variety(_pieces(ids)))}

    def examine(self, contender: Contender) -> None:
        """Let one contender score sentences and generate text."""
        with ProgressDisplay(f"examining {contender.name}", len(self.sentences), "sentences"):
            judgement = judge(contender.model, self.sentences) if self.sentences else None
            texts = sampled_texts(contender.model, TEXTS, TEXT_TOKENS)
        self.behaviours[contender.name] = Behaviour(judgement, self._variety(texts))

    def table(self) -> Table:
        """The table of all contenders, after the held-out text itself."""
        title = (
            f"judgement and generation: {len(self.sentences):,} held-out sentences compared with "
            f"corrupted copies, {TEXTS} texts of {TEXT_TOKENS} tokens"
        )
        rows = [[Cell(name), *_cells(each)] for name, each in self.behaviours.items()]
        return Table(title, ["model", *COLUMNS], rows)

    def _variety(self, texts: list[np.ndarray]) -> Variety:
        return variety(texts, self._training_ids, self._words)


def notes() -> list[str]:
    """Sentences that explain the columns."""
    return [
        "Swap, word: how often a sentence outscores a copy in which two neighbouring words are "
        "swapped, or one word is replaced by another of about the same frequency.",
        "Distinct-n: the share of different n-grams in sampled text; copied: the share of "
        "5-grams in it that also occur in the training text.",
    ]


def _pieces(ids: np.ndarray) -> list[np.ndarray]:
    """As much held-out text as is generated, in evenly spaced pieces."""
    starts = np.linspace(0, max(0, len(ids) - TEXT_TOKENS), TEXTS).astype(int)
    return [ids[start : start + TEXT_TOKENS] for start in starts]


def _cells(behaviour: Behaviour) -> list[Cell]:
    judged = behaviour.judgement
    shares = (None, None) if judged is None else (judged.swapped, judged.replaced)
    written = (*behaviour.variety.distinct, behaviour.variety.copied)
    return [Cell(NOTHING if share is None else f"{share:.1%}") for share in (*shares, *written)]
