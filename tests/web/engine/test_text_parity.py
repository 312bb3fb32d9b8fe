"""Compares the text rules in Python and WebAssembly on thousands of texts, in one Node process."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.texts import CASED_POINTS, EDGE_POINTS, TEXTS
from training.text.rules import (
    Segment,
    Typed,
    fold,
    is_word,
    join,
    normalise,
    segments,
    split,
    typed,
)
from web.core import build_core
from web.node import NODE

PROGRAM = Path(__file__).with_name("text_rules.mjs")
COMPOSED = range(0xC0, 0x3100)
Answer = dict[str, object]


@pytest.fixture(scope="module")
def webassembly() -> Iterator[Callable[[list[str]], list[Answer]]]:
    """The results of the WebAssembly rules for each text."""
    build_core()
    with subprocess.Popen(
        [NODE, PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as node:
        assert node.stdin is not None and node.stdout is not None

        def answers(texts: list[str]) -> list[Answer]:
            found = []
            for text in texts:
                print(json.dumps(text), file=node.stdin, flush=True)
                found.append(json.loads(node.stdout.readline()))
            return found

        yield answers


def listed(found: list[Segment]) -> list[Answer]:
    return [{"tokens": segment.tokens, "complete": segment.complete} for segment in found]


def shown(found: Typed) -> Answer:
    return {"segments": listed(found.segments), "prefix": found.prefix}


def python(text: str) -> Answer:
    tokens = split(text)
    return {
        "normalised": normalise(text),
        "tokens": tokens,
        "joined": join(tokens),
        "folded": [fold(token) for token in tokens],
        "words": [is_word(token) for token in tokens],
        "messages": listed(segments(text, "message")),
        "sentences": listed(segments(text, "sentence")),
        "lines": listed(segments(text, "line")),
        "typedMessage": shown(typed(text, "message")),
        "typedSentence": shown(typed(text, "sentence")),
        "typedLine": shown(typed(text, "line")),
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_means_the_same_in_python_and_webassembly(webassembly, texts):
    assert webassembly(texts) == [python(text) for text in texts]


def test_every_edge_of_the_tables_means_the_same_in_python_and_webassembly(webassembly):
    points = sorted({*EDGE_POINTS, *CASED_POINTS, *map(chr, COMPOSED)})
    texts = [f"a{point}1{point}.{point} {point}" for point in points]
    together = [" ".join(texts[start : start + 50]) for start in range(0, len(texts), 50)]
    for text, answer in zip(together, webassembly(together), strict=True):
        assert answer == python(text)
