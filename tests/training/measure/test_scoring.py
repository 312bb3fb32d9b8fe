import io
import math

import numpy as np
import pytest

from training.common.errors import UserError
from training.measure.scoring import ranked, score_text
from training.score import _sentences
from training.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary(["</s>", "<unk>", ".", "are", "how", "you"], "message")


class AlwaysTheSame:
    """A model for which `you` is always four times as likely as any other entry."""

    vocabulary_size = 6

    def zero_state(self):
        return 0

    def run(self, ids, state):
        logits = np.zeros((len(ids), 6), np.float32)
        logits[:, VOCABULARY.id_of("you")] = math.log(4)
        return logits, state + len(ids)


def test_every_word_and_the_end_have_a_log_probability():
    score = score_text(AlwaysTheSame(), VOCABULARY, "how are you")
    assert score.tokens == ["how", "are", "you", "</s>"]
    expected = np.log([1 / 9, 1 / 9, 4 / 9, 1 / 9])
    np.testing.assert_allclose(score.log_probabilities, expected, rtol=1e-6)
    assert score.total == pytest.approx(expected.sum())
    assert score.perplexity == pytest.approx(math.exp(-expected.mean()))


def test_an_unknown_word_is_charged_for_being_unknown_and_for_its_spelling():
    score = score_text(AlwaysTheSame(), VOCABULARY, "how xyzzy")
    assert score.unknown == [False, True, False]
    assert score.spelling == [0, VOCABULARY.spelling_nats("xyzzy"), 0]
    expected = math.log(1 / 9) - VOCABULARY.spelling_nats("xyzzy")
    assert score.log_probabilities[1] == pytest.approx(expected)


def test_perplexity_is_the_metric_s_and_does_not_count_spelling():
    assert score_text(AlwaysTheSame(), VOCABULARY, "xyzzy").perplexity == pytest.approx(9)


@pytest.mark.parametrize("by", ["total", "word"])
def test_gibberish_comes_after_a_sentence(by):
    texts = ["blorf", "hxw zrq yqx", "how are you"]
    scores = [score_text(AlwaysTheSame(), VOCABULARY, text) for text in texts]
    assert ranked(scores, by)[0].text == "how are you"


def test_a_short_sentence_wins_by_the_total_and_a_predictable_one_by_the_word():
    scores = [score_text(AlwaysTheSame(), VOCABULARY, text) for text in ("you you you you", "how")]
    assert [score.text for score in ranked(scores, "total")] == ["how", "you you you you"]
    assert [score.text for score in ranked(scores, "word")] == ["you you you you", "how"]
    with pytest.raises(ValueError, match="expected one of total, word"):
        ranked(scores, "letter")


def test_lines_without_a_token_are_nothing_to_score(tmp_path):
    path = tmp_path / "windows.txt"
    path.write_text("\ufeff\n\u200b\nhow are you\n", encoding="utf-8")
    assert _sentences(["\u00ad"], str(path)) == ["how are you"]
    with pytest.raises(UserError, match="nothing to score"):
        _sentences(["\ufeff"], None)


def test_closed_standard_input_is_nothing_to_read(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(UserError, match="standard input is closed; use a file"):
        _sentences([], "-")


def test_what_is_piped_in_must_be_utf_8(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"how are you\n\xff\n")))
    with pytest.raises(UserError, match="- is not UTF-8"):
        _sentences([], "-")
