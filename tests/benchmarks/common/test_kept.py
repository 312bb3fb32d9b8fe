"""A small try does not replace a result."""

import pytest

from benchmarks.anchor import __main__ as anchor
from benchmarks.correction import __main__ as correction
from benchmarks.keyboard import __main__ as keyboard
from benchmarks.learning import __main__ as learning
from training.common.errors import UserError


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (anchor, ["--words", "50"]),
        (correction, ["--documents", "2"]),
        (keyboard, ["--documents", "2"]),
        (keyboard, ["--calls", "10"]),
        (learning, ["--part", "test", "--words", "250"]),
    ],
)
def test_a_result_with_another_limit_is_not_kept(command, arguments, tmp_path):
    elsewhere = ["--runs", str(tmp_path)]
    with pytest.raises(UserError, match=f"leave out --keep or {arguments[-2]}"):
        command.main([*arguments, "--keep", *elsewhere])
    with pytest.raises(UserError, match="contains no trained model"):
        command.main([*arguments, *elsewhere])
