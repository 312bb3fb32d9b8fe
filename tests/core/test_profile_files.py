"""Profiles in files: saving replaces a file at once, whenever the process is killed."""

import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from export.keyboard.profile import Profile
from export.keyboard.results import LibraryError
from tests.core.conftest import BUILDS, Built

FILE, DAMAGED = 2, 3
KILLS = 20
Open = Callable[..., Profile]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)

# Saves two profiles in turns, and says when it starts.
SAVE = """
import sys
from pathlib import Path
from export.keyboard.profile import Profile
library, path, *texts = sys.argv[1:]
profiles = [Profile(Path(library), Path(text).read_bytes()) for text in texts]
print(flush=True)
while True:
    for profile in profiles:
        profile.save(Path(path))
"""


def test_a_missing_file_is_an_empty_profile(open_profile: Open, tmp_path: Path):
    path = tmp_path / "user.elmp"
    profile = open_profile(path)
    assert profile.bytes() == open_profile().bytes()
    assert not path.exists()


def test_a_saved_profile_is_the_same(profile: Profile, open_profile: Open, tmp_path: Path):
    path = tmp_path / "user.elmp"
    profile.learn("see you at Rajesh's")
    profile.save(path)
    assert path.read_bytes() == profile.bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    profile.learn("ok")
    profile.save(path)
    assert open_profile(path).bytes() == profile.bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_file_is_named_and_kept(open_profile: Open, tmp_path: Path):
    path = tmp_path / "user.elmp"
    path.write_bytes(b"ELMP, but no profile")
    with pytest.raises(LibraryError, match=r"user\.elmp: the profile is damaged: ") as raised:
        open_profile(path)
    assert raised.value.status == DAMAGED
    assert path.read_bytes() == b"ELMP, but no profile"


def test_a_folder_is_no_profile(profile: Profile, open_profile: Open, tmp_path: Path):
    with pytest.raises(LibraryError):
        open_profile(tmp_path)
    with pytest.raises(LibraryError, match="cannot write .*: the folder does not exist") as raised:
        profile.save(tmp_path / "missing" / "user.elmp")
    assert raised.value.status == FILE


def test_a_failure_keeps_the_old_file(profile: Profile, tmp_path: Path):
    path = tmp_path / "user.elmp"
    path.mkdir()
    (path / "kept").touch()
    with pytest.raises(LibraryError, match="cannot write"):
        profile.save(path)
    assert (path / "kept").exists()


def test_what_an_interrupted_save_left_is_replaced(profile: Profile, tmp_path: Path):
    path = tmp_path / "user.elmp"
    path.with_name("user.elmp.new").write_bytes(bytes(2_000_000))
    profile.save(path)
    assert path.read_bytes() == profile.bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_two_processes_cannot_mix_their_bytes(built: Built, tmp_path: Path):
    """While another process writes, saving fails or waits its turn; the file is always a profile."""
    if built.sanitized:
        pytest.skip("the processes run without sanitizers")
    path, states = tmp_path / "user.elmp", profiles(built, tmp_path)
    running = [start(built, path, states[turn:] + states[:turn]) for turn in (0, 1)]
    valid = {state.read_bytes() for state in states}
    for _ in range(300):
        if path.exists():
            assert path.read_bytes() in valid
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
            paths[-1].write_bytes(profile.bytes())
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
    if built.sanitized:
        pytest.skip("the process runs without sanitizers")
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
