"""Compares the text rules in Python and WebAssembly on thousands of texts, in one Node process."""

import json
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.text.text_lines import WEBASSEMBLY, Program, answer, request
from tests.texts import CASED_POINTS, EDGE_POINTS, TEXTS
from web.core import build_core

COMPOSED = range(0xC0, 0x3100)
Answer = list[object]


@pytest.fixture(scope="module")
def webassembly() -> Iterator[Callable[[Sequence[str]], list[Answer]]]:
    """The results of the WebAssembly rules for each text."""
    build_core()
    with Program(WEBASSEMBLY) as program:

        def answers(texts: Sequence[str]) -> list[Answer]:
            program.ask(b"".join(map(request, texts)))
            return list(map(json.loads, program.answers(len(texts))))

        yield answers


def python(text: str) -> Answer:
    return json.loads(answer(text))


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_means_the_same_in_python_and_webassembly(webassembly, texts):
    assert webassembly(texts) == [python(text) for text in texts]


def test_every_edge_of_the_tables_means_the_same_in_python_and_webassembly(webassembly):
    points = sorted({*EDGE_POINTS, *CASED_POINTS, *map(chr, COMPOSED)})
    texts = [f"a{point}1{point}.{point} {point}" for point in points]
    together = [" ".join(texts[start : start + 50]) for start in range(0, len(texts), 50)]
    for text, found in zip(together, webassembly(together), strict=True):
        assert found == python(text)
