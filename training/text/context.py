"""Convert a text to the ids that a model reads, and ids back to a text."""

from collections.abc import Iterable, Sequence

from training.text import patterns as rules
from training.text.rules import Segment, join, segments
from training.text.sentences import starts_sentence
from training.text.vocabulary import END, Vocabulary


def text_ids(text: str, vocabulary: Vocabulary) -> list[int]:
    """Return the ids of all segments of `text`, with `</s>` after each complete one."""
    return segment_ids(segments(text, vocabulary.segmentation), vocabulary)


def segment_ids(parts: Iterable[Segment], vocabulary: Vocabulary) -> list[int]:
    """Return the ids of segments, with `</s>` after each complete one."""
    ids: list[int] = []
    for segment in parts:
        ids += vocabulary.encode(segment.tokens)
        if segment.complete:
            ids.append(END)
    return ids


def written(ids: Sequence[int], vocabulary: Vocabulary) -> str:
    """Return the text of `ids`, one segment per line, with sentences capitalised."""
    lines = _lines(ids, vocabulary, [])
    return "\n".join(_joined(line, vocabulary) for line in lines if line)


def continued(prompt: str, ids: Sequence[int], vocabulary: Vocabulary) -> str:
    """Return the prompt as typed, followed by the text of `ids`, its continuation."""
    before = segments(prompt, vocabulary.segmentation)
    unfinished = before[-1].tokens if before and not before[-1].complete else []
    first, *others = _lines(ids, vocabulary, unfinished)
    text = prompt + _behind(prompt, unfinished, first, vocabulary)
    for line in filter(None, others):
        text += "\n" * (text[-1:] not in ("", "\n")) + _joined(line, vocabulary)
    return text


def _lines(ids: Sequence[int], vocabulary: Vocabulary, unfinished: list[str]) -> list[list[str]]:
    """Return the written tokens of each segment; the first one continues `unfinished`."""
    lines = [list(unfinished)]
    for token_id in ids:
        if token_id == END:
            lines.append([])
        else:
            start = starts_sentence(lines[-1])
            lines[-1].append(vocabulary.suggestion(token_id, "", start))
    return lines


def _behind(prompt: str, unfinished: list[str], tokens: list[str], vocabulary: Vocabulary) -> str:
    """Return the part of the joined `tokens` after the prompt, whose tokens they begin with."""
    if len(tokens) == len(unfinished):
        return ""
    word = tokens[len(unfinished)]
    begun = _joined(tokens[: len(unfinished) + 1], vocabulary)
    # The word decides whether a space follows the prompt: "and/" and "or" are joined to "and/or".
    place = len(begun) - len(word)
    spaced = bool(rules.SPACE.match(prompt[-1:]))
    place -= begun[:place].endswith(" ") and not spaced
    return _joined(tokens, vocabulary)[place:]


def _joined(tokens: list[str], vocabulary: Vocabulary) -> str:
    return " ".join(tokens) if vocabulary.segmentation == "line" else join(tokens)
