"""Types a text with a corrector, which sees the text as it became after its own corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.correction.correctors import Corrector, Reply
from benchmarks.correction.judging import Judged, Outcome, judged, matched
from benchmarks.correction.typed import Unit


@dataclass(frozen=True)
class _Stretch:
    """An outcome that starts at `start` in the text."""

    start: int
    outcome: Outcome


class Page:
    """The text so far, and the outcomes that it consists of."""

    def __init__(self):
        self.text = ""
        self._stretches: list[_Stretch] = []

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes in the order of the text."""
        return [stretch.outcome for stretch in self._stretches]

    def add(self, unit: Unit, reply: Reply) -> None:
        """Add a unit as the corrector left it, with what it changed before it."""
        self.text += unit.before
        start = len(self.text)
        first, words, typed = start - reply.before, unit.words, unit.typed
        while self._stretches and reply.before and self._end() > first:
            last = self._stretches.pop()
            words, typed = (*last.outcome.words, *words), f"{last.outcome.typed} {typed}"
            start = last.start
        self.text = self.text[:first] + reply.text
        self._stretches.append(_Stretch(start, Outcome(words, typed, self.text[start:])))

    def _end(self) -> int:
        last = self._stretches[-1]
        return last.start + len(last.outcome.final)


@dataclass(frozen=True)
class Corrected:
    """A document that was typed with a corrector.

    Args:
        words: What became of each word of the outcomes.
        ranks: For each unit with a slip, the place of the right text among the candidates, from 0;
            -1 if it is missing.
        nanoseconds: The time of each call.
        outcomes: The stretches of text.
    """

    words: list[Judged]
    ranks: list[int]
    nanoseconds: list[float]
    outcomes: list[Outcome]

    @property
    def meant(self) -> list[str]:
        """The word that each of `words` should be."""
        return [word for outcome in self.outcomes for word in outcome.words]


def corrected(units: Sequence[Unit], corrector: Corrector) -> Corrected:
    """Type a document."""
    page, ranks, times = Page(), list[int](), list[float]()
    corrector.begin()
    for unit in units:
        reply = corrector.correct(page.text + unit.before, unit.all_taps)
        page.add(unit, reply)
        times.append(reply.nanoseconds)
        if not all(matched(unit.words, unit.typed)):
            ranks.append(rank(unit, reply.candidates))
    words = [each for outcome in page.outcomes for each in judged(outcome)]
    return Corrected(words, ranks, times, page.outcomes)


def rank(unit: Unit, candidates: Sequence[str]) -> int:
    """The place of the right text among the candidates; -1 if it is missing."""
    for place, candidate in enumerate(candidates):
        # A candidate may contain words before the unit.
        if all(matched(unit.words, " ".join(candidate.split()[-len(unit.words) :]))):
            return place
    return -1
