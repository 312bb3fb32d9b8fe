"""Compares the text rules in Python and WebAssembly on thousands of texts, in one Node process."""

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.text.text_lines import Program, answer, request, webassembly
from tests.texts import CASED_POINTS, EDGE_POINTS, TEXTS

COMPOSED = range(0xC0, 0x3100)
Answers = Callable[[list[str]], list[object]]


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    """The results of the WebAssembly rules for each text."""
    with Program(webassembly()) as running:

        def ask(texts: list[str]) -> list[object]:
            running.ask(b"".join(map(request, texts)))
            return list(map(json.loads, running.answers(len(texts))))

        yield ask


def python(texts: list[str]) -> list[object]:
    return [json.loads(answer(text)) for text in texts]


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_means_the_same_in_python_and_webassembly(answers, texts):
    assert answers(texts) == python(texts)


def test_every_edge_of_the_tables_means_the_same_in_python_and_webassembly(answers):
    points = sorted({*EDGE_POINTS, *CASED_POINTS, *map(chr, COMPOSED)})
    texts = [f"a{point}1{point}.{point} {point}" for point in points]
    together = [" ".join(texts[start : start + 50]) for start in range(0, len(texts), 50)]
    for text, found in zip(together, answers(together), strict=True):
        assert [found] == python([text])
