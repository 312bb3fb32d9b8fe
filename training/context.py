"""From a text to the ids that a model reads, and back to a text that a person reads."""

from collections.abc import Sequence

from training.text import join, segments
from training.vocabulary import END, Vocabulary


def context_ids(text: str, vocabulary: Vocabulary) -> list[int]:
    """The ids that a model steps through to stand behind `text`.

    `</s>` first, then every segment, with `</s>` behind it where it is complete.
    """
    ids = [END]
    for segment in segments(text, vocabulary.unit):
        ids += vocabulary.encode(segment.tokens)
        if segment.complete:
            ids.append(END)
    return ids


def written(ids: Sequence[int], vocabulary: Vocabulary) -> str:
    """The text of `ids`: a line a segment, each with a capital at its start."""
    lines: list[list[str]] = [[]]
    for token in ids:
        if token == END:
            lines.append([])
        else:
            lines[-1].append(vocabulary.suggestion(token, "", sentence_start=not lines[-1]))
    joined = " ".join if vocabulary.unit == "line" else join
    return "\n".join(joined(line) for line in lines if line)
