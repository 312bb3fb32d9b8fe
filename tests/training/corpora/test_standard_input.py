import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from training.corpora import require_corpus

READ = """
import sys
from training.common.errors import command
from training.corpora import Reading, open_corpus
def main(_):
    corpus = open_corpus("-", reading=Reading(field=sys.argv[1]))
    print(corpus.name, [(each.key, each.texts) for each in corpus.documents("train")])
command(main)
"""


def read(folder: Path, content: bytes, field: str = "") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", READ, field],
        cwd=folder, env={"PYTHONPATH": str(Path(__file__).parents[3])}, input=content,
        capture_output=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_a_text_packed_or_not(tmp_path, pack):
    done = read(tmp_path, pack(b"One.\n\nTwo."))
    wanted = [("standard-input.txt#0", ["One.\n"]), ("standard-input.txt#1", ["Two."])]
    assert done.stdout.decode() == f"standard-input {wanted}\n", done.stderr


def test_with_a_column_standard_input_is_json_lines(tmp_path):
    done = read(tmp_path, b'{"text": "One."}\n', "text")
    assert b"('standard-input.jsonl#0', ['One.\\n'])" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("content", "complaint"), [(b"", b"no text"), (b"\x89PNG\0\0\0", b"binary")]
)
def test_standard_input_without_text_is_one_clear_line(tmp_path, content, complaint):
    done = read(tmp_path, content)
    assert done.returncode == 2 and complaint in done.stderr and done.stderr.count(b"\n") == 1


def test_the_same_input_is_kept_once_and_nothing_else(tmp_path):
    for _ in range(2):
        read(tmp_path, b"One.")
    (kept,) = (tmp_path / "cache/standard-input").iterdir()
    assert kept.read_bytes() == b"One."


def test_looking_for_a_corpus_reads_no_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    require_corpus("-")
