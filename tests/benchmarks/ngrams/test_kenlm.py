import math
import re

import numpy as np
import pytest

from benchmarks.comparison.measure import measure
from benchmarks.ngrams import kenlm
from benchmarks.ngrams.arpa import read_arpa
from benchmarks.ngrams.kenlm import call, estimated, packed, ranked
from benchmarks.ngrams.ngram import Ngram
from benchmarks.ngrams.tokens import text_of
from training.common.errors import UserError

SIZE = 30


def test_kenlm_ranks_candidates_as_the_evaluation_does(arpa, programs, small_ids):
    candidates, ids = list(range(2, SIZE)), small_ids[:300]
    ranking = ranked(arpa(3), candidates, ids, SIZE, programs)
    model = Ngram.from_sections(read_arpa(arpa(3), SIZE), SIZE)
    inputs = np.concatenate([[0], ids[:-1]]).astype(np.int32)
    logits, _ = model.run(inputs, model.zero_state())
    best = np.argsort(-logits[ids != 0][:, 2:], axis=1, kind="stable")[:, :3] + 2
    shown = [[int(word[1:]) for word in words] for words in ranking.suggestions]
    own = np.take_along_axis(logits[ids != 0], best, axis=1)
    theirs = np.take_along_axis(logits[ids != 0], np.array(shown), axis=1)
    # Rounding may change the order of words with equal probabilities.
    np.testing.assert_allclose(theirs, own, atol=1e-5)


def test_the_time_of_a_ranking_is_that_of_a_position(arpa, programs, small_ids):
    ranking = ranked(arpa(3), range(2, SIZE), small_ids[:500], SIZE, programs)
    assert 0.1 < ranking.microseconds < 10_000


def test_the_perplexity_is_the_one_that_kenlm_finds(prepared, programs):
    files = estimated(prepared, 5, programs)
    size = len(prepared.vocabulary)
    model = files.model(size)
    own = measure("5-gram", model, prepared.texts("test"), prepared.vocabulary).metrics
    text = "".join(text_of(prepared.ids("test"), size))
    told = call([programs.path("query"), "-v", "summary", files.arpa], text)
    theirs = float(re.findall(r"Perplexity including OOVs:\s*(\S+)", told)[0])
    # KenLM reserves some probability for unseen words, which the evaluation distributes among them.
    assert own.perplexity == pytest.approx(theirs, rel=1e-3)
    assert f"Tokens:\t{own.tokens}" in told


def test_longer_contexts_and_more_memory_foresee_more(prepared, programs):
    def perplexity(order):
        model = estimated(prepared, order, programs).model(len(prepared.vocabulary))
        return measure("", model, prepared.texts("test"), prepared.vocabulary).metrics.perplexity

    assert perplexity(3) < 0.5 * perplexity(1) < math.inf


def test_a_model_is_estimated_once(prepared, programs, monkeypatch):
    first = estimated(prepared, 3, programs)
    monkeypatch.setattr(kenlm, "call", pytest.fail)
    assert estimated(prepared, 3, programs) == first


def test_the_packed_trie_is_a_fraction_of_the_listing(prepared, programs):
    files = estimated(prepared, 5, programs)
    assert files.bytes is not None
    assert files.bytes < files.arpa.stat().st_size / 5


def test_unigrams_are_not_packed(arpa, programs):
    assert packed(arpa(1), 1, programs) is None


def test_what_kenlm_refuses_is_one_line(tmp_path, programs):
    (tmp_path / "broken.arpa").write_text("\\data\\\nngram 1=x\n")
    with pytest.raises(UserError, match="build_binary failed: ."):
        packed(tmp_path / "broken.arpa", 2, programs)
    assert not (tmp_path / "broken.trie").exists()
