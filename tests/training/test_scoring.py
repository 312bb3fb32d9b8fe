import io
import math

import numpy as np
import pytest

from training.errors import UserError
from training.score import _sentences
from training.scoring import score_text
from training.vocabulary import Vocabulary

VOCABULARY = Vocabulary(["</s>", "<unk>", ".", "are", "how", "you"], "message")


class AlwaysTheSame:
    """A model that thinks `you` four times as likely as any other entry, whatever comes before."""

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


def test_an_unknown_word_is_marked_and_still_charged():
    score = score_text(AlwaysTheSame(), VOCABULARY, "how xyzzy")
    assert score.unknown == [False, True, False]
    assert score.log_probabilities[1] == pytest.approx(math.log(1 / 9))


def test_lines_without_a_token_are_nothing_to_score(tmp_path):
    path = tmp_path / "windows.txt"
    path.write_text("\ufeff\n\u200b\nhow are you\n", encoding="utf-8")
    assert _sentences(["\u00ad"], str(path)) == ["how are you"]
    with pytest.raises(UserError, match="nothing to score"):
        _sentences(["\ufeff"], None)


def test_what_is_piped_in_must_be_utf_8(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"how are you\n\xff\n")))
    with pytest.raises(UserError, match="- is not UTF-8"):
        _sentences([], "-")
