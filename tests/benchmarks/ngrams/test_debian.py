"""Downloading and unpacking packages, with programs in place of apt-get and dpkg-deb."""

import os

import pytest

from benchmarks.ngrams import debian
from training.common.errors import UserError

DPKG = 'mkdir -p "$3/usr" && echo file > "$3/usr/$(basename "$2" .deb)"'


@pytest.fixture
def programs_are(tmp_path, monkeypatch):
    """A function that replaces apt-get and dpkg-deb by shell scripts."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def replace(apt_get, dpkg=DPKG):
        for name, script in (("apt-get", apt_get), ("dpkg-deb", dpkg)):
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)

    return replace


def test_packages_are_unpacked_once(tmp_path, programs_are):
    programs_are('touch "$3.deb" "$4.deb"')
    folder = debian.unpacked(["one", "two"], tmp_path / "cache" / "both")
    assert sorted(path.name for path in (folder / "usr").iterdir()) == ["one", "two"]
    programs_are("exit 1")
    assert debian.unpacked(["one", "two"], folder) == folder
    assert [path.name for path in folder.parent.iterdir()] == ["both"]


def test_a_failed_download_leaves_nothing_and_names_the_reason(tmp_path, programs_are):
    programs_are('echo "W: a warning" >&2; echo "E: Unable to locate package one" >&2; exit 100')
    with pytest.raises(UserError, match="one cannot be downloaded: Unable to locate package one"):
        debian.unpacked(["one"], tmp_path / "cache" / "one")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_damaged_package_is_named_with_the_reason(tmp_path, programs_are):
    programs_are('touch "$3.deb"', dpkg='echo "dpkg-deb: error: not a Debian archive" >&2; exit 2')
    with pytest.raises(UserError, match="one.deb cannot be unpacked .*not a Debian archive"):
        debian.unpacked(["one"], tmp_path / "cache" / "one")
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_another_process_unpacked_meanwhile_is_kept(tmp_path, programs_are):
    folder = tmp_path / "cache" / "one"
    programs_are(f'touch "$3.deb"; mkdir {folder}; touch {folder}/theirs')
    assert [path.name for path in debian.unpacked(["one"], folder).iterdir()] == ["theirs"]


def test_root_updates_lists_that_are_out_of_date(tmp_path, programs_are, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    lists = tmp_path / "lists"
    programs_are(f'case $2 in update) touch {lists};; *) test -e {lists} && touch "$3.deb";; esac')
    assert (debian.unpacked(["one"], tmp_path / "one") / "usr" / "one").exists()


def test_a_user_who_may_not_update_is_told(tmp_path, programs_are, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    programs_are('test $2 = download && echo "E: no lists" >&2; exit 100')
    with pytest.raises(UserError, match="cannot be downloaded: no lists"):
        debian.unpacked(["one"], tmp_path / "one")


def test_without_apt_nothing_can_be_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda _: None)
    with pytest.raises(UserError, match="only on Debian"):
        debian.unpacked(["one"], tmp_path / "one")
