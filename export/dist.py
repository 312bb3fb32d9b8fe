"""Package a run for release: `python -m export.dist`, run by `make dist`.

    dist/elman-VERSION-mobile.zip       the C library, the model, a guide and licences
    dist/elman-VERSION-web.zip          the static page, its model and licences
    dist/elman.c, elman.h               the C library in one file, and its header
    dist/ibus-elman_VERSION_amd64.deb   the input method for IBus, as a Debian package
    dist/SHA256SUMS                     for `sha256sum -c`

Archives are reproducible: names are sorted, and times and permissions are fixed. An older release
is replaced only once everything is complete.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from export import debian
from export.amalgamation import amalgamation
from export.copies.manifest import ELMAN_VERSION
from export.proof.arguments import add_export_arguments, chosen_export
from export.proof.exported import Exported
from training.arguments import Parser
from training.common.display import say
from training.common.errors import UserError, command
from training.common.files import FREE_SPACE
from training.common.stopping import stop_if_told
from web.node import build_page

ROOT = Path(__file__).resolve().parent.parent
LICENCES = ROOT / "licences"
SOURCES = (
    "core/*.c", "core/*.h", "core/[!b]*/*.c", "core/[!b]*/*.h",  # without browser and build
    "core/Makefile", "core/CMakeLists.txt",
    "mobile/README.md", "mobile/android/*", "mobile/ios/*",
)  # fmt: skip
MODEL, CARD = "model.tflite", "model_card.md"
SUMS = "SHA256SUMS"
TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can store."""
RIGHTS = 0o100644
EXAMPLES = """\
  python -m export.dist                       the default run, into dist/
  python -m export.dist --run novel           another run
"""
MOBILE_README = """\
# Elman {version}: the keyboard library

`core/` is the C library, `mobile/` its Kotlin and Swift wrappers and the guide: start with
`mobile/README.md`. `model_card.md` lists the training data and metrics of `model.tflite`.
"""
WEB_README = """\
# Elman {version}: the page

A static site: copy this folder to any web server. To try it on this computer, run

    python3 -m http.server --bind 127.0.0.1 8000

and open http://127.0.0.1:8000. Nothing that you type leaves the browser. `model_card.md` lists the
training data and metrics of the model; `licences/` holds the licences of third-party work.
"""

Entries = dict[str, bytes]


def main(argv: Sequence[str] | None) -> int:
    """Pack a run."""
    parser = Parser("export.dist", "Pack a run for phones, desktops and the web.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument("--output", type=Path, default=Path("dist"), help="folder to write")
    arguments = parser.parse_args(argv)
    for path in pack(chosen_export(arguments), arguments.output):
        say(f"{path}  {path.stat().st_size:,} bytes")
    return 0


def pack(exported: Path, output: Path) -> list[Path]:
    """Write archives, C library, package and checksums to `output`, and return their paths.

    Raises:
        UserError: If the export is damaged or from another version, the page or the Debian package
            cannot be built, or the folder cannot be written. An older release is left unchanged.
    """
    checked = check_export(exported)
    package = {debian.NAME: debian.debian_package(checked.tflite(MODEL).data, card_of(exported))}
    archives = {
        f"elman-{ELMAN_VERSION}-mobile": mobile_entries(checked),
        f"elman-{ELMAN_VERSION}-web": web_entries(exported),
    }
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".dist-", dir=output) as folder:
            return put_release(archives, {**library_files(), **package}, Path(folder), output)
    except OSError as error:
        raise UserError(
            f"cannot write {output}: {error.strerror or error}; {FREE_SPACE}"
        ) from error


def check_export(folder: Path) -> Exported:
    """Open the export in a folder; `UserError` unless it is complete and from this version."""
    exported = Exported(folder)
    version = exported.manifest["elman_version"]
    if version != ELMAN_VERSION:
        raise UserError(
            f"{folder} was exported by version {version}, but this is {ELMAN_VERSION}; "
            "run `make export`"
        )
    for name in exported.manifest["files"]:
        exported.bytes_of(name)
    return exported


def mobile_entries(exported: Exported) -> Entries:
    """The C library, its guide and the model."""
    paths = [path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file()]
    entries = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    return {
        **entries,
        "README.md": MOBILE_README.format(version=ELMAN_VERSION).encode(),
        MODEL: exported.tflite(MODEL).data,
        CARD: card_of(exported.folder),
        **licence_entries(),
    }


def library_files() -> Entries:
    """The C library in one file, and its header."""
    header = (ROOT / "core" / "elman.h").read_bytes()
    return {"elman.c": amalgamation().encode(), "elman.h": header}


def web_entries(exported: Path) -> Entries:
    """The page, freshly built around the model."""
    with tempfile.TemporaryDirectory(prefix="elman-page-") as folder:
        page = Path(folder, "page")
        build_page(exported, page)
        entries = {
            path.relative_to(page).as_posix(): path.read_bytes()
            for path in page.rglob("*")
            # Plain web servers do not serve the gzipped copies that `make demo` sends.
            if path.is_file() and path.suffix != ".gz"
        }
    return {
        **entries,
        "README.md": WEB_README.format(version=ELMAN_VERSION).encode(),
        CARD: card_of(exported),
        **licence_entries(),
    }


def card_of(exported: Path) -> bytes:
    """The model card; `UserError` if it is missing."""
    try:
        return (exported / CARD).read_bytes()
    except OSError as error:
        raise UserError(f"{exported / CARD}: {error.strerror}; run `make export`") from error


def licence_entries() -> Entries:
    """This project's licence, and those of the third-party work that it includes."""
    others = {f"licences/{path.name}": path.read_bytes() for path in LICENCES.iterdir()}
    return {"LICENSE": (ROOT / "LICENSE").read_bytes(), **others}


def write_archive(entries: Entries, path: Path) -> None:
    """Write a reproducible zip file with one top-level folder, named like the file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(f"{path.stem}/{name}", TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, RIGHTS << 16
            archive.writestr(entry, entries[name], compresslevel=9)


def checksums(paths: Sequence[Path]) -> Iterator[str]:
    """Lines in the format of `sha256sum`."""
    for path in paths:
        yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"


def put_release(
    archives: dict[str, Entries], files: Entries, folder: Path, output: Path
) -> list[Path]:
    """Write everything to `folder`; once complete, move it to `output`."""
    made = [folder / f"{name}.zip" for name in archives]
    for path, entries in zip(made, archives.values(), strict=True):
        write_archive(entries, path)
    for name, data in files.items():
        (folder / name).write_bytes(data)
        made.append(folder / name)
    sums = folder / SUMS
    sums.write_text("".join(checksums(made)), encoding="ascii")
    for path in (*made, sums):
        if (output / path.name).is_dir():
            raise UserError(f"{output / path.name} is a folder; move or delete it")
    stop_if_told()
    for path in (*made, sums):
        os.replace(path, output / path.name)
    return [output / path.name for path in (*made, sums)]


if __name__ == "__main__":
    command(main)
