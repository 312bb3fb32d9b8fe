"""Profiles in files."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from export.keyboard.profile import Profile
from export.keyboard.results import LibraryError
from tests.core.conftest import BUILDS

FILE, DAMAGED = 2, 3
Open = Callable[..., Profile]
pytestmark = pytest.mark.parametrize("built", BUILDS[:2], indirect=True)


def test_a_missing_file_is_an_empty_profile(open_profile: Open, tmp_path: Path):
    path = tmp_path / "user.elmp"
    profile = open_profile(path)
    assert profile.to_bytes() == open_profile().to_bytes()
    assert not path.exists()


def test_a_saved_profile_is_the_same(profile: Profile, open_profile: Open, tmp_path: Path):
    path = tmp_path / "user.elmp"
    profile.learn("see you at Rajesh's")
    profile.save(path)
    assert path.read_bytes() == profile.to_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    profile.learn("ok")
    profile.save(path)
    assert open_profile(path).to_bytes() == profile.to_bytes()
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
    assert list(tmp_path.iterdir()) == [path]


def test_what_an_interrupted_save_left_is_replaced(profile: Profile, tmp_path: Path):
    path = tmp_path / "user.elmp"
    path.with_name("user.elmp.new").write_bytes(bytes(2_000_000))
    profile.save(path)
    assert path.read_bytes() == profile.to_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_save_during_another_one_is_refused(checked: Callable[..., str], tmp_path: Path):
    checked("saving", tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["user.elmp"]


def test_no_private_text_is_left_in_memory(checked: Callable[..., str], tmp_path: Path):
    checked("wiping", tmp_path / "user.elmp")
