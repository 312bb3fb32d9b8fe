"""Tests the text rules in C with the shared cases, and compares them with Python for any text."""

import json
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.text_program import (
    INVALID_UTF8,
    OK,
    SANITIZED,
    UNKNOWN_SEGMENTATION,
    Answer,
    Known,
    Token,
    Typed,
    answers,
    build,
    utf8,
)
from tests.texts import (
    CASED_POINTS,
    EDGE_POINTS,
    MARKS,
    PARTS,
    PIECES,
    TEXTS,
    random_text,
)
from training.text import rules as python_rules
from training.text.rules import fold, is_word, join, normalise, segments, split, typed
from training.text.sentences import starts_sentence
from training.text.vocabulary import SPECIAL, Vocabulary

CASES = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "text_cases.json").read_text(encoding="ascii")
)
SEGMENTATIONS = ("message", "sentence", "line")
COMPILERS = [name for name in ("gcc", "clang") if name == "gcc" or shutil.which(name)]
DAMAGES = [b"\x80", b"\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc3", b"\xe0\x80\x80", b"\xe2\x82"]
DAMAGES += [
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xf0\x80\x80\x80",
    b"\xf0\x9f\x98",
    b"\xf4\x90\x80\x80",
]
DAMAGES += [b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff"]


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    return build("gcc", tmp_path_factory.mktemp("text") / "driver")


@pytest.fixture(scope="module")
def sanitized(tmp_path_factory) -> Path:
    return build("gcc", tmp_path_factory.mktemp("text") / "driver", SANITIZED)


@pytest.fixture(scope="module", params=["program", "sanitized"])
def either(request) -> Path:
    """The program, built with and without AddressSanitizer and UndefinedBehaviorSanitizer."""
    return request.getfixturevalue(request.param)


def in_c(program: Path, texts: Sequence[bytes]) -> list[Answer | int]:
    return [answer.rules() for answer in answers(program, "rules", [[text] for text in texts])]


def flat(found: Sequence[python_rules.Segment]) -> list[Token]:
    """Segments in the form that C returns: one list of tokens with the ends marked."""
    tokens = []
    for segment in found:
        tokens += [Token(token, "inside") for token in segment.tokens[:-1]]
        tokens.append(Token(segment.tokens[-1], "complete" if segment.complete else "open"))
    return tokens


def known(entry: str, prefix: str) -> Known:
    vocabulary = Vocabulary((*SPECIAL, entry), "message")
    shown = [vocabulary.suggestion(2, *how) for how in ((prefix, False), ("", False), ("", True))]
    starts = (starts_sentence(["a", entry]), starts_sentence(["α", entry]))
    return Known(fold(entry), is_word(entry), starts, (shown[0], shown[1], shown[2]))


def typed_flat(text: str, segmentation: str) -> Typed:
    found = typed(text, segmentation)
    unfinished = [segment.tokens for segment in found.segments[-1:] if not segment.complete]
    starts = starts_sentence(unfinished[0] if unfinished else [])
    return Typed(flat(found.segments), found.prefix, starts)


def in_python(data: bytes) -> Answer | int:
    """The answer of the Python implementation."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    tokens = split(text)
    return Answer(
        normalise(text),
        tokens,
        [known(*pair) for pair in zip(tokens, [*tokens[1:], *tokens[:1]], strict=True)],
        join(tokens),
        {segmentation: flat(segments(text, segmentation)) for segmentation in SEGMENTATIONS},
        {segmentation: typed_flat(text, segmentation) for segmentation in SEGMENTATIONS},
    )


def is_utf8(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


# -- the shared cases ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def case_answers(either: Path) -> Callable[[str], list[tuple[dict, Answer]]]:
    """A function that returns the UTF-8 cases of a section, each with C's answer."""

    def of(section: str) -> list[tuple[dict, Answer]]:
        cases = [c for c in CASES[section] if is_utf8(c.get("text", c.get("token")))]
        found = in_c(either, [utf8(case.get("text", case.get("token"))) for case in cases])
        return list(zip(cases, found, strict=True))

    return of


def test_a_text_is_normalised_as_the_case_says(case_answers):
    for case, answer in case_answers("normalise"):
        assert answer.normalised == case["normalised"], case


def test_a_text_splits_and_joins_as_the_case_says(case_answers):
    for case, answer in case_answers("split"):
        assert (answer.tokens, answer.joined) == (case["tokens"], case["joined"])


def test_a_text_is_cut_as_the_case_says(case_answers):
    for case, answer in case_answers("segments"):
        expected = [python_rules.Segment(**segment) for segment in case["segments"]]
        assert answer.segments[case["segmentation"]] == flat(expected), case


def test_the_text_before_a_cursor_is_read_as_the_case_says(case_answers):
    for case, answer in case_answers("typed"):
        expected = [python_rules.Segment(**segment) for segment in case["segments"]]
        read = Typed(flat(expected), case["prefix"], case["starts"])
        assert answer.typed[case["segmentation"]] == read, case


def test_a_token_folds_as_the_case_says(either: Path):
    tokens = [case["token"] for case in CASES["fold"]]
    found = answers(either, "token", [[utf8(token)] for token in tokens])
    assert [answer.known().folded for answer in found] == [c["folded"] for c in CASES["fold"]]


def test_words_are_told_from_punctuation_as_the_case_says(either: Path):
    tokens = [case["token"] for case in CASES["is_word"]]
    found = answers(either, "token", [[utf8(token)] for token in tokens])
    assert [answer.known().is_word for answer in found] == [c["is_word"] for c in CASES["is_word"]]


def test_a_case_with_half_a_character_is_refused(program: Path):
    texts = [case["text"] for section in ("normalise", "split") for case in CASES[section]]
    halves = [utf8(text) for text in texts if not is_utf8(text)]
    assert halves
    assert all(isinstance(answer, int) for answer in in_c(program, halves))


# -- any text --------------------------------------------------------------------------------------


def random_bytes(generator: random.Random) -> bytes:
    """A text of difficult pieces, sometimes with damaged bytes."""
    data = utf8(random_text(generator))
    if generator.random() < 0.1:
        place = generator.randint(0, len(data))
        data = data[:place] + generator.choice(DAMAGES) + data[place:]
    return data[: generator.randint(0, len(data))] if generator.random() < 0.05 else data


def differing(program: Path, texts: Sequence[bytes]) -> list[tuple[bytes, Answer | int]]:
    return [
        (text, answer)
        for text, answer in zip(texts, in_c(program, texts), strict=True)
        if answer != in_python(text)
    ]


def test_thousands_of_nasty_texts_mean_the_same_in_python_and_c(sanitized: Path):
    generator = random.Random(5)
    assert differing(sanitized, [random_bytes(generator) for _ in range(5000)]) == []


ENCODED = TEXTS.map(utf8)
BYTES = st.lists(ENCODED | st.sampled_from(DAMAGES) | st.binary(max_size=8), max_size=6).map(
    b"".join
)


@settings(max_examples=100, deadline=None)
@given(st.lists(ENCODED | BYTES, min_size=1, max_size=8))
def test_any_bytes_mean_the_same_in_python_and_c(program, texts):
    assert differing(program, texts) == []


def test_every_edge_of_the_tables_means_the_same_in_python_and_c(program: Path):
    points = sorted({*EDGE_POINTS, *CASED_POINTS})
    texts = [utf8(f"a{point}1{point}.{point} {point}") for point in points if is_utf8(point)]
    assert differing(program, texts) == []


def test_everything_that_a_rule_names_means_the_same_in_python_and_c(program: Path):
    blocks = (range(0x100), range(0x2000, 0x2070), range(0x3000, 0x3040), range(0xFF00, 0xFF66))
    named = [*PIECES, *(chr(point) for block in blocks for point in block)]
    named += [piece.title() for piece in PIECES] + [chr(0x20B9), chr(0x20AC)]
    around = "See @. Then @x@ @@ end.@ Next @ 3@4 '@' (@) @3 中@中。@B s@ OS@ a@"
    texts = [around.replace("@", piece) for piece in named if is_utf8(piece)]
    assert differing(program, [utf8(text) for text in texts]) == []
    assert differing(program, [utf8(text[: text.rfind(".")]) for text in texts]) == []


def test_every_character_is_normalised_alone_and_with_a_mark_as_in_python(program: Path):
    points = [chr(point) for point in range(0x110000) if is_utf8(chr(point))]
    texts = [
        "".join(f"{p}{p}\u0323\u0301" for p in points[i : i + 500])
        for i in range(0, len(points), 500)
    ]
    found = answers(program, "normalise", [[utf8(text)] for text in texts])
    assert [answer.normalised() for answer in found] == list(map(normalise, texts))


def test_every_decomposed_character_is_composed_as_in_python(program: Path):
    marks = ["".join(MARKS[i : i + 40]) for i in range(0, len(MARKS), 40)]
    texts = [f"{letter}{run}{run[::-1]}" for letter in "aοक가ᄀ中" for run in marks]
    found = answers(program, "normalise", [[utf8(text)] for text in texts])
    assert [answer.normalised() for answer in found] == list(map(normalise, texts))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(PARTS.filter(is_utf8), max_size=20), min_size=1, max_size=20))
