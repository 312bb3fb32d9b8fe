"""The vocabulary: its order and file, and how words are matched, selected and written."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.common.errors import UserError
from training.text.rules import fold, segments
from training.text.vocabulary import END, SPECIAL, UNKNOWN, Vocabulary, WrittenForms

CASES = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "text_cases.json").read_text(encoding="ascii")
)["vocabulary"]
SHARED = Vocabulary(CASES["entries"], CASES["segmentation"])


def counted(text: str, segmentation: str = "message", maximum_types: int = 1000) -> WrittenForms:
    forms = WrittenForms(maximum_types)
    for segment in segments(text, segmentation):
        forms.add(segment.tokens)
    return forms


def entries_of(
    text: str, size: int = 100, minimum: int = 1, segmentation: str = "message"
) -> list[str]:
    return list(counted(text, segmentation).vocabulary(size, minimum, segmentation).entries)


@pytest.mark.parametrize(("token", "index"), CASES["ids"])
def test_a_token_has_the_id_that_the_case_says(token, index):
    assert SHARED.id_of(token) == index


@pytest.mark.parametrize(("prefix", "first", "last"), CASES["prefixes"])
def test_a_prefix_has_the_range_that_the_case_says(prefix, first, last):
    assert SHARED.prefix_range(prefix) == (first, last)


@pytest.mark.parametrize(("index", "prefix", "start", "shown"), CASES["suggestions"])
def test_a_suggestion_is_written_as_the_case_says(index, prefix, start, shown):
    assert SHARED.suggestion(index, prefix, start) == shown


def test_words_can_be_suggested_and_the_rest_cannot():
    assert SHARED.is_word.tolist() == CASES["is_word"]
    assert SHARED.is_word.dtype == np.bool_


@settings(deadline=None)
@given(st.sets(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1).map(fold)))
def test_the_words_that_begin_with_a_prefix_are_one_range(words):
    usable = sorted(word for word in words - set(SPECIAL) if fold(word) == word)
    usable = [word for word in usable if "\u200b" not in word]
    vocabulary = Vocabulary([*SPECIAL, *usable], "message")
    for prefix in {word[:2] for word in usable}:
        first, last = vocabulary.prefix_range(prefix)
        found = [vocabulary.entry(index) for index in range(first, last)]
        assert found == [word for word in usable if word.startswith(fold(prefix))]


def test_every_entry_has_its_own_id():
    assert SHARED.encode(SHARED.entries) == list(range(len(SHARED)))


def test_the_special_entries_come_first():
    assert (SHARED.entry(END), SHARED.entry(UNKNOWN)) == ("</s>", "<unk>")


def test_saved_and_loaded_it_is_the_same(tmp_path):
    SHARED.save(tmp_path / "vocabulary.txt")
    loaded = Vocabulary.load(tmp_path / "vocabulary.txt", "message")
    assert loaded.entries == SHARED.entries
    assert loaded.digest == SHARED.digest


def test_the_digest_is_that_of_the_file(tmp_path):
    SHARED.save(tmp_path / "vocabulary.txt")
    written = (tmp_path / "vocabulary.txt").read_bytes()
    assert SHARED.digest == hashlib.sha256(written).hexdigest()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "incomplete"),
        (b"</s>\n<unk>\na", "incomplete"),
        (b"a\nb\n", "first entries"),
        (b"</s>\n<unk>\nb\na\n", "must be sorted"),
        (b"</s>\n<unk>\na\nA\n", "and unique"),
        (b"</s>\n<unk>\n\na\n", "empty"),
        (b"</s>\r\n<unk>\r\n", "first entries"),
        (b"</s>\n<unk>\na b\n", "white space"),
        (b"\xff\n", "codec"),
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused_by_name(tmp_path, content, complaint):
    (tmp_path / "vocabulary.txt").write_bytes(content)
    with pytest.raises(UserError, match=rf"vocabulary\.txt.*{complaint}.*create it again"):
        Vocabulary.load(tmp_path / "vocabulary.txt", "message")


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(UserError, match="vocabulary.txt does not exist"):
        Vocabulary.load(tmp_path / "vocabulary.txt", "message")


def test_an_unknown_segmentation_is_refused():
    with pytest.raises(ValueError, match="expected one of"):
        Vocabulary(SPECIAL, "chapter")


@pytest.mark.parametrize("index", [-1, len(SHARED)])
def test_an_id_that_does_not_exist_is_refused(index):
    with pytest.raises(ValueError, match=f"no entry {index}"):
        SHARED.entry(index)


def test_a_word_takes_the_case_that_it_has_inside_sentences():
    assert "monday" not in entries_of("On Monday it rains\nYes Monday\nmonday")
    assert "Monday" in entries_of("On Monday it rains\nYes Monday\nmonday")


def test_a_capital_at_the_start_of_a_sentence_has_no_vote():
    text = "Rain again\nRain\nRain! Rain? Rain\nno rain"
    assert "rain" in entries_of(text)


def test_a_word_behind_an_opening_quote_is_still_at_the_start():
    assert "rain" in entries_of('"Rain"\n"Rain"\nno rain')


def test_a_word_seen_at_starts_only_keeps_its_capital():
    assert "Hello" in entries_of("Hello there\nHello you\nhello me")


def test_in_a_draw_small_letters_win():
    assert "rain" in entries_of("no Rain\nno rain\nno RAIN")


def test_all_ways_of_writing_count_as_one_word():
    assert entries_of("a Rain\nthe rain\nRAIN\nx y z", minimum=3) == [*SPECIAL, "rain"]


def test_the_commonest_words_are_taken_and_then_sorted():
    assert entries_of("b b b a a c", size=4) == [*SPECIAL, "a", "b"]


def test_of_equally_common_words_the_first_in_order_is_taken():
    assert entries_of("d c b a", size=4) == [*SPECIAL, "a", "b"]


def test_a_size_without_room_for_a_word_is_refused():
    with pytest.raises(ValueError, match="expected at least 3"):
        counted("a").vocabulary(2, 1, "message")


def test_ready_made_tokens_are_not_folded():
    assert entries_of("The the N 's <unk>\n", segmentation="line") == [
        *SPECIAL,
        "'s",
        "N",
        "The",
        "the",
    ]


def test_the_unknown_mark_of_a_ready_made_text_is_the_unknown_word():
    vocabulary = counted("the <unk> N", "line").vocabulary(100, 1, "line")
    assert vocabulary.encode(["the", "<unk>", "The"]) == [3, UNKNOWN, UNKNOWN]


def test_a_suggestion_from_ready_made_tokens_stays_as_it_is():
    vocabulary = counted("the N", "line").vocabulary(100, 1, "line")
    assert vocabulary.suggestion(vocabulary.id_of("the"), "", True) == "the"


def test_too_many_kinds_of_words_lose_the_rarest_and_say_so():
    rare = " ".join(f"w{index}" for index in range(90))
    forms = counted(f"pie {rare}\nis pie pie\n" * 1, maximum_types=80)
    assert forms.pruned > 0
    assert "pie" in forms.vocabulary(100, 2, "message").entries


def test_nothing_is_pruned_while_there_is_room():
    assert counted("one two three").pruned == 0


def test_pruning_the_same_text_twice_gives_the_same():
    text = "\n".join(f"a w{index} w{index % 7} v{index % 3}" for index in range(300))
    first, second = counted(text, maximum_types=50), counted(text, maximum_types=50)
    assert first.pruned == second.pruned
    assert first.vocabulary(20, 1, "message").entries == second.vocabulary(20, 1, "message").entries


@pytest.mark.parametrize(
    ("entry", "capitalised"),
    [("გამარჯობა", "გამარჯობა"), ("ꭰꭱ", "Ꭰꭱ"), ("ǆep", "ǅep"), ("élan", "Élan"), ("ªb", "ªb")],
)
def test_a_sentence_starts_in_title_case(entry, capitalised):
    assert Vocabulary([*SPECIAL, entry], "message").suggestion(2, "", True) == capitalised


def test_georgian_capitals_are_written_if_they_are_typed():
    assert Vocabulary([*SPECIAL, "გამარჯობა"], "message").suggestion(2, "ᲒᲐ", True) == "ᲒᲐᲛᲐᲠᲯᲝᲑᲐ"


@pytest.mark.parametrize("before", ["vs.", "ok...", 'he said "', "J."])
def test_a_capital_inside_a_sentence_has_a_vote(before):
    assert "Rain" in entries_of(f"{before} Rain\n{before} Rain\nno rain")


@pytest.mark.parametrize("before", ["yes!", "yes! :)", "yes! (", 'yes."', "क्या।", "τι;"])
def test_a_capital_after_a_sentence_has_no_vote(before):
    assert "rain" in entries_of(f"{before} Rain\n{before} Rain\nno rain")
