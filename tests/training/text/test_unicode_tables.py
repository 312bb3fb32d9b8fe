"""The committed Unicode tables, compared with the interpreter's own where versions allow."""

import json
import random
import subprocess
import time
import unicodedata
from pathlib import Path

import pytest
import unicodedata2
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.tables import __main__ as tables
from training.common.errors import UserError
from training.text.lists import MARKS
from training.text.unicode_tables import FOLD, TITLE, characters, nfc

ROOT = Path(__file__).parents[3]
# Characters that the interpreter knows have the same normal form in every later Unicode version.
KNOWN = [
    chr(point)
    for point in range(0x110000)
    if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co")
]
RESTLESS = [
    character
    for character in KNOWN
    if unicodedata.combining(character)
    or unicodedata.decomposition(character).startswith(("0", "1", "2"))
    or 0x1100 <= ord(character) < 0x1200
]


def test_each_known_character_has_the_normal_form_of_the_interpreter():
    assert [c for c in KNOWN if nfc(c) != unicodedata.normalize("NFC", c)] == []


def test_each_decomposed_character_is_composed_again():
    apart = [(c, unicodedata.normalize("NFD", c)) for c in RESTLESS]
    assert [c for c, nfd in apart if nfc(nfd) != unicodedata.normalize("NFC", c)] == []


@settings(max_examples=1000, deadline=None)
@given(st.text(st.sampled_from(RESTLESS) | st.sampled_from(KNOWN), max_size=12))
def test_each_known_text_has_the_normal_form_of_the_interpreter(text):
    assert nfc(text) == unicodedata.normalize("NFC", text)


def test_a_hundred_thousand_marks_are_ordered_in_no_time():
    start = time.process_time()
    assert nfc("a" + "\u0301\u0323" * 50_000).startswith("\u1ea1\u0323")
    assert time.process_time() - start < 2


def test_long_runs_of_marks_have_the_normal_form():
    marks = [chr(point) for point in range(0x1F000) if unicodedata2.combining(chr(point))]
    generator = random.Random(1)
    for _ in range(50):
        run = "".join(
            generator.choices([*marks, "a", "\u1100", "\u1161"], [1] * len(marks) + [3] * 3, k=300)
        )
        for text in (run, "\u00e9" + run, "\U0001f468" + run + "\u0e01"):
            assert nfc(text) == unicodedata2.normalize("NFC", text)


def test_each_single_character_folding_is_that_of_the_interpreter():
    single = [c for c in KNOWN if len(c.casefold()) == 1]
    assert [c for c in single if chr(FOLD.get(ord(c), ord(c))) != c.casefold()] == []


def test_folding_a_folded_character_changes_nothing():
    assert not FOLD.keys() & set(FOLD.values())


def test_the_capital_that_only_turkish_has_folds_to_its_small_letter():
    assert chr(FOLD[ord("İ")]) == "i"


def test_each_title_case_letter_is_that_of_the_interpreter():
    single = [c for c in KNOWN if len(c.title()) == 1]
    assert [c for c in single if chr(TITLE.get(ord(c), ord(c))) != c.title()] == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("terminator", r"\p{Sentence_Terminal}"),
        ("opening", r"\p{Ps}"),
        ("closing", r"\p{Pe}"),
        ("currency", r"\p{Sc}"),
        ("greek", r"(?=\p{Script=Greek})[\p{L}\p{Nl}\p{No}]"),
    ],
)
def test_a_property_is_that_of_node(name, pattern):
    script = f"""
        const found = [];
        for (let point = 0; point < 0x110000; point++)
            if (/^{pattern}$/u.test(String.fromCodePoint(point))) found.push(point);
        console.log(JSON.stringify(found));
    """
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    known = {chr(p) for p in json.loads(done.stdout) if unicodedata2.category(chr(p)) != "Cn"}
    assert known == characters(name)


def test_georgian_letters_are_not_lower_case_but_small_cherokee_ones_are():
    assert "ა" not in characters("lower") and "Ꭰ" not in characters("lower")
    assert {"ꭰ", "a", "я", "ß"} <= characters("lower")


def test_quotes_that_close_are_marks_of_the_word_before():
    final = {c for c in map(chr, range(0x110000)) if unicodedata2.category(c) == "Pf"}
    assert final <= MARKS


def test_the_committed_files_are_what_the_generator_makes():
    for name, text in tables.files().items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, name


def test_another_unicode_version_is_refused(monkeypatch):
    monkeypatch.setattr(unicodedata2, "unidata_version", "14.0.0")
    with pytest.raises(UserError, match="unicodedata2==15.0.0"):
        tables.main([])
