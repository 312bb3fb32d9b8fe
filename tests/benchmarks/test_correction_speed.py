"""The speed of corrections."""

import re
from types import SimpleNamespace

import pytest

from benchmarks import correction_speed
from benchmarks.comparison.texts import Text
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from training.common.errors import UserError
from training.corpora.base import Document


def test_the_command_prints_times_and_memory(trained, exported, capsys):
    where = ["--run", trained.name, "--runs", str(trained.folder.parent)]
    where += ["--exports", str(exported.parent)]
    correction_speed.main([*where, "--words", "200", "--documents", "2"])
    told = capsys.readouterr().out
    times = re.search(r"200 words: p50 ([\d.]+), p95 ([\d.]+), p99 ([\d.]+) ms", told)
    assert times is not None
    assert list(map(float, times.groups())) == sorted(map(float, times.groups()))
    first, last = map(float, re.findall(r"([\d.]+) MB", told))
    assert 0 < first <= last


def test_memory_stays_the_same(trained, exported, prepared, tmp_path):
    samples = correction_speed.typed_words(prepared, 3, seed=1)
    with CKeyboard(build(), exported / "model.tflite") as keyboard:
        correction_speed.measured(keyboard, samples, 500)
        times, first, last = correction_speed.measured(keyboard, samples, 5_000)
    assert len(times) == 5_000 and (times > 0).all()
    assert last - first < 0.5


def test_words_are_repeated(prepared):
    samples = correction_speed.typed_words(prepared, 1, seed=1)
    found = list(correction_speed.repeated(samples, 2 * len(samples) + 1))
    assert found == [*samples, *samples, samples[0]]


def test_conversations_without_words_are_refused(monkeypatch):
    silent = Text("valid", "", [Document("silent", [":)", "..."])])
    monkeypatch.setattr(correction_speed, "held_out", lambda prepared, part: silent)
    with pytest.raises(UserError, match="have no words to correct; choose more"):
        correction_speed.typed_words(SimpleNamespace(segmentation="message"), 1, seed=1)
