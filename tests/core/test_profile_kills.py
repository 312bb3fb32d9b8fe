"""Saving replaces a file at once: if the process is killed, the old or the new profile is there."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from export.keyboard.profile import Profile
from tests.core.conftest import BUILDS, Built

KILLS = 20
pytestmark = pytest.mark.parametrize("built", BUILDS[:1], indirect=True)

# Saves two profiles in turns, and says when it starts.
SAVE = """
import sys
from pathlib import Path
from export.keyboard.profile import Profile
from export.keyboard.results import LibraryError
library, path, *texts = sys.argv[1:]
profiles = [Profile(Path(library), Path(text).read_bytes()) for text in texts]
print(flush=True)
while True:
    for profile in profiles:
        try:
            profile.save(Path(path))
        except LibraryError as error:
            assert "another save is running" in str(error)
"""


def test_two_processes_cannot_mix_their_bytes(built: Built, tmp_path: Path):
    """While another process writes, saving fails; the file always holds a profile."""
    path, states = tmp_path / "user.elmp", profiles(built, tmp_path)
    running = [start(built, path, states[turn:] + states[:turn]) for turn in (0, 1)]
    valid = {state.read_bytes() for state in states}
    for _ in range(300):
        if path.exists():
            assert path.read_bytes() in valid
    assert [process.poll() for process in running] == [None, None]
    for process in running:
        process.kill()
        process.communicate()


def profiles(built: Built, folder: Path) -> list[Path]:
    """Two files with profiles of different sizes."""
    generator, paths = random.Random(5), []
    for place in range(2):
        with Profile(built.library) as profile:
            for _ in range(300 + 3000 * place):
                letters = generator.choices("abcdefghij", k=4)
                profile.learn(" ".join("".join(generator.choices(letters, k=3)) for _ in range(6)))
            paths.append(folder / f"{place}.bytes")
            paths[-1].write_bytes(profile.to_bytes())
    return paths


def start(built: Built, path: Path, states: list[Path]) -> subprocess.Popen[bytes]:
    """A process that keeps saving."""
    command = [sys.executable, "-c", SAVE, built.library, path, *states]
    process = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"\n"
    return process


def test_a_process_killed_while_saving_leaves_the_old_or_the_new_profile(
    built: Built, tmp_path: Path
):
    path, states = tmp_path / "user.elmp", profiles(built, tmp_path)
    valid, generator, interrupted = [state.read_bytes() for state in states], random.Random(6), 0
    for _ in range(KILLS):
        path.write_bytes(valid[0])
        process = start(built, path, states)
        time.sleep(generator.uniform(0, 0.03))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert path.read_bytes() in valid
        interrupted += path.with_name("user.elmp.new").exists()
        with Profile(built.library, path) as profile:
            profile.save(path)
        assert not path.with_name("user.elmp.new").exists()
    assert interrupted > 0
