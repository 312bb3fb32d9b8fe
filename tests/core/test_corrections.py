"""Corrections: they equal a search through all words, and respect the user's words."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import numpy as np
import pytest

from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from export.keyboard.results import Correction, LibraryError
from tests.core.conftest import BUILDS, Built
from tests.core.drawn import Drawn
from tests.core.slip_reference import Slips, Touch, best_scores
from training.text.rules import fold, split
from training.text.tail import Tail
from training.text.vocabulary import Vocabulary

SPECIAL = ["</s>", "<unk>"]
VOCABULARIES = 1000
WINDOW = 12.0
NO_SPACES = {
    **{"missing_space": 1000.0, "extra_space": 1000.0, "moved_space": 1000.0},
    "variant": 0.0,
}
MOST_CORRECTION_STEPS = 12
"""`ELMAN_MOST_CORRECTION_STEPS`."""
Open = Callable[..., CKeyboard]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


@pytest.fixture
def opened(built: Built) -> Iterator[Open]:
    """Opens a vocabulary with a network of random logits."""
    with ExitStack() as stack:

        def open_words(words: Sequence[str], seed: int = 1) -> CKeyboard:
            entries = [*SPECIAL, *sorted(words, key=fold)]
            network, vocabulary = Drawn(len(entries), seed), Vocabulary(entries, "message")
            return stack.enter_context(built.of_network(network, vocabulary))

        yield open_words


def drawn_word(generator: random.Random) -> str:
    """One word of few letters, an accent and a mark that begins and ends with a letter."""
    while True:
        inner = generator.choices("aegst'é", k=generator.randrange(6))
        first, last = generator.choices("aegst", k=2)
        word = first + "".join(inner) + last
        if split(word) == [word]:
            return word


def drawn_words(generator: random.Random) -> list[str]:
    """Different words that are similar to each other."""
    words = {drawn_word(generator) for _ in range(generator.randint(1, 40))}
    return sorted({fold(word): word for word in words}.values())


def drawn_typed(generator: random.Random, words: Sequence[str]) -> str:
    """A word that is similar to one of these, with some letters swapped."""
    letters = list(fold(generator.choice(words)))
    for place in range(len(letters) - 1):
        if generator.random() < 0.3:
            letters[place : place + 2] = letters[place + 1], letters[place]
    typed = "".join(letters)
    return typed if split(typed) == [typed] else drawn_word(generator)


def drawn_touches(generator: random.Random, typed: str) -> list[Touch]:
    """Where the screen may have been touched; not known for each letter."""
    return [
        (generator.uniform(0, 10), generator.uniform(0, 3)) if generator.random() < 0.7 else None
        for _ in typed
    ]


def drawn_costs(generator: random.Random, costs: dict[str, float]) -> dict[str, float]:
    """Other costs of all slips."""
    changed = {name: generator.uniform(0.5, 8) for name in costs if name in SLIPS}
    return {**changed, **NO_SPACES, "limit": generator.choice([3.0, 6.0, 18.0, 100.0])}


SLIPS = {
    *("neighbour", "substitution", "vowel", "omission", "insertion", "brush", "transposition"),
    *("doubling", "undoubling", "mark", "extra_mark", "accent", "touch_sigma", "context"),
}


def scores(found: Sequence[Correction]) -> list[float]:
    """The scores of all readings but the literal one."""
    return [each.log_probability for each in found if not each.is_literal]


def test_the_best_readings_are_those_of_a_search_through_all_words(built: Built):
    generator = random.Random(24)
    for seed in range(VOCABULARIES):
        words = drawn_words(generator)
        entries = [*SPECIAL, *sorted(words, key=fold)]
        network = Drawn(len(entries), seed)
        values = dict(zip(entries, network.log_probabilities.tolist(), strict=True))
        typed = drawn_typed(generator, words)
        touches = (
            drawn_touches(generator, typed) if generator.random() < 0.5 else [None] * len(typed)
        )
        with built.of_network(network, Vocabulary(entries, "message")) as keyboard:
            costs = keyboard.costs(drawn_costs(generator, keyboard.costs()))
            found = keyboard.correct(typed, touches, k=6)
        slips = Slips(costs, typed, touches)
        wanted = best_scores({word: values[word] for word in words}, slips, 6)
        (literal,) = (each.log_probability for each in found if each.is_literal)
        least = max([literal, *(score for score, _ in wanted[:1])]) - WINDOW
        expected = [score for score, _ in wanted if score >= least]
        kept = min(len(expected), 6 - (len(expected) == 6))
        assert scores(found) == pytest.approx(expected[:kept], abs=1e-3), (words, typed)


def test_completions_past_a_slip_are_those_of_a_search_through_all_words(built: Built):
    generator = random.Random(25)
    for seed in range(VOCABULARIES // 5):
        # Of words that differ only in apostrophes, one is suggested.
        words = [word for word in drawn_words(generator) if "'" not in word] or ["sea"]
        entries = [*SPECIAL, *sorted(words, key=fold)]
        network = Drawn(len(entries), seed)
        values = dict(zip(entries, network.log_probabilities.tolist(), strict=True))
        typed = drawn_typed(generator, words)[:5]
        if split(typed) != [typed] or len(typed) < 3:
            continue
        with built.of_network(network, Vocabulary(entries, "message")) as keyboard:
            costs = keyboard.costs({**drawn_costs(generator, keyboard.costs()), "unknown": 1000.0})
            exact = {each.word for each in keyboard.predict(typed, k=64, exact=True)}
            found = {each.word: each for each in keyboard.predict(typed, k=64)}
        slips = Slips(costs, typed, [None] * len(typed))
        near = {word: slips.of_completion(fold(word)) for word in words}
        wanted = {
            word: costs["context"] * values[word] - cost
            for word, cost in near.items()
            if 0 < cost <= costs["limit"]
        }
        least = max(wanted.values(), default=0.0) - WINDOW
        assert set(found) - exact == {
            word for word, score in wanted.items() if score >= least and word not in exact
        }
        for word, each in found.items():
            assert each.log_probability == pytest.approx(values[word], abs=1e-3)
        assert sum(each.share for each in found.values()) <= 1 + 1e-5


# -- what is offered -------------------------------------------------------------------------------

WORDS = ["I", "Monday", "don't", "the", "thank", "then", "well", "you", "going", "café", "in", "of"]


def texts(found: Sequence[Correction]) -> list[str]:
    return [each.text for each in found]


def certain(found: Sequence[Correction]) -> str | None:
    """The reading that should replace what was typed."""
    first = found[0]
    assert not any(each.is_certain for each in found[1:])
    return first.text if first.is_certain else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("i", "I"),
        ("monday", "Monday"),
        ("MONDYA", "MONDAY"),
        ("Teh", "The"),
        ("dont", "don't"),
        ("cafe", "café"),
        ("thenn", "then"),
        ("wel", "well"),
        ("giing", "going"),
        ("thankyou", "thank you"),
        ("thabkyou", "thank you"),
        ("Thankyou", "Thank you"),
        ("of i nthe", "in the"),
        ("of th en", "then"),
    ],
)
def test_slips_are_corrected(opened: Open, typed: str, meant: str):
    keyboard = opened(WORDS)
    keyboard.costs({"unknown": 12.0, "capital": 4.0})
    found = keyboard.correct(f"well {typed}", k=5)
    assert certain(found) == meant
    (literal,) = (each for each in found if each.is_literal)
    assert literal.text == typed.split()[-1]
    assert found[0].replaces == (len(typed) - 3 if typed.startswith("of ") else len(typed))
    assert sum(each.share for each in found) <= 1 + 1e-9


VARIANTS = {
    **{"dont": -3.8, "don't": -2.7, "im": -5.1, "I'm": -3.9, "thankyou": -8.0, "thank": -3.0},
    **{"you": -2.0, "well": -4.0, "known": -4.0, "-": -6.0, "its": -3.5, "it's": -3.0},
    **{"friends": -3.0, "friend's": -6.0, "alot": -8.0, "a": -2.0, "lot": -2.0},
    "wellknown": -20.0,
}
"""Log-probabilities as a network has them that read careless writers."""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dont", "don't"),
        ("im", "I'm"),
        ("IM", "I'M"),
        ("thankyou", "thank you"),
        ("Thankyou", "Thank you"),
        ("alot", "a lot"),
        ("wellknown", "well known"),
        ("its", None),
        ("friends", None),
        ("it's", None),
    ],
)
def test_entries_without_an_apostrophe_or_a_space_are_corrected(
    built: Built, typed: str, meant: str | None
):
    entries = [*SPECIAL, *sorted(VARIANTS, key=fold)]
    network = Drawn(len(entries), 1)
    network.logits = np.array([VARIANTS.get(entry, -9.0) for entry in entries], np.float32)
    with built.of_network(network, Vocabulary(entries, "message")) as keyboard:
        assert certain(keyboard.correct(f"well {typed}", k=5)) == meant


def test_a_hyphen_may_have_been_left_out(built: Built):
    entries = [*SPECIAL, "-", "known", "well"]
    network = Drawn(len(entries), 1)
    network.logits = np.array([-12.0, -12.0, -1.0, -3.0, -3.0], np.float32)
    with built.of_network(network, Vocabulary(entries, "message")) as keyboard:
        found = keyboard.correct("wellknown", k=5)
        assert certain(found) == "well-known" and "well known" in texts(found)
        assert certain(keyboard.correct("well known")) is None
        assert certain(keyboard.correct("well-known")) is None


@pytest.mark.parametrize(("hyphen", "is_certain"), [(-1.0, True), (-2.5, False), (-9.0, True)])
def test_a_space_or_a_hyphen_is_certain_if_it_is_much_likelier(
    built: Built, hyphen: float, is_certain: bool
):
    entries = [*SPECIAL, "-", "known", "well"]
    network = Drawn(len(entries), 1)
    network.logits = np.array([-12.0, -12.0, hyphen, -3.0, -3.0], np.float32)
    with built.of_network(network, Vocabulary(entries, "message")) as keyboard:
        found = keyboard.correct("wellknown", k=5)
        assert {"well-known", "well known"} <= set(texts(found))
        assert (certain(found) is not None) == is_certain


MISSPELLED = {"because": -5.0, "becasue": -11.5, "thus": -10.5, "this": -4.0, "wel": -10.0}
MISSPELLED |= {"well": -3.5, "from": -5.0, "form": -8.0, "the": -2.0, "teh": -9.0}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("becasue", "because"),
        ("Becasue", "Because"),
        ("teh", "the"),
        ("wel", "well"),
        ("rwh", "the"),
        ("becasur", "because"),
        ("form", None),
        ("because", None),
        ("the", None),
    ],
)
def test_misspellings_that_lists_contain_are_corrected(built: Built, typed: str, meant: str | None):
    entries = [*SPECIAL, *sorted(MISSPELLED, key=fold)]
    network = Drawn(len(entries), 1)
    network.logits = np.array([MISSPELLED.get(entry, -12.0) for entry in entries], np.float32)
    with built.of_network(network, Vocabulary(entries, "message")) as keyboard:
        found = keyboard.correct(f"well {typed}", k=9)
        assert certain(found) == meant
        assert len({each.text for each in found}) == len(found)
        assert "teh" not in texts(keyboard.correct("well rwh", k=9))
        keyboard.costs({"variant": 0.0})
        assert "teh" in texts(keyboard.correct("well rwh", k=9))


# `teh` and `wel` of the vocabulary and `becuase` of the tail words are marked.
MARKED = {"the": -5.0, "teh": -6.5, "well": -5.0, "wel": -7.0, "because": -5.0, "bell": -9.0}


@pytest.fixture
def open_marked(built: Built) -> Iterator[Callable[[bool], CKeyboard]]:
    """Opens lists with misspelled words, which are marked or not."""
    with ExitStack() as stack:
        entries = [*SPECIAL, *sorted(MARKED, key=fold)]
        network = Drawn(len(entries), 1)
        network.logits = np.array([MARKED.get(entry, -6.0) for entry in entries], np.float32)
        words = (("bananas", 6), ("becuase", 7))
        places = entries.index("teh"), entries.index("wel"), len(entries) + 1

        def open_lists(marked: bool) -> CKeyboard:
            tail = Tail(words, unknown=20, misspelled=places if marked else ())
            vocabulary = Vocabulary(entries, "message")
            return stack.enter_context(built.of_network(network, vocabulary, tail.to_bytes()))

        yield open_lists


@pytest.mark.parametrize(
    ("typed", "meant"), [("teh", "the"), ("Wel", "Well"), ("becuase", "because")]
)
def test_marked_words_are_corrected(
    open_marked: Callable[[bool], CKeyboard], typed: str, meant: str
):
    marked, plain = open_marked(True), open_marked(False)
    assert certain(marked.correct(f"well {typed}", k=9)) == meant
    assert certain(plain.correct(f"well {typed}", k=9)) is None
    # What is marked is the less likely reading of what was typed for it.
    scores = [
        {each.text: each.log_probability for each in keyboard.correct("well tej", k=9)}
        for keyboard in (marked, plain)
    ]
    assert scores[0]["the"] == scores[1]["the"]
    variant = marked.costs()["variant"]
    assert scores[0]["teh"] == pytest.approx(scores[1]["teh"] - variant, abs=1e-4)
    marked.costs({"variant": 0.0})
    assert certain(marked.correct(f"well {typed}", k=9)) is None


def test_marked_words_that_were_learned_stay(
    open_marked: Callable[[bool], CKeyboard], profile: Profile
):
    keyboard = open_marked(True)
    keyboard.use(profile)
    assert certain(keyboard.correct("well teh", k=9)) == "the"
    profile.learn("well teh\nthe becuase\nwell teh\nthe becuase")
    for word in ("teh", "becuase"):
        assert certain(keyboard.correct(f"well {word}", k=9)) is None
    profile.forget("teh")
    assert certain(keyboard.correct("well teh", k=9)) == "the"
    keyboard.use(None)


# -- how often the user slips ----------------------------------------------------------------------


def odds_of_a_slip(keyboard: CKeyboard, text: str) -> float:
    """How much higher the score of the best other reading is than that of the literal one."""
    found = keyboard.correct(text, k=9)
    (literal,) = (each.log_probability for each in found if each.is_literal)
    return max(each.log_probability for each in found if not each.is_literal) - literal


def type_words(keyboard: CKeyboard, words: Sequence[str], meant: Sequence[str] = ()) -> str:
    """Correct each word, and write what was meant. Returns the text."""
    text = ""
    for typed, word in zip(words, meant or words, strict=True):
        for end in range(1, len(typed) + 1):
            keyboard.correct(text + typed[:end], k=5)
        text += f"{word} "
    return text


def test_slips_are_more_likely_after_slips_and_less_likely_after_right_words(opened: Open):
    words = ["well", "thank", "going"] * 10
    slipped = ["wlel", "thnak", "giong"] * 10
    new, clean, careless = (opened(WORDS) for _ in range(3))
    usual = odds_of_a_slip(new, "going hte")
    low = odds_of_a_slip(clean, type_words(clean, words) + "hte")
    high = odds_of_a_slip(careless, type_words(careless, slipped, words) + "hte")
    assert low < usual - 1 and usual + 1 < high
    # The typed word itself has no influence, however often it is corrected.
    for _ in range(9):
        assert odds_of_a_slip(new, "going hte") == usual


def test_another_user_starts_again_and_the_rate_can_be_fixed(opened: Open, profile: Profile):
    keyboard, words = opened(WORDS), ["well", "thank", "going"] * 10
    usual = odds_of_a_slip(keyboard, "hte")
    type_words(keyboard, words)
    assert odds_of_a_slip(keyboard, "hte") < usual - 1
    keyboard.costs({"adaptation": 0.0})
    assert odds_of_a_slip(keyboard, "hte") == usual
    keyboard.costs()
    keyboard.use(profile)
    assert odds_of_a_slip(keyboard, "hte") == pytest.approx(usual, abs=0.01)
    keyboard.use(None)
    assert odds_of_a_slip(keyboard, "hte") == usual


def test_case_and_apostrophes_are_no_slips(opened: Open):
    words = ["i", "dont", "monday"] * 10
    careless, clean = opened(WORDS), opened(WORDS)
    text = type_words(careless, words)
    assert odds_of_a_slip(careless, text + "hte") < odds_of_a_slip(clean, "hte")


def test_what_was_taken_back_is_no_slip(opened: Open, profile: Profile):
    keyboard = opened(WORDS)
    keyboard.costs({"unknown": 12.0})
    keyboard.use(profile)
    usual = odds_of_a_slip(keyboard, "hte")
    profile.keep("thej")
    text = type_words(keyboard, ["thej"] * 9)
    assert odds_of_a_slip(keyboard, text + "hte") < usual
    keyboard.use(None)


def test_learned_words_are_not_misspellings(opened: Open, profile: Profile):
    keyboard = opened(["the", "well"])
    profile.learn("well hte\nwell hte\nwell hte")
    keyboard.use(profile)
    assert certain(keyboard.correct("well hte", k=5)) is None
    assert "hte" in texts(keyboard.correct("well htw", k=5))
    keyboard.use(None)


def test_words_apart_stay_apart(opened: Open):
    keyboard = opened(["well", "known", "in", "the", "a", "lot", "-"])
    for text in ("well known", "in the", "a lot"):
        assert certain(keyboard.correct(text, k=5)) is None


def test_right_words_stay(opened: Open):
    keyboard = opened(WORDS)
    for word in WORDS:
        found = keyboard.correct(f"well {word}", k=5)
        assert found[0].is_literal and certain(found) is None


def test_the_literal_reading_is_always_among_them(opened: Open):
    keyboard = opened(WORDS)
    for text in ("teh", "well gonig", "xqzxqz", "monday", "4pm", "gr8", "a" * 49, "thankyou"):
        for k in (1, 2, 64):
            found = keyboard.correct(text, k=k)
            assert [each.text for each in found if each.is_literal] == [text.split()[-1]]
            assert len(found) <= k


@pytest.mark.parametrize("typed", ["gonig" + "\xad" * 20, "g\xadonig", "e\u0301" * 131])
def test_the_literal_reading_is_the_text_before_the_cursor(opened: Open, typed: str):
    """Characters that the text rules ignore or compose are a part of it, and none is cut."""
    found = opened(WORDS).correct(f"well {typed}", k=5)
    (literal,) = (each for each in found if each.is_literal)
    assert typed.endswith(literal.text) and literal.replaces == len(literal.text)
    assert literal.text == typed or len(typed) > 100


def test_words_with_digits_and_long_words_have_one_reading(opened: Open):
    keyboard = opened(WORDS)
    for text in ("the4", "t" * 49, "t" * 743):
        (found,) = keyboard.correct(text, k=9)
        assert found.text == text and found.is_literal
    for text in ("😀", "t" * 744):
        assert keyboard.correct(text, k=9) == []


def test_without_a_word_there_is_nothing_to_correct(opened: Open):
    keyboard = opened(WORDS)
    assert [keyboard.correct(text) for text in ("", "teh ", "teh, ", "teh\n")] == [[], [], [], []]


def test_corrections_use_the_apostrophe_of_the_text(opened: Open):
    found = opened(WORDS).correct("you don’t. Dont", k=5)
    assert "Don’t" in texts(found)


def test_touches_decide_between_neighbours(opened: Open):
    keyboard = opened(["tin", "ton"], seed=3)
    # Between `i` (7.5, 0.5) and `o` (8.5, 0.5), on the key of `i` or `p`.
    assert texts(keyboard.correct("tpn", [None, (8.9, 0.5), None], k=1 + 1))[0] == "ton"
    assert texts(keyboard.correct("tun", [(4.5, 0.5), (6.9, 0.5), (6.5, 2.5)], k=2))[0] == "tin"
    assert keyboard.correct("tun", [(math.nan, 0.5)] * 3) == keyboard.correct("tun")


def test_a_touch_on_the_middle_of_a_key_means_it(opened: Open):
    keyboard = opened(["hood", "mood"], seed=3)
    costs = keyboard.costs()
    # In the middle of `g`, and near `h`.
    firm, vague = (
        {each.text: each for each in keyboard.correct("good", [(x, 1.5), None, None, None], k=3)}
        for x in (5.0, 5.45)
    )
    literal, hood = firm["good"].log_probability, firm["hood"].log_probability
    moved = vague["hood"].log_probability - hood
    assert moved == pytest.approx(0.45 / costs["touch_sigma"] ** 2, rel=0.01)
    # Without touches, a neighbour costs less.
    (untouched,) = (e for e in keyboard.correct("good", k=3) if e.text == "hood")
    assert untouched.log_probability - hood == pytest.approx(
        1 / (2 * costs["touch_sigma"] ** 2) - costs["neighbour"], abs=0.01
    )
    assert literal == pytest.approx(vague["good"].log_probability, abs=1e-4)


def test_accents_that_follow_and_ignored_characters_have_their_own_touches(opened: Open):
    keyboard = opened(["good", "höod", "mood"], seed=3)
    g, o, d, elsewhere = (5.45, 1.5), (8.9, 0.5), (3.4, 1.5), (0.5, 2.5)
    expected = keyboard.correct("höod", [g, o, o, d], k=9)
    for typed, touches in (
        ("ho\u0308od", [g, o, elsewhere, o, d]),
        ("hö\xadod\xad", [g, o, elsewhere, o, d, None]),
        ("ho\u0308\xadod", [o, g, o, elsewhere, elsewhere, o, d]),
    ):
        found = keyboard.correct(typed, touches, k=9)
        assert scores(found) == pytest.approx(scores(expected), abs=1e-6)
    last = scores(keyboard.correct("höod", [o, d], k=9))
    assert scores(keyboard.correct("ho\u0308od", [o, d], k=9)) == pytest.approx(last, abs=1e-6)
    assert last != pytest.approx(scores(expected), abs=1e-6)


def test_the_layout_says_which_keys_are_neighbours(opened: Open):
    keyboard = opened(["zug", "tug"], seed=3)
    far = {each.text: each.log_probability for each in keyboard.correct("yug", k=3)}
    keyboard.layout("qwertz")
    near = {each.text: each.log_probability for each in keyboard.correct("tug", k=3)}
    assert near["zug"] > far["zug"] + 1
    keyboard.layout("0 tyz\n0.5 ug")
    for wrong in ("", "x", "0 aa", "0 a\n\n1 b", "1.5", "200 abc", "0.5  a", "-1 ab", "0 a b"):
        with pytest.raises(LibraryError, match="layout"):
            keyboard.layout(wrong)
    with pytest.raises(LibraryError, match="not UTF-8 at byte 2"):
        keyboard.layout(b"0 \xff")


def test_costs_are_checked(opened: Open):
    keyboard = opened(WORDS)
    usual = keyboard.costs()
    for name in usual:
        with pytest.raises(LibraryError, match=f"the cost {name} is nan"):
            keyboard.costs({name: math.nan})
    with pytest.raises(LibraryError, match="omission is -1, but must be from 0 to 1000"):
        keyboard.costs({"omission": -1.0})
    with pytest.raises(ValueError, match="no cost"):
        keyboard.costs({"typo": 1.0})
    for k in (0, 65):
        with pytest.raises(LibraryError, match="must be from 1 to 64"):
            keyboard.correct("teh", k=k)
    assert keyboard.costs() == usual


def test_blocked_words_are_not_offered(opened: Open):
    keyboard = opened(WORDS)
    assert certain(keyboard.correct("well giong", k=5)) == "going"
    keyboard.block("going\nthe")
    assert "going" not in texts(keyboard.correct("well giong", k=9))
    assert not any("the" in text.split() for text in texts(keyboard.correct("inthe", k=9)))
    assert "going" in texts(keyboard.correct("well giong", k=9, blocklist=False))
    assert "going" not in [each.word for each in keyboard.predict("well gion", k=9)]


@pytest.mark.parametrize("before", ["", "well ", 'well "', "(", "well\n", "¿", "well [“"])
def test_a_word_is_corrected_behind_spaces_quotes_and_brackets(opened: Open, before: str):
    assert certain(opened(WORDS).correct(f"{before}giong", k=5)) == "going"


@pytest.mark.parametrize("before", ["well-", "well well-in-", "of/", "(the/in/", "x-", "Äí-"])
def test_a_word_is_corrected_behind_words_joined_to_it(opened: Open, before: str):
    assert certain(opened(WORDS).correct(f"{before}giong", k=5)) == "going"


@pytest.mark.parametrize(
    "before",
    [
        "well @",
        "#",
        "/",
        "r/",
        "-",
        "--",
        "of//",
        "4-",
        "x.",
        "of.",
        "well=",
        "a:(",
        "http://",
        "of.in/",
    ],
)
def test_parts_of_addresses_and_tags_are_left_alone(opened: Open, before: str):
    keyboard = opened(WORDS)
    assert [each.is_literal for each in keyboard.correct(f"{before}giong", k=5)] == [True]
    assert "in the" not in texts(keyboard.correct(f"{before}i nthe", k=9))


def test_a_single_letter_is_only_corrected_to_another_one_if_touches_tell(opened: Open):
    keyboard = opened(["a", "I", "well"])
    keyboard.costs({"unknown": 12.0, "neighbour": 1.0})
    assert certain(keyboard.correct("well o", k=5)) is None
    assert texts(keyboard.correct("well o", k=5))[0] == "I"
    # Only the space was touched.
    for touches in ([None], [(5.0, 3.5), None]):
        assert certain(keyboard.correct("well o", touches, k=5)) is None
    assert certain(keyboard.correct("well o", [(8.02, 0.5)], k=5)) == "I"
    assert certain(keyboard.correct("well i", k=5)) == "I"
    # Or if the user slips often.
    text = type_words(keyboard, ["wlel"] * 9, ["well"] * 9)
    assert certain(keyboard.correct(f"{text}o", k=5)) == "I"


def test_the_case_of_a_rare_word_is_no_certain_correction(built: Built):
    entries = [*SPECIAL, "well", "you"]
    tail = Tail((("Meaty", 1),), unknown=2).to_bytes()
    with built.of_network(Drawn(len(entries), 1), Vocabulary(entries, "message"), tail) as keyboard:
        found = keyboard.correct("well meaty", k=5)
        assert "Meaty" in texts(found) and certain(found) is None


def test_the_only_reading_that_is_asked_for_is_the_typed_word(opened: Open):
    (found,) = opened(WORDS).correct("well giong", k=1)
    assert (found.text, found.is_literal, found.is_certain) == ("giong", True, False)


# -- the user's words ------------------------------------------------------------------------------


def test_learned_words_are_not_corrected_and_are_offered(opened: Open, profile: Profile):
    keyboard = opened(WORDS)
    keyboard.costs({"unknown": 12.0})
    keyboard.use(profile)
    assert certain(keyboard.correct("well thej", k=9)) == "then"
    profile.learn("well thej\nwell thej")
    assert certain(keyboard.correct("well thej", k=9)) is None
    assert certain(keyboard.correct("well tehj", k=9)) == "thej"
    assert "thej" in [each.word for each in keyboard.predict("well teh", k=9)]
    profile.forget("thej")
    assert certain(keyboard.correct("well thej", k=9)) == "then"
    assert "thej" not in texts(keyboard.correct("well tehj", k=9))
    keyboard.use(None)


def test_a_correction_that_was_taken_back_is_not_made_again(
    opened: Open, profile: Profile, open_profile: Callable[..., Profile]
):
    keyboard = opened(WORDS)
    keyboard.costs({"unknown": 12.0})
    keyboard.use(profile)
    for typed in ("thej", "i"):
        assert certain(keyboard.correct(f"well {typed}", k=9)) is not None
        profile.keep(typed)
        assert certain(keyboard.correct(f"well {typed}", k=9)) is None
    other = open_profile(profile.to_bytes())
    merged = open_profile()
    merged.merge(profile.to_bytes())
    for each in (other, merged):
        keyboard.use(each)
        assert certain(keyboard.correct("well thej", k=9)) is None
        each.forget("thej")
        assert certain(keyboard.correct("well thej", k=9)) == "then"
        each.clear()
        assert certain(keyboard.correct("well i", k=9)) == "I"
    keyboard.use(None)


def test_secrets_and_forgotten_words_are_not_kept(profile: Profile):
    empty = profile.to_bytes()
    for secret in ("hunter2", "mia@example.org", "1234567", "a" * 25):
        profile.keep(secret)
    for several in ("", " ", "two words", "two\xa0words", "well-known", "x" * 81, "a\nb"):
        profile.keep(several)
    assert profile.to_bytes() == empty
    with pytest.raises(LibraryError, match="not UTF-8 at byte 1"):
        profile.keep(b"a\xff")
    profile.forget("Raja")
    forgotten = profile.to_bytes()
    profile.keep("raja")
    profile.keep("Raja's")
    assert profile.to_bytes() == forgotten


def test_tail_words_are_corrected_and_offered(built: Built):
    entries = [*SPECIAL, "well"]
    tail = Tail((("hobbit", 6), ("Mordor", 2)), unknown=20).to_bytes()
    network, vocabulary = Drawn(3, 1), Vocabulary(entries, "message")
    with built.of_network(network, vocabulary, tail) as keyboard:
        keyboard.costs({"unknown": 20.0})
        assert certain(keyboard.correct("well hobbti", k=5)) == "hobbit"
        assert certain(keyboard.correct("well mordor", k=5)) == "Mordor"
        assert certain(keyboard.correct("wellhobbit", k=5)) == "well hobbit"
        assert [each.word for each in keyboard.predict("well hpbb")] == ["hobbit"]


def test_two_words_that_are_too_long_for_a_small_session_are_left_out(opened: Open):
    keyboard = opened([*WORDS, "probably", "somebody", "nobodys"])
    keyboard.session(16)
    assert "probably nobodys" in texts(keyboard.correct("probablynobodys", k=9))
    for typed in ("probablysomebody", "probablysoembody"):
        assert all(len(text) <= 16 for text in texts(keyboard.correct(typed, k=9)))


def test_corrections_need_no_more_steps_than_the_context(opened: Open):
    keyboard = opened(WORDS)
    keyboard.predict("well you ")
    before = keyboard.steps()
    keyboard.correct("well you gonig")
    assert keyboard.steps() - before <= MOST_CORRECTION_STEPS
    keyboard.costs({"missing_space": 1000.0, "extra_space": 1000.0, "moved_space": 1000.0})
    before = keyboard.steps()
    keyboard.correct("well you giong", k=9)
    assert keyboard.steps() == before
