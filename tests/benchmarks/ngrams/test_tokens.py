import numpy as np

from benchmarks.ngrams import tokens
from benchmarks.ngrams.tokens import text_of, write_text_of


def test_a_segment_is_a_line_and_an_id_a_word():
    assert "".join(text_of(np.array([5, 2, 0, 3, 0], np.uint16), 6)) == "w5 w2 \nw3 \n"


def test_unknown_words_are_written_as_an_ordinary_word():
    assert "".join(text_of(np.array([1, 0], np.uint16), 2)) == "w1 \n"


def test_the_text_does_not_depend_on_how_it_is_cut(monkeypatch, tmp_path, small_ids):
    whole = "".join(text_of(small_ids, 30))
    monkeypatch.setattr(tokens, "CHUNK_TOKENS", 7)
    write_text_of(small_ids, 30, tmp_path / "text")
    assert (tmp_path / "text").read_text() == whole
