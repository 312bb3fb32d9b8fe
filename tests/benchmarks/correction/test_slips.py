"""Slips are as frequent as the model says, and depend on the seed only."""

import math
from collections import Counter

import numpy as np
import pytest

from benchmarks.correction.layout import KEYS, NEIGHBOURS, nearest
from benchmarks.correction.slips import CLEAN, SLIPS, Fingers, Rates
from benchmarks.correction.typed import SlippingTypist, words_of
from training.corpora.base import Document

TEXT = "I think that this is a good idea, and you should come home with all of them tomorrow!"


def typed(word: str, rates: Rates, seed: int = 1) -> str:
    fingers = Fingers(rates, np.random.default_rng(seed))
    return "".join(tap.character for tap in fingers.word(word))


def variants(word: str, rates: Rates) -> Counter[str]:
    fingers = Fingers(rates, np.random.default_rng(1))
    return Counter("".join(tap.character for tap in fingers.word(word)) for _ in range(2_000))


def only(**rates: float) -> Rates:
    none = {"sigma": 0.0, "transposed": 0.0, "omitted": 0.0, "inserted": 0.0, "unspaced": 0.0}
    return Rates(**{**none, **rates})


def test_the_layout_is_that_of_a_phone():
    assert KEYS["q"] == (0.5, 0.5) and KEYS["a"] == (1.0, 1.5) and KEYS["z"] == (2.0, 2.5)
    assert sorted(NEIGHBOURS["g"]) == sorted("ftyhv")
    assert sorted(NEIGHBOURS["q"]) == sorted("wa")
    assert all(letter in NEIGHBOURS[other] for letter in KEYS for other in NEIGHBOURS[letter])
    assert nearest(-3, 0) == "q" and nearest(*KEYS["m"]) == "m"


def test_neighbours_are_hit_as_often_as_the_text_says():
    fingers, letters = Fingers(only(sigma=SLIPS.sigma), np.random.default_rng(5)), 0
    missed = 0
    for _ in range(1_000):
        for _, word in words_of(Document("one", [TEXT]), "message"):
            taps = fingers.word(word)
            letters += len(word)
            missed += sum(tap.character != key for tap, key in zip(taps, word, strict=True))
    assert missed / letters == pytest.approx(0.069, abs=0.002)


def test_a_tap_types_the_nearest_key():
    fingers = Fingers(SLIPS, np.random.default_rng(2))
    taps = [tap for _ in range(200) for tap in fingers.word("hello")]
    assert all(nearest(tap.x, tap.y) == tap.character for tap in taps)
    assert any(tap.character not in "helo" for tap in taps)


@pytest.mark.parametrize(
    "rates, expected",
    [
        (only(transposed=0.01), {"adn", "nad"}),
        (only(omitted=0.01), {"ad", "an", "nd"}),
        (only(inserted=0.02), {"aand", "aqnd", "awnd", "asnd"}),
    ],
)
def test_each_slip_alone(rates, expected):
    found = variants("and", rates)
    assert found["and"] > 1_800
    assert expected <= set(found)
    assert {len(word) - 3 for word in found} <= {0, len(next(iter(expected))) - 3, 2}


def test_what_is_not_a_letter_is_typed_as_intended():
    always = Rates(sigma=2.0, transposed=0.3, omitted=0.3, inserted=0.3)
    for seed in range(50):
        assert typed("2021", always, seed) == "2021"
        assert typed("x'9", always, seed).count("'") == 1
    fingers = Fingers(always, np.random.default_rng(1))
    assert math.isnan(fingers.word("é")[0].x)


def test_a_capital_stays_in_front_and_no_word_vanishes():
    for seed in range(300):
        capitalised = typed("Hello", Rates(transposed=0.3, omitted=0.3), seed)
        assert capitalised[0].isupper() and capitalised[1:] == capitalised[1:].lower()
        assert typed("OK", Rates(transposed=0.3, inserted=0.3), seed).isupper()
        assert typed("a", only(omitted=1.0), seed) == "a"


def test_the_same_seed_types_the_same():
    documents = [Document("one", [TEXT]), Document("two", [TEXT])]
    first, again, other = (
        SlippingTypist("message", SLIPS, seed).type_all(documents * 20) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert SlippingTypist("message", SLIPS, 1).type(documents[1], 1) == first[1] != first[0]


# -- documents -------------------------------------------------------------------------------------


def test_without_slips_the_text_is_typed_as_it_is():
    document = Document("one", ["Well, I'm  here!", "bye :)"])
    units = SlippingTypist("message", CLEAN, 1).type(document, 0)
    assert "".join(unit.before + unit.typed for unit in units) == "Well, I'm here!\nbye"
    assert [unit.words for unit in units] == [("Well",), ("I'm",), ("here",), ("bye",)]


def test_a_missing_space_joins_words_but_not_punctuation_or_lines():
    document = Document("one", ["thank you, my friend", "bye"])
    units = SlippingTypist("message", only(unspaced=1.0), 1).type(document, 0)
    assert [unit.typed for unit in units] == ["thankyou", "myfriend", "bye"]
    assert [unit.words for unit in units] == [("thank", "you"), ("my", "friend"), ("bye",)]
    assert [len(taps) for taps in units[0].taps] == [5, 3]


def test_misspellings_of_the_writers_are_slips():
    document = Document("one", ["Teh end, alot"])
    meant = {"teh": "the", "alot": "a lot"}
    units = SlippingTypist("message", CLEAN, 1, meant).type(document, 0)
    assert [unit.typed for unit in units] == ["Teh", "end", "alot"]
    assert [unit.words for unit in units] == [("the",), ("end",), ("a", "lot")]
