"""Weights of reranking: learning them, and the files that the command reads and writes."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tools import reranking
from training.common.errors import UserError

MIXING = Path(reranking.__file__).parents[1] / "core" / "mixing"


def test_weights_are_recovered_from_choices():
    """Words are chosen by the softmax of weighted sums; some lists are short."""
    generator = np.random.default_rng(3)
    true = np.array([1.5, -0.8, 0.0])
    features = generator.normal(size=(20_000, reranking.RERANKED, 3)).astype(np.float32)
    features[::2, 5:] = np.nan
    shares = reranking.softmax(np.where(np.isnan(features[:, :, 0]), -np.inf, features @ true))
    places = np.array([generator.choice(len(share), p=share) for share in shares])
    assert reranking.learn(features, places) == pytest.approx(true, abs=0.05)


def test_without_evidence_the_order_is_that_of_the_mixture():
    features = np.zeros((3, reranking.RERANKED, 4), np.float32)
    assert reranking.learn(features, np.zeros(3, int)) == pytest.approx([1, 0, 0, 0])


def test_the_library_has_a_weight_for_each_feature():
    found = (MIXING / "reranking_weights.h").read_text()
    enumeration = (MIXING / "reranking.h").read_text().split("typedef enum {")[1]
    names = re.findall(r"^  ELMAN_\w+", enumeration.split("ELMAN_FEATURES")[0], re.MULTILINE)
    rows = [row.split(", ") for row in re.findall(r"^  \{(.*)\},$", found, re.MULTILINE)]
    assert [len(row) for row in rows] == [len(names)] * reranking.TYPED_RANGES
    assert found == reranking.source([np.array([float(w[:-1]) for w in row]) for row in rows])


def test_messages_are_read_by_writer(tmp_path: Path):
    path = tmp_path / "writers.jsonl"
    lines = [(1, "see you"), (2, "yes"), (1, "at 5")]
    path.write_text("".join(json.dumps({"writer": w, "text": t}) + "\n" for w, t in lines))
    assert reranking.read(path) == {"1": ["see you", "at 5"], "2": ["yes"]}
    path.write_text('{"writer": 1, "text": 5}\n')
    with pytest.raises(UserError, match=r"writers\.jsonl, line 1 has no writer or no text"):
        reranking.read(path)


def test_words_have_the_text_before_them():
    assert list(reranking.words("see you, Zoe")) == [
        ("", "see"),
        ("see ", "you"),
        ("see you , ", "Zoe"),
    ]
