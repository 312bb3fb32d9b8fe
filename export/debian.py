"""The Debian package of the input method for IBus, made by `make dist`.

It contains the folder `desktop/`, the modules that it imports, the C library with the built-in
network, and a model. Packages are reproducible: the compiler does not depend on the machine, and
all times are SOURCE_DATE_EPOCH.
"""

from __future__ import annotations

import gzip
import os
import shlex
import shutil
import subprocess
import tempfile
from email.utils import formatdate
from pathlib import Path

from export.copies.manifest import ELMAN_VERSION
from export.keyboard.c_library import build
from export.proof.runtimes import UnavailableError
from training.common.errors import UserError
from training.common.zig import zig

ROOT = Path(__file__).resolve().parent.parent
DESKTOP = ROOT / "desktop"
PACKAGE = DESKTOP / "package"
NAME = f"ibus-elman_{ELMAN_VERSION}_amd64.deb"
OWN = "usr/lib/ibus-elman"
DOCUMENTS = "usr/share/doc/ibus-elman"
SOURCES = (
    "desktop/*.py",
    *("export/__init__.py", "export/keyboard/__init__.py"),
    *(f"export/keyboard/{name}.py" for name in ("interface", "profile", "results")),
    *(f"export/keyboard/{name}.py" for name in ("session", "stored")),
    *("training/__init__.py", "training/common/__init__.py"),
    *(f"training/common/{name}.py" for name in ("errors", "files", "stopping")),
)
"""The modules of the input method, which need only the system's Python."""
PROGRAMS = {
    "usr/libexec/ibus-engine-elman": "ibus-engine-elman",
    "usr/bin/ibus-elman-settings": "ibus-elman-settings",
}
TARGET = "-target x86_64-linux-gnu.2.31 -mcpu=baseline"
"""Debian 11 and later; 2.31 is the version of the C library."""
EPOCH = 1_767_225_600
"""2026-01-01, used without SOURCE_DATE_EPOCH. Debian's tools warn about much older files."""

Files = dict[str, bytes]


def debian_package(model: bytes, card: bytes) -> bytes:
    """Build the package.

    Args:
        model: The content of `model.tflite`.
        card: The content of its model card.

    Returns:
        The bytes of the package.

    Raises:
        UserError: If dpkg-deb fails.
        UnavailableError: If there is no Zig, or it cannot compile the C library.
    """
    with tempfile.TemporaryDirectory(prefix="elman-deb-") as folder:
        library = built_library(Path(folder, "core"))
        tree = Path(folder, "tree")
        write_tree(package_files(model, card, library), tree)
        return _pack(tree, Path(folder, NAME))


def can_be_built() -> bool:
    """Whether this machine has `dpkg-deb`."""
    return shutil.which("dpkg-deb") is not None


def built_library(folder: Path) -> bytes:
    """The stripped C library for amd64, without LiteRT."""
    found = zig()
    if found is None:
        raise UnavailableError("no C compiler for the package (install ziglang)")
    quoted = shlex.quote(str(found))
    compilers = {"CC": f"{quoted} cc {TARGET} -s -fno-ident", "AR": f"{quoted} ar"}
    return build(folder, litert=False, own=compilers).read_bytes()


def package_files(model: bytes, card: bytes, library: bytes) -> Files:
    """Every file of the package, by its path."""
    icon = (ROOT / "web" / "page" / "icon.svg").read_bytes()
    return {
        **{f"{OWN}/{name}": data for name, data in module_files().items()},
        f"{OWN}/model.tflite": model,
        f"{OWN}/libelman-python.so": library,
        f"{OWN}/version": f"{ELMAN_VERSION}\n".encode(),
        **{path: text_of(name) for path, name in PROGRAMS.items()},
        "usr/share/ibus/component/elman.xml": text_of("elman.xml"),
        "usr/share/applications/ibus-setup-elman.desktop": text_of("ibus-setup-elman.desktop"),
        "usr/share/icons/hicolor/scalable/apps/ibus-elman.svg": icon,
        "usr/share/man/man1/ibus-elman-settings.1.gz": packed(text_of("ibus-elman-settings.1")),
        "usr/share/lintian/overrides/ibus-elman": text_of("lintian-overrides"),
        f"{DOCUMENTS}/README.md": (DESKTOP / "README.md").read_bytes(),
        f"{DOCUMENTS}/model_card.md": card,
        f"{DOCUMENTS}/copyright": copyright_text(),
        f"{DOCUMENTS}/changelog.gz": packed(changelog()),
    }


def module_files() -> Files:
    """The Python modules, by their paths in the project."""
    paths = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


def text_of(name: str) -> bytes:
    """A file of `desktop/package/`, with the version filled in."""
    text = (PACKAGE / name).read_text(encoding="utf-8")
    return text.replace("@VERSION@", ELMAN_VERSION).encode()


def copyright_text() -> bytes:
    """The copyright file, with the licences in Debian's format."""
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    unicode = (ROOT / "licences" / "Unicode.txt").read_text(encoding="utf-8")
    holder = next(line for line in licence.splitlines() if line.startswith("Copyright (c) "))
    body = licence.partition(holder)[2].strip()
    text = text_of("copyright").decode()
    text = text.replace("@HOLDER@", holder.removeprefix("Copyright (c) "))
    return text.replace("@MIT@", _field(body)).replace("@UNICODE@", _field(unicode)).encode()


def changelog() -> bytes:
    """A changelog in Debian's format that refers to the project's."""
    return (
        f"ibus-elman ({ELMAN_VERSION}) unstable; urgency=medium\n\n"
        f"  * Version {ELMAN_VERSION} of Elman.\n\n"
        f" -- The Elman authors <elman@localhost>  {formatdate(epoch(), usegmt=False)}\n"
    ).encode()


def epoch() -> int:
    """The time of every file, in seconds since 1970."""
    return int(os.environ.get("SOURCE_DATE_EPOCH", EPOCH))


def packed(data: bytes) -> bytes:
    """Compress without a name or a time."""
    return gzip.compress(data, 9, mtime=0)


def write_tree(files: Files, tree: Path) -> None:
    """Write the files, and Debian's control files, under a folder."""
    size = sum(len(data) for data in files.values())
    control = text_of("control").decode().replace("@SIZE@", str(-(-size // 1024)))
    for name, data in {**files, "DEBIAN/control": control.encode()}.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o755 if name in PROGRAMS else 0o644)
    for path in (tree, *tree.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (epoch(), epoch()))


def _pack(tree: Path, path: Path) -> bytes:
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(path)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch())}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise UserError(f"dpkg-deb failed: {done.stderr.strip()}")
    return path.read_bytes()


def _field(text: str) -> str:
    """A text as the value of a field of a control file."""
    lines = [line.rstrip() or "." for line in text.splitlines()]
    return "\n".join(f" {line}" for line in lines)
