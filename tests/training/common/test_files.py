import json
import os
import socket

import pytest

from training.common.errors import UserError
from training.common.files import (
    read_json,
    read_lines,
    sha256_of,
    temporary_beside,
    write_json,
    write_text,
    writing,
)

ENDED = 999_999_999


def of(temporary, owner):
    """The temporary name that another process on the same machine would use."""
    return temporary.with_name(temporary.name.replace(f".{os.getpid()}.", f".{owner}."))


def test_a_failed_write_leaves_the_older_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "before")
    with pytest.raises(RuntimeError), writing(path) as stream:
        stream.write("half of it")
        raise RuntimeError
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "before"


def test_what_a_running_process_writes_is_left_to_it_and_what_an_ended_one_left_is_removed(
    tmp_path,
):
    own = temporary_beside(tmp_path / "a.txt")
    running, ended, other = (of(own, owner) for owner in (os.getppid(), ENDED, "backup"))
    for path in (running, ended, other):
        path.write_text("half of it")
    write_text(tmp_path / "a.txt", "whole")
    assert running.exists() and other.exists() and not ended.exists()


def test_what_another_machine_writes_is_left_to_it(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    with monkeypatch.context() as there:
        there.setattr(socket, "gethostname", lambda: "elman-worker-1")
        theirs = of(temporary_beside(path), ENDED)
    theirs.write_text("half of it")
    write_text(path, "whole")
    assert theirs.exists() and theirs != of(temporary_beside(path), ENDED)


def test_folders_are_made_on_the_way(tmp_path):
    write_json(tmp_path / "a/b.json", {"é": [1]})
    assert read_json(tmp_path / "a/b.json") == {"é": [1]}


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write .*file/below"):
        write_text(tmp_path / "file/below", "")


@pytest.mark.parametrize("content", ["{", "\x00"])
def test_a_broken_json_file_is_named(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(UserError, match="a.json cannot be read"):
        read_json(tmp_path / "a.json")


def test_line_ends_and_bytes_are_written_as_given(tmp_path):
    write_text(tmp_path / "a", "x\r\ny\n")
    assert (tmp_path / "a").read_bytes() == b"x\r\ny\n"


def test_lines_are_those_of_any_system_without_a_byte_order_mark(tmp_path):
    (tmp_path / "a").write_bytes("\ufeffone\r\ntwo\u2028still\rthree\n\n".encode())
    assert read_lines(tmp_path / "a") == ["one", "two\u2028still", "three", ""]


def test_a_text_that_cannot_be_read_is_named_with_what_to_do(tmp_path):
    with pytest.raises(UserError, match="cannot read .*nothing: No such file.*; check its name"):
        read_lines(tmp_path / "nothing")
    (tmp_path / "a").write_bytes(b"caf\xe9\n")
    with pytest.raises(UserError, match="a is not UTF-8; convert it first"):
        read_lines(tmp_path / "a")


def test_sha256_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of(tmp_path / "a").startswith("ba7816bf8f01cfea")


def test_json_is_readable_by_people(tmp_path):
    write_json(tmp_path / "a", {"b": 1, "a": [2]})
    text = (tmp_path / "a").read_text()
    assert text.splitlines()[1] == '  "b": 1,' and json.loads(text)
