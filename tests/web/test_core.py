"""The core in WebAssembly: its size, its imports, and when it is built again."""

import gzip
import json
import os
from pathlib import Path

import pytest

from training.common.errors import UserError
from web import core
from web.core import build_core
from web.node import run_node

LARGEST_DOWNLOAD = 89_000
LIST_IMPORTS = """
const module = new WebAssembly.Module(require('fs').readFileSync(process.argv[1]));
console.log(JSON.stringify(WebAssembly.Module.imports(module)));
"""


def test_it_is_a_small_download():
    assert len(gzip.compress(build_core().read_bytes(), 9)) <= LARGEST_DOWNLOAD


def test_it_needs_nothing_but_a_step_of_the_network():
    ran = run_node("-e", LIST_IMPORTS, build_core(), capture_output=True, text=True)
    assert json.loads(ran.stdout) == [{"module": "elman", "name": "step", "kind": "function"}]


@pytest.fixture
def module(tmp_path: Path, monkeypatch) -> Path:
    """Where a module is built, from sources in another folder."""
    (tmp_path / "core").mkdir()
    (tmp_path / "engine").mkdir()
    monkeypatch.setattr(core, "CORE", tmp_path / "core")
    monkeypatch.setattr(core, "WASM", tmp_path / "engine" / "core.wasm")
    return tmp_path / "engine" / "core.wasm"


def test_it_is_built_again_after_a_change(module: Path):
    source = core.CORE / "one.c"
    source.write_text('__attribute__((export_name("one"))) int one(void) { return 1; }')
    assert not core.is_current()
    assert build_core() == module
    assert core.is_current()
    first = module.read_bytes()
    source.write_text(source.read_text().replace("1", "2"))
    os.utime(source, (module.stat().st_mtime + 9, module.stat().st_mtime + 9))
    assert not core.is_current()
    assert build_core().read_bytes() != first


def test_another_build_of_the_core_is_no_source(module: Path):
    program = core.CORE / "build" / "CMakeFiles" / "CompilerIdC" / "CMakeCCompilerId.c"
    program.parent.mkdir(parents=True)
    source = core.CORE / "one.c"
    source.write_text("int one(void);")
    os.utime(source, (0, 0))
    module.write_bytes(b"built")
    program.write_text("int main(void) { return 0; }")
    os.utime(program, (module.stat().st_mtime + 9, module.stat().st_mtime + 9))
    assert core.is_current()
    assert core.sources() == [Path("one.c")]


def test_sources_that_do_not_compile_leave_the_old_module(module: Path):
    module.write_bytes(b"old")
    os.utime(module, (0, 0))
    (core.CORE / "one.c").write_text("int one(void) { return")
    with pytest.raises(UserError, match="core.wasm does not build: .*one.c"):
        build_core()
    assert module.read_bytes() == b"old"
    assert sorted(path.name for path in module.parent.iterdir()) == [".core.lock", "core.wasm"]


def test_without_the_compiler_the_message_says_what_to_run(module: Path, monkeypatch):
    monkeypatch.setattr(core, "zig", lambda: None)
    with pytest.raises(UserError, match="without ziglang; run `make setup`"):
        build_core()
