"""Imports go in one direction: each folder imports only the folders that the table allows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMON = {"training/common"}
TEXT = COMMON | {"training/text"}
CORPORA = TEXT | {"training/corpora"}
DATA = CORPORA | {"training/data"}
NETWORK = DATA | {"training/network"}
MEASURE = NETWORK | {"training/measure"}
TRAINING = MEASURE | {"training"}
COPIES = TRAINING | {"export/copies"}
PROOF = COPIES | {"export/proof", "web"}
EXPORT = PROOF | {"export/keyboard"}
# The folders that each Python folder may import besides itself.
ALLOWED = {
    "training/common": set(),
    "training/text": COMMON,
    "training/corpora": TEXT,
    "training/data": CORPORA,
    "training/network": DATA - {"training/corpora"},
    "training/measure": NETWORK,
    "training": MEASURE,
    "tools": NETWORK | {"export/keyboard"},
    "tools/tables": TEXT,
    "web": COMMON,
    "export/copies": MEASURE,
    "export/proof": COPIES | {"web"},
    "export/keyboard": PROOF,
    "desktop": COMMON | {"export/keyboard"},
    "export": EXPORT,
    "examples": EXPORT,
    "benchmarks/common": COMMON,
    "benchmarks/ngrams": DATA | {"benchmarks/common"},
    "benchmarks/comparison": PROOF | {"benchmarks/common", "benchmarks/ngrams"},
    "benchmarks/speed": NETWORK,
}
# The folders that each JavaScript folder may import besides itself.
ENGINE = {"web/engine", "web/engine/core", "web/engine/model"}
SCRIPTS = {
    "web/engine/core": set(),
    "web/engine/model": {"web/engine/core"},
    "web/engine": {"web/engine/core", "web/engine/model"},
    "web/page": ENGINE,
    "web/replay": {*ENGINE, "web"},
    "web/build": {*ENGINE, "web", "web/page/about"},
    "web": ENGINE,
}
# The folders that each C folder may include besides itself and `elman.h` (which `text` may not).
CORE_COMMON = {"common"}
CORE_TEXT = CORE_COMMON | {"text"}
CORE_MODEL = CORE_TEXT | {"model"}
CORE_NETWORK = CORE_MODEL | {"network"}
CORE_PROFILE = CORE_MODEL | {"profile"}
CORE_MIXING = CORE_NETWORK | CORE_PROFILE | {"mixing"}
CORE_CORRECTION = CORE_MIXING | {"correction"}
CORE_SESSION = CORE_CORRECTION | {"session"}
INCLUDED = {
    "common": set(),
    "text": CORE_COMMON,
    "model": CORE_TEXT,
    "network": CORE_MODEL - {"text"},
    "profile": CORE_MODEL,
    "mixing": CORE_NETWORK | CORE_PROFILE,
    "correction": CORE_MIXING,
    "session": CORE_CORRECTION,
    "replacing": CORE_SESSION,
    ".": CORE_SESSION,
    "programs": CORE_SESSION,
    "browser": CORE_SESSION,
}


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def folder_of(module: str) -> str | None:
    """Return the project folder that contains a module, or None for a third-party package."""
    parts = module.split(".")
    if parts[0] not in {folder.split("/")[0] for folder in ALLOWED}:
        return None
    while not (ROOT / "/".join(parts)).is_dir():
        parts.pop()
    return "/".join(parts)


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_folder_imports_only_what_lies_below_it(folder):
    sources = sorted((ROOT / folder).glob("*.py"))
    assert sources
    for path in sources:
        used = {folder_of(module) for module in imported_modules(path)} - {None, folder}
        assert used <= ALLOWED[folder], f"{path.name} imports {used - ALLOWED[folder]}"


def test_no_folder_may_import_another_that_may_import_it():
    for folder, allowed in ALLOWED.items():
        assert not [other for other in allowed if folder in ALLOWED.get(other, ())]


def test_every_folder_of_python_is_in_the_table():
    listed = (ROOT / top for top in ("training", "export", "desktop", "web", "tools"))
    folders = {
        path.parent.relative_to(ROOT).as_posix() for top in listed for path in top.rglob("*.py")
    }
    assert folders <= ALLOWED.keys()


@pytest.mark.parametrize("folder", SCRIPTS)
def test_a_folder_of_javascript_imports_only_what_lies_below_it(folder):
    sources = [path for suffix in ("js", "mjs") for path in (ROOT / folder).glob(f"*.{suffix}")]
    if folder == "web/page":
        sources += (ROOT / folder).glob("*/*.js")
    assert sources
    for path in sources:
        text = path.read_text(encoding="utf-8")
        for relative in re.findall(r"(?:from|import\()\s*'(\.{1,2}/[^']+)'", text):
            target = (path.parent / relative).resolve().relative_to(ROOT)
            assert (ROOT / target).is_file(), f"{path.name} imports {relative}"
            used = target.parent.as_posix()
            within = used == folder or used.startswith("web/page/") and folder == "web/page"
            assert within or used in SCRIPTS[folder], f"{path.name} imports {relative}"


@pytest.mark.parametrize("folder", INCLUDED)
def test_a_folder_of_c_includes_only_what_lies_below_it(folder):
    core = ROOT / "core"
    sources = sorted((core / folder).glob("*.[ch]"))
    assert sources
    for path in sources:
        for name in re.findall(r'#include "([^"]+)"', path.read_text(encoding="utf-8")):
            assert (core / name).is_file(), f"{path.name} includes {name}"
            used = Path(name).parent.as_posix()
            contract = name == "elman.h" and folder != "text"
            allowed = contract or used == folder or used in INCLUDED[folder]
            assert allowed, f"{folder}/{path.name} includes {name}"


def test_every_folder_of_c_is_in_the_table():
    core = ROOT / "core"
    folders = {path.parent.relative_to(core).as_posix() for path in core.rglob("*.[ch]")}
    assert {folder for folder in folders if not folder.startswith("build")} == INCLUDED.keys()


def test_folders_hold_few_files():
    tops = ("training", "export", "desktop", "core", "web", "benchmarks", "tools")
    folders = {path.parent for top in tops for path in (ROOT / top).rglob("*.[chjmp]*")}
    sources = (".py", ".js", ".mjs", ".c", ".h")
    for folder in folders:
        if "dist" in folder.parts or "build" in folder.relative_to(ROOT).parts[1:]:
            continue
        many = [path for path in folder.iterdir() if path.suffix in sources]
        assert len(many) <= 17, f"{folder}: {len(many)} files"