def test_any_tokens_join_as_in_python(program, lists):
    found = answers(program, "join", [list(map(utf8, tokens)) for tokens in lists])
    assert [answer.text() for answer in found] == list(map(join, lists))


def test_tokens_that_are_no_utf8_do_no_harm_in_joining(sanitized: Path):
    lists = [[first, second, b"a"] for first in DAMAGES for second in [*DAMAGES, b"'", b"-", b""]]
    assert len(list(answers(sanitized, "join", lists))) == len(lists)


def test_tokens_that_are_no_utf8_are_refused_by_folding_and_casing(sanitized: Path):
    tokens = [start + damage for start in (b"", b"a", "é".encode()) for damage in DAMAGES]
    for token, answer in zip(tokens, answers(sanitized, "odd", [[t] for t in tokens]), strict=True):
        refusal = [INVALID_UTF8, in_python(token)]
        assert [answer.number() for _ in range(6)] == 3 * refusal


def test_an_unknown_segmentation_is_refused_and_a_line_takes_no_case(sanitized: Path):
    (answer,) = answers(sanitized, "odd", [[b"Ab"]])
    assert [answer.number() for _ in range(6)] == [OK, 2, OK, 2, OK, 1]
    assert (answer.number(), answer.text()) == (UNKNOWN_SEGMENTATION, "word")


