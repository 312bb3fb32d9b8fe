"""What a profile costs."""

import re

import pytest

from benchmarks.learning import speed
from training.common.errors import UserError


@pytest.fixture
def where(trained, exported):
    return ["--run", trained.name, "--runs", str(trained.folder.parent)] + [
        "--exports",
        str(exported.parent),
    ]


def test_the_command_prints_what_a_profile_costs(where, capsys):
    speed.main([*where, "--words", "500", "--calls", "300"])
    told = capsys.readouterr().out
    assert re.search(r"learning: [\d.]+ \u00b5s a word, slowest message [\d.]+ ms", told)
    assert re.search(r"profile: [\d,]{5,} bytes, \d{2,} words", told)
    assert re.search(r"saving: [\d.]+ ms; opening: [\d.]+ ms", told)
    times = re.findall(
        r"with(?:out)? the profile: p50 (\d+), p95 (\d+), p99 (\d+) .*300 keys", told
    )
    assert len(times) == 2
    for each in times:
        assert 0 < int(each[0]) <= int(each[1]) <= int(each[2])


def test_the_text_before_each_letter():
    assert list(speed.befores(["a 1b", "c"])) == ["", "a 1", ""]


def test_words_and_keys_are_checked(where):
    with pytest.raises(UserError, match="--words and --calls must be at least 1"):
        speed.main([*where, "--calls", "0"])
