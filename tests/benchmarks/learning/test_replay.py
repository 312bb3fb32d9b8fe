"""What is counted while messages are typed, with contenders whose suggestions are known."""

import math

import pytest

from benchmarks.learning.replay import NAMES, Replay
from benchmarks.learning.writers import Writer, message_of
from training.text.vocabulary import Vocabulary

WORDS = Vocabulary(["</s>", "<unk>", "!", "hello", "how", "you"], "message")


class Scripted:
    """Suggests the learned words that match, the last one first; records its calls."""

    def __init__(self, known=()):
        self.calls, self._known, self._learned = [], known, []

    def begin(self):
        self.calls.append(("begin",))
        self._learned = list(self._known)

    def suggest(self, context, prefix):
        self.calls.append(("suggest", context, prefix))
        return [word for word in reversed(self._learned) if word.startswith(prefix)][:3]

    def log_probability(self, context, word):
        return math.log(0.5) if word == "you" else None

    def learn(self, text):
        self.calls.append(("learn", text))
        self._learned += text.split()


def writer(*fields):
    return Writer("w", [[message_of(text, "message") for text in field] for field in fields])


def replayed(contender, *writers):
    replay = Replay(contender, WORDS)
    done = list(replay.type_all(list(writers)))
    return replay.replayed, done


def sums(row):
    return dict(zip(NAMES, row, strict=True))


def test_a_message_is_typed_before_it_is_learned():
    contender = Scripted()
    replayed(contender, writer(["you", "you"]))
    assert contender.calls == [
        ("begin",),
        *(("suggest", "", prefix) for prefix in ("", "y", "yo")),
        ("learn", "you"),
        ("suggest", "you\n", ""),
        ("learn", "you"),
    ]


def test_every_writer_begins_without_what_the_last_one_taught():
    found, _ = replayed(Scripted(), writer(["you"], ["you"]), writer(["you"]))
    assert [sums(row)["first"] for row in found.rows] == [0, 1, 0]
    assert found.writers == [0, 0, 1]


def test_a_text_field_does_not_see_the_one_before():
    contender = Scripted()
    found, _ = replayed(contender, writer(["you", "how"], ["hello"]))
    contexts = [call[1] for call in contender.calls if call[0] == "suggest"]
    assert contexts == [""] * 3 + ["you\n"] * 3 + [""] * 5
    assert found.text_fields == [0, 0, 1]
    assert found.before == [0, 1, 2]


def test_keys_are_those_of_the_definition():
    # "You": Shift and three letters, "you": one key, "!" and Enter one each; the space is free.
    found, done = replayed(Scripted(["you"]), writer(["You you!"]))
    counted = sums(found.rows[0])
    assert (counted["keys"], counted["characters"]) == (1 + 1 + 1 + 1, 9)
    assert (counted["word_keys"], counted["word_characters"]) == (2, 8)
    assert done == [2]


def test_without_suggestions_nothing_is_saved():
    found, _ = replayed(Scripted(), writer(["You you!"]))
    counted = sums(found.rows[0])
    assert (counted["keys"], counted["characters"]) == (10, 9)
    assert counted["word_keys"] == counted["word_characters"] == 8


def test_suggestions_that_are_overlooked_save_nothing():
    """They are the same for all contenders, and count as right all the same."""
    typed = [writer([f"{letter} hello how you hello" for letter in "abcdefghijklmnopqrst"])]

    def words(overlooked: float) -> list[float]:
        replay = Replay(Scripted(["hello", "how", "you"]), WORDS, overlooked)
        assert list(replay.type_all(typed))
        total = dict(zip(NAMES, replay.replayed.sums().sum(0), strict=True))
        return [total[name] for name in ("word_keys", "word_characters", "among_first")]

    (none, characters, right), (half, *_), (every, *_) = map(words, (0, 0.5, 1))
    assert none < half < every == characters
    assert words(0.5) == words(0.5) == [half, characters, right]


def test_accuracy_counts_suggestions_without_letters():
    known = ["how", "hello", "you"]
    found, _ = replayed(Scripted(known), writer(["you how hey"]))
    counted = sums(found.rows[0])
    assert (counted["words"], counted["first"], counted["among_first"]) == (3, 1, 2)


def test_a_contender_without_probabilities_has_no_perplexity():
    found, _ = replayed(Scripted(), writer(["you you", "hey"]))
    assert sums(found.rows[0])["nats"] == pytest.approx(2 * math.log(2))
    assert math.isnan(sums(found.rows[1])["nats"])


def test_new_words_count_when_they_are_typed_for_the_third_time():
    field = ["Rajesh", "rajesh", "RAJESH", "rajesh", "you", "you", "you"]
    found, _ = replayed(Scripted(), writer(field))
    assert [sums(row)["new_words"] for row in found.rows] == [0, 0, 1, 0, 0, 0, 0]
    # The scripted contender suggests it before any letter.
    assert [sums(row)["new_words_offered"] for row in found.rows] == [0, 0, 1, 0, 0, 0, 0]
    assert [sums(row)["long_new_words_offered"] for row in found.rows] == [0, 0, 1, 0, 0, 0, 0]


def test_a_new_word_counts_once_and_only_earlier_messages_teach_it():
    found, _ = replayed(Scripted(), writer(["hee hee hee", "hee hee", "hee"]))
    assert [sums(row)["new_words"] for row in found.rows] == [0, 1, 0]


def test_a_short_new_word_is_not_a_long_one():
    found, _ = replayed(Scripted(), writer(["hee"] * 3))
    counted = sums(found.rows[2])
    assert (counted["new_words"], counted["new_words_offered"]) == (1, 1)
    assert (counted["long_new_words"], counted["long_new_words_offered"]) == (0, 0)


def test_a_new_word_that_needs_four_letters_is_not_offered_in_time():
    others = ["rajah", "rajas", "rajab"]
    contender = Scripted()
    contender.learn = lambda text: contender._learned.insert(0, text)
    contender._known = others
    found, _ = replayed(contender, writer(["rajesh"] * 3))
    assert [sums(row)["new_words_offered"] for row in found.rows] == [0, 0, 0]
    assert [call[2] for call in contender.calls if call[0] == "suggest"][-1] == "raje"