# -- long texts and small buffers ------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    ["a", "é", "中", "😀", "👩‍", "a'", "a.", "a-", "a-b@", "a.b@", "www.!", "'", ".", "-", ":)"]
    + ["\u0301", "\u0323\u0301\u0345", "a\u0315\u0301", "\u1100\u1161", "\U0001d15f", "🇬", "。」"],
)
def test_a_long_text_without_a_space_means_the_same_in_python_and_c(sanitized: Path, piece: str):
    assert differing(sanitized, [utf8(piece * 2000)]) == []


def test_a_buffer_that_is_too_small_is_refused_whatever_its_size(sanitized: Path):
    generator = random.Random(6)
    texts = [text for text in (random_bytes(generator)[:120] for _ in range(400)) if valid(text)]
    texts += [utf8(f"x{character}y") for character in ("\U0001d15f", "ΐ", "\u0344", "…", "a\u0323")]
    found = answers(sanitized, "capacities", [[text] for text in texts])
    for text, answer in zip(texts, found, strict=True):
        smallest_buffer, smallest_array = answer.number(), answer.number()
        assert smallest_buffer >= len(utf8(normalise(text.decode())))
        assert smallest_array >= len(flat(typed(text.decode(), "sentence").segments))


def valid(data: bytes) -> bool:
    return isinstance(in_python(data), Answer)


# -- the build -------------------------------------------------------------------------------------


@pytest.mark.parametrize("compiler", COMPILERS)
def test_it_compiles_without_a_warning(compiler: str, tmp_path: Path):
    assert build(compiler, tmp_path / "driver", ("-O2", "-Wconversion", "-Wshadow")).is_file()
