"""Both archives of a release work after unpacking."""

import hashlib
import json
import shutil
import subprocess
import urllib.request
import zipfile

import pytest

from export import debian, dist
from export.copies.manifest import ELMAN_VERSION
from export.copies.version import PROJECT
from export.dist import pack
from tests.commands import one_line, run_command
from training.common.errors import UserError
from web.serve import serving

ARCHIVES = [f"elman-{ELMAN_VERSION}-mobile.zip", f"elman-{ELMAN_VERSION}-web.zip"]
NAMES = [*ARCHIVES, "elman.c", "elman.h", debian.NAME, "SHA256SUMS"]


@pytest.fixture(scope="module")
def released(exported, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    assert [path.name for path in pack(exported, folder)] == NAMES
    return folder


@pytest.fixture(scope="module")
def unpacked(released, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    for name in ARCHIVES:
        with zipfile.ZipFile(released / name) as archive:
            archive.extractall(folder)
    return folder


def test_the_version_stands_in_one_place():
    assert f'version = "{ELMAN_VERSION}"' in PROJECT.read_text()


def test_the_checksums_are_those_of_the_archives(released):
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=released, check=True)
    assert sorted(path.name for path in released.iterdir()) == sorted(NAMES)


def test_the_same_run_gives_the_same_bytes(released, exported, tmp_path):
    for path in pack(exported, tmp_path):
        assert path.read_bytes() == (released / path.name).read_bytes()


def test_each_archive_is_one_folder_with_its_licences_and_the_card(released):
    for name in ARCHIVES:
        entries = zipfile.ZipFile(released / name).namelist()
        folder = name.removesuffix(".zip")
        assert all(entry.startswith(f"{folder}/") for entry in entries)
        for file in ("LICENSE", "licences/Apache-2.0.txt", "README.md", "model_card.md"):
            assert f"{folder}/{file}" in entries


def test_the_library_is_built_from_the_unpacked_folder_and_suggests_words(unpacked):
    folder = unpacked / f"elman-{ELMAN_VERSION}-mobile"
    subprocess.run(["make", "-s", "-C", "core"], cwd=folder, check=True)
    ran = subprocess.run(
        ["core/build/example", "model.tflite", "how are "],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) == 3


def test_the_unpacked_page_serves_the_files_of_its_manifest(unpacked):
    with serving(unpacked / f"elman-{ELMAN_VERSION}-web") as address:
        manifest = json.loads(fetched(f"{address}/model/manifest.json"))
        wanted = [name for name in manifest["files"] if name.startswith(("tfjs/", "vocabulary"))]
        assert len(wanted) > 2
        for name in wanted:
            data = fetched(f"{address}/model/{name}")
            assert hashlib.sha256(data).hexdigest() == manifest["files"][name]["sha256"]
        assert b"<title>" in fetched(f"{address}/")


def fetched(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read()


@pytest.fixture
def copy(exported, tmp_path):
    return shutil.copytree(exported, tmp_path / "copy")


def test_a_damaged_export_is_refused_and_the_older_release_stays(copy, tmp_path):
    (copy / "vocabulary.txt").write_text("</s>\n<unk>\n")
    older = tmp_path / "dist" / NAMES[0]
    older.parent.mkdir()
    older.write_text("older")
    with pytest.raises(UserError, match="vocabulary.txt has 11 bytes.*export again"):
        pack(copy, older.parent)
    assert older.read_text() == "older"
    assert list(older.parent.iterdir()) == [older]


def test_a_release_that_cannot_be_finished_leaves_the_older_one(exported, tmp_path, monkeypatch):
    (tmp_path / NAMES[0]).write_text("older")
    monkeypatch.setattr(dist, "checksums", disk_is_full)
    with pytest.raises(UserError, match="No space left"):
        pack(exported, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAMES[0]]
    assert (tmp_path / NAMES[0]).read_text() == "older"


def disk_is_full(_):
    raise OSError(28, "No space left on device")


def test_an_export_of_another_version_is_refused(exported, monkeypatch):
    monkeypatch.setattr(dist, "ELMAN_VERSION", "9.9.9")
    with pytest.raises(UserError, match=r"exported by version .*, but this is 9\.9\.9"):
        dist.check_export(exported)


def test_without_an_export_one_line_says_what_to_do(tmp_path):
    result = run_command("export.dist", cwd=tmp_path)
    assert (result.returncode, "make train" in one_line(result)) == (2, True)


def test_an_export_without_its_card_is_refused(breakable):
    (breakable / dist.CARD).unlink()
    with pytest.raises(UserError, match="model_card.md: No such file.*make export"):
        pack(breakable, breakable.parent / "dist")
