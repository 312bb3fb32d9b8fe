"""From a text to the ids that a model reads, and back to a text that a person reads."""

from collections.abc import Iterable, Sequence

from training.text import Segment, join, segments
from training.vocabulary import END, UNKNOWN, Vocabulary


def text_ids(text: str, vocabulary: Vocabulary) -> list[int]:
    """The ids of all segments of `text`, with `</s>` behind each complete one."""
    return segment_ids(segments(text, vocabulary.unit), vocabulary)


def segment_ids(parts: Iterable[Segment], vocabulary: Vocabulary) -> list[int]:
    """The ids of segments, with `</s>` behind each complete one."""
    ids: list[int] = []
    for segment in parts:
        ids += vocabulary.encode(segment.tokens)
        if segment.complete:
            ids.append(END)
    return ids


def unknown_words(text: str, vocabulary: Vocabulary) -> list[str]:
    """The tokens of `text` that the vocabulary does not have, in their order, as written."""
    tokens = [token for segment in segments(text, vocabulary.unit) for token in segment.tokens]
    ids = vocabulary.encode(tokens)
    return [token for token, index in zip(tokens, ids, strict=True) if index == UNKNOWN]


def written(ids: Sequence[int], vocabulary: Vocabulary, unknown: Iterable[str] = ()) -> str:
    """The text of `ids`: a line a segment, each with a capital at its start.

    `unknown` are the words to write for the first `<unk>`, the second and so on, as far as they go.
    """
    spellings = iter(unknown)
    lines: list[list[str]] = [[]]
    for token in ids:
        if token == END:
            lines.append([])
        elif token == UNKNOWN and (spelling := next(spellings, None)) is not None:
            lines[-1].append(spelling)
        else:
            lines[-1].append(vocabulary.suggestion(token, "", sentence_start=not lines[-1]))
    joined = " ".join if vocabulary.unit == "line" else join
    return "\n".join(joined(line) for line in lines if line)
