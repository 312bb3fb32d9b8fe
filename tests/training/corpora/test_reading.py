"""Groups of lines yield the same documents as one line at a time."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.corpora import documents, reading
from training.corpora.documents import blocks
from training.corpora.reading import clean, cut, line_groups, lines

LONGEST = 16
SIGNS = [*"ab \t\r\n\0\ufeff\x0c\x1c\x85\u2028", "\r\n", "\n\n", "é", "😀", "x" * LONGEST]
TEXTS = st.lists(st.sampled_from(SIGNS), max_size=60).map("".join)


def lines_one_at_a_time(data):
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig")
    rest = ""
    while piece := text.readline(LONGEST):
        ready, rest = cut(rest + clean(piece))
        yield ready
    yield rest


def blocks_one_line_at_a_time(text_lines, longest):
    block = ""
    for line in text_lines:
        if block and line.strip() and len(block) + len(line) > longest:
            yield block, True
            block = ""
        if line.strip():
            block += line
        elif block and line.endswith("\n"):
            yield block, False
            block = ""
    if block:
        yield block, False


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_LINE", LONGEST)
    monkeypatch.setattr(documents, "LONGEST_DOCUMENT", 2 * LONGEST)


@pytest.mark.usefixtures("short")
@settings(max_examples=1_000)
@given(text=TEXTS, size=st.sampled_from([1, 5, LONGEST]))
def test_groups_of_lines_are_cut_as_single_lines_are(tmp_path_factory, text, size):
    path = tmp_path_factory.getbasetemp() / "groups-of-lines"
    path.write_bytes(text.encode())
    expected = list(filter(None, lines_one_at_a_time(path.read_bytes())))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "GROUP_BYTES", size)
        assert list(lines(path)) == expected
        found = list(blocks(line_groups(path)))
    assert found == list(blocks(expected)) == list(blocks_one_line_at_a_time(expected, 2 * LONGEST))


def test_bytes_that_are_not_utf8_are_found_in_any_chunk(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"a" * reading.GROUP_BYTES + b"\xc3")
    with pytest.raises(reading.UnusableFile, match=rf"not UTF-8 \(byte {reading.GROUP_BYTES}\)"):
        list(lines(path))
