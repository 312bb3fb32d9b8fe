"""Programs that answer line by line, and what happens if they do not."""

import signal

import pytest

from benchmarks.keyboard import line_program
from benchmarks.keyboard.line_program import LineProgram
from training.common.errors import UserError


def program(script: str) -> LineProgram:
    return LineProgram("the program", ["sh", "-c", script])


def test_a_program_that_complains_at_length_is_still_heard():
    complain = "head -c 300000 /dev/zero | tr '\\0' x >&2; echo last words >&2"
    with program(f"read question; {complain}; echo 7; exit 3") as running:
        running.send("how many?")
        assert running.line() == "7"
        with pytest.raises(UserError, match=r"the program ended with status 3: x+last words"):
            running.line()


def test_a_program_that_does_not_answer_is_ended(monkeypatch):
    monkeypatch.setattr(line_program, "ANSWER_SECONDS", 0.2)
    with program("exec sleep 60") as running:
        with pytest.raises(UserError, match=r"did not answer within 0.2 seconds"):
            running.line()
        assert running.close() == -signal.SIGKILL


def test_an_answer_in_pieces_is_put_together():
    with program("printf 1; sleep 0.1; printf '2\\no'; echo k") as running:
        assert [running.line(), running.line()] == ["12", "ok"]
