"""The Debian package: its files, its dependencies, and that it is reproducible."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from export import debian
from export.copies.manifest import ELMAN_VERSION
from training.common.errors import UserError

MODEL, CARD = b"a model", b"# A model card\n"


@pytest.fixture(scope="module")
def built(once):
    """A folder with the package and its unpacked files, without a usable model."""

    def build(folder):
        (folder / debian.NAME).write_bytes(debian.debian_package(MODEL, CARD))
        subprocess.run(["dpkg-deb", "-x", folder / debian.NAME, folder / "files"], check=True)

    return once("debian", build)


def dpkg(*arguments):
    done = subprocess.run(["dpkg-deb", *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_same_files_give_the_same_bytes(built):
    assert debian.debian_package(MODEL, CARD) == (built / debian.NAME).read_bytes()


def test_the_time_of_the_files_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    debian.write_tree({"usr/a": b""}, tmp_path)
    assert (tmp_path / "usr" / "a").stat().st_mtime == 1_700_000_000


def test_the_control_file_names_version_size_and_dependencies(built):
    fields = dpkg("--field", str(built / debian.NAME))
    assert f"Version: {ELMAN_VERSION}\n" in fields and "Architecture: amd64\n" in fields
    files = [path for path in (built / "files").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    assert f"Installed-Size: {-(-size // 1024)}\n" in fields
    for package in ("libc6", "python3", "python3-gi", "ibus", "gir1.2-ibus-1.0", "gir1.2-gtk-3.0"):
        assert f"{package} (>= " in fields


def test_files_belong_to_root_and_only_programs_are_executable(built):
    for line in dpkg("--contents", str(built / debian.NAME)).splitlines():
        rights, owner, *_, name = line.split()
        program = name.removeprefix("./") in debian.PROGRAMS or name.endswith("/")
        assert owner == "root/root"
        assert rights[1:] == ("rwxr-xr-x" if program else "rw-r--r--"), name


def test_the_component_names_files_of_the_package(built):
    files = built / "files"
    component = ElementTree.parse(files / "usr/share/ibus/component/elman.xml").getroot()
    paths = [component.findtext("exec"), *component.iter("icon"), *component.iter("setup")]
    for each in paths:
        path = (each if isinstance(each, str) else each.text).split()[0]
        assert (files / path.lstrip("/")).is_file()
    assert component.findtext("version") == ELMAN_VERSION
    assert [each.text for each in component.iter("language")] == ["en"]


def test_no_placeholder_is_left(built):
    for path in (built / "files").rglob("*"):
        if path.is_file():
            assert not [word for word in path.read_bytes().split() if word[:1] + word[-1:] == b"@@"]


def test_the_library_needs_no_newer_c_library_than_the_package_says(built):
    data = (built / "files" / debian.OWN / "libelman-python.so").read_bytes()
    versions = {part.split(b"\0")[0] for part in data.split(b"GLIBC_")[1:]}
    assert versions and all(version(each) <= (2, 31) for each in versions)
    assert b"LiteRt" not in data


def version(text):
    return tuple(int(part) for part in text.decode().split("."))


def test_the_modules_import_from_the_package_alone(built, tmp_path):
    code = (
        "import sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "sys.modules.update(dict.fromkeys(['numpy', 'tensorflow', 'ai_edge_litert']))\n"
        "import desktop.composing, desktop.shared, desktop.places\n"
        "assert desktop.__file__.startswith(sys.argv[1])\n"
        "assert desktop.places.version() and desktop.places.LIBRARY.is_file()\n"
    )
    folder = str(built / "files" / debian.OWN)
    subprocess.run([sys.executable, "-IB", "-c", code, folder], cwd=tmp_path, check=True)


def test_the_licences_and_the_card_are_in_the_package(built):
    documents = built / "files" / debian.DOCUMENTS
    text = (documents / "copyright").read_text()
    assert "Permission is hereby granted" in text and "UNICODE" in text
    assert (documents / "model_card.md").read_bytes() == CARD


@pytest.mark.skipif(not shutil.which("lintian"), reason="lintian is not installed")
def test_lintian_finds_nothing(built):
    command = ["lintian", "--allow-root", "--fail-on", "error,warning", built / debian.NAME]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_dpkg_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError, match="dpkg-deb is not installed; install dpkg"):
        debian.debian_package(MODEL, CARD)
