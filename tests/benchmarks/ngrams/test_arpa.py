import pytest

from benchmarks.ngrams import arpa as module
from benchmarks.ngrams.arpa import read_arpa
from training.common.errors import UserError

SMALL = """\\data\\
ngram 1=4
ngram 2=2

\\1-grams:
-1.5\t<unk>\t0
0\t<s>\t-0.25
-0.5\t</s>\t0
-0.125\tw2\t-0.75

\\2-grams:
-0.375\t<s> w2
-2e-05\tw2 </s>

\\end\\
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.arpa"
    path.write_text(SMALL)
    return path


def test_words_are_read_as_ids_and_marks_stand_behind_the_vocabulary(small):
    unigrams, bigrams = read_arpa(small, 3)
    assert unigrams.words.tolist() == [[4], [3], [0], [2]]
    assert bigrams.words.tolist() == [[3, 2], [2, 0]]


def test_numbers_are_read_as_they_stand(small):
    unigrams, bigrams = read_arpa(small, 3)
    assert unigrams.log_probability.tolist() == [-1.5, 0, -0.5, -0.125]
    assert unigrams.log_backoff.tolist() == [0, -0.25, 0, -0.75]
    assert bigrams.log_probability.tolist() == [-0.375, -2e-05]
    assert bigrams.log_backoff.tolist() == [0, 0]


def test_a_long_section_is_read_in_pieces(monkeypatch, arpa):
    whole = read_arpa(arpa(3), 30)
    monkeypatch.setattr(module, "CHUNK_BYTES", 100)
    for section, expected in zip(read_arpa(arpa(3), 30), whole, strict=True):
        assert section.words.tolist() == expected.words.tolist()
        assert section.log_probability.tolist() == expected.log_probability.tolist()


def test_a_file_with_a_missing_line_is_refused(small):
    small.write_text(SMALL.replace("-2e-05\tw2 </s>\n", ""))
    with pytest.raises(UserError, match="1 2-grams instead of 2"):
        read_arpa(small, 3)


def test_a_file_that_ends_early_is_refused(small):
    small.write_text(SMALL[: SMALL.index("-0.375")])
    with pytest.raises(UserError, match="instead of 2"):
        read_arpa(small, 3)
