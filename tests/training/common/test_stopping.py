"""Ctrl-C and SIGTERM stop a command even if an exception is swallowed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import environment

PROGRAM = """
import signal
import tempfile
from pathlib import Path
from export.build import replacing
from export.dist import put_release
from training.common.errors import command
from training.common.files import making, write_text

def main(arguments):
    class Swallowing:
        def __del__(self):
            signal.raise_signal(signal.{kind})

    Swallowing()
    {then}

signal.signal(signal.SIGINT, signal.{ctrl_c})
command(main)
"""
FILE = 'write_text(Path("made.txt"), "text")'
PREPARED = """with making(Path("made"), lambda folder: True) as folder:
        (folder / "ids").touch()"""
EXPORTED = """with replacing(Path("made")) as folder:
        (folder / "model.tflite").touch()"""
RELEASED = """with tempfile.TemporaryDirectory() as folder:
        put_release({"web": {}}, Path(folder), Path())"""
ERROR = 'raise RuntimeError("the conversion failed")'


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("then", [FILE, PREPARED, EXPORTED, RELEASED, ERROR])
@pytest.mark.parametrize("kind", ["SIGINT", "SIGTERM"])
def test_what_is_swallowed_still_stops_a_command(tmp_path, kind, then):
    result = run(PROGRAM.format(ctrl_c="default_int_handler", kind=kind, then=then), tmp_path)
    assert (result.returncode, result.stderr.splitlines()[-1]) == (130, "stopped")
    assert list(tmp_path.iterdir()) == []


def test_a_command_in_the_background_goes_on_after_ctrl_c(tmp_path):
    result = run(PROGRAM.format(ctrl_c="SIG_IGN", kind="SIGINT", then=FILE), tmp_path)
    assert result.returncode == 0 and (tmp_path / "made.txt").read_text() == "text"
