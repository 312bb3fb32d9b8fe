"""Lists of words for the tail."""

from pathlib import Path

import pytest

from training.common.errors import UserError
from training.data.word_lists import WordList, read_word_list, require_word_list


def test_the_english_list_has_common_words_first_and_no_slur():
    words = read_word_list("english").words
    assert len(words) > 80_000
    assert words[:2] == ("the", "of")
    assert words.index("kitchen") < words.index("serendipity")
    assert not any(word.startswith("\ufeff") for word in words)


def test_a_file_has_a_word_on_each_line_and_perhaps_a_count(tmp_path: Path):
    path = tmp_path / "words.txt"
    path.write_text("\ufeffhobbit 12\n\nEowyn\t3\nsmial\n", encoding="utf-8")
    assert read_word_list(str(path)) == WordList(("hobbit", "Eowyn", "smial"))


def test_another_list_has_another_digest():
    lists = (WordList(), WordList(("ab",)), WordList(("a", "b")), WordList(("b", "a")))
    assert len({each.sha256 for each in lists}) == len(lists)


def test_no_list_is_empty():
    assert read_word_list("none") == WordList()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "WORD_LIST=.* is not a file; name one"),
        (b"\n \n", "has no words; put one on each line"),
        (b"caf\xe9\n", "is not UTF-8; convert it"),
    ],
)
def test_an_unusable_file_is_refused_by_name(tmp_path: Path, content: bytes | None, reason: str):
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=reason):
        read_word_list(str(path))


def test_a_missing_list_is_refused_before_anything_is_read(tmp_path: Path):
    for name in ("", "english", "none", __file__):
        require_word_list(name)
    with pytest.raises(UserError, match="is not a file; name one, or use english or none"):
        require_word_list(str(tmp_path / "missing"))


@pytest.mark.parametrize("name", ["~no-such-user/words.txt", "a" * 300])
def test_a_place_that_cannot_be_is_refused_by_name(name: str):
    for use in (require_word_list, read_word_list):
        with pytest.raises(UserError, match=f"WORD_LIST={name[:80]}"):
            use(name)
