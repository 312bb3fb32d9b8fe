import os
import time

import pytest

from training.common import known_files
from training.common.known_files import KnownFiles


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Files may be remembered as soon as they are written."""
    monkeypatch.setattr(known_files, "SETTLED_SECONDS", -10.0)


def asked(tmp_path, counter, name="length"):
    """Ask in a new process, so to speak; `counter` grows when the file is read."""
    known, path = KnownFiles(tmp_path / "known.json"), tmp_path / "a.txt"
    value = known.fact(path, name, lambda: counter.append(1) or len(path.read_bytes()))
    known.save()
    return value


def test_an_unchanged_file_is_read_once(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    counter = []
    assert [asked(tmp_path, counter) for _ in range(3)] == [5, 5, 5] and len(counter) == 1
    assert asked(tmp_path, counter, "other") == 5 and len(counter) == 2


def test_a_file_that_changed_is_read_again_though_its_size_and_time_are_the_same(tmp_path):
    path, counter = tmp_path / "a.txt", []
    path.write_text("hello")
    asked(tmp_path, counter)
    before = path.stat()
    time.sleep(0.02)
    path.write_text("hullo")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    asked(tmp_path, counter)
    assert len(counter) == 2


def test_a_file_that_was_just_written_is_not_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr(known_files, "SETTLED_SECONDS", 60.0)
    (tmp_path / "a.txt").write_text("hello")
    counter = []
    assert [asked(tmp_path, counter) for _ in range(2)] == [5, 5] and len(counter) == 2
    assert not (tmp_path / "known.json").exists()


DAMAGED = [
    "", "[]", '{"format": 99}', "{", '{"format": 1}', '{"format": 1, "files": []}',
    '{"format": 1, "files": {"FOLDER/a.txt": []}}',
    '{"format": 1, "files": {"FOLDER/a.txt": {"length": 5}}}',
    '{"format": 1, "files": {"FOLDER/a.txt": {"length": {}}}}',
]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_memory_is_empty(tmp_path, content):
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "known.json").write_text(content.replace("FOLDER", str(tmp_path)))
    counter = []
    assert [asked(tmp_path, counter) for _ in range(2)] == [5, 5] and len(counter) == 1


def test_files_that_are_gone_are_forgotten(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    asked(tmp_path, [])
    known = KnownFiles(tmp_path / "known.json")
    (tmp_path / "a.txt").unlink()
    (tmp_path / "b.txt").write_text("hello")
    known.fact(tmp_path / "b.txt", "length", lambda: 5)
    known.save()
    content = (tmp_path / "known.json").read_text()
    assert "b.txt" in content and "a.txt" not in content
