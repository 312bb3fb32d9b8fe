"""Builds `web/engine/core/core.wasm`, the C library for the page: `python -m web.core`.

Zig from the `ziglang` wheel compiles `core/` with `core/browser/`, which exports functions to
JavaScript. A machine that has Python needs nothing else, and no network.
"""

import fcntl
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from training.common.display import say
from training.common.errors import UserError, command
from training.common.options import Parser
from training.common.zig import zig

REPOSITORY = Path(__file__).resolve().parent.parent
CORE = REPOSITORY / "core"
WASM = REPOSITORY / "web" / "engine" / "core" / "core.wasm"
FLAGS = (
    *("-target", "wasm32-wasi", "-mexec-model=reactor", "-std=c11", "-Os", "-flto"),
    *("-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fvisibility=hidden"),
    *("-Wl,--gc-sections", "-Wl,--strip-all"),
)
# Programs, other builds, and what needs an operating system or LiteRT. The linker drops the
# built-in network, which nothing calls: JavaScript runs the page's.
LEFT_OUT = ("programs/*", "build/*", "model/file_bytes.c", "profile/files.c", "network/litert.c")


def main(argv: Sequence[str] | None) -> None:
    """Build it if a source has changed."""
    description = "Compile the C library to WebAssembly, if a source has changed."
    Parser("web.core", description, "  python -m web.core").parse_args(argv)
    size = build_core().stat().st_size
    say(f"core.wasm has {size:,} bytes")


def build_core() -> Path:
    """The module, built again if a source has changed.

    Raises `UserError` if Zig is missing or does not compile the sources.
    """
    if is_current():
        return WASM
    with (WASM.parent / ".core.lock").open("w") as lock:
        # Several tests may start at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current():
            _compile()
    return WASM


def is_current() -> bool:
    """Whether the module is newer than everything that it is made of."""
    made_of = [*_files("[ch]"), Path(__file__)]
    return WASM.is_file() and WASM.stat().st_mtime > max(path.stat().st_mtime for path in made_of)


def sources() -> list[Path]:
    """The C files of the module."""
    found = (path.relative_to(CORE) for path in _files("c"))
    return sorted(path for path in found if not any(map(path.match, LEFT_OUT)))


def _files(suffix: str) -> list[Path]:
    """The files of the core. Those that CMake writes to `core/build/` are in deeper folders."""
    return [*CORE.glob(f"*.{suffix}"), *CORE.glob(f"*/*.{suffix}")]


def _compile() -> None:
    output = WASM.with_suffix(f".{os.getpid()}.tmp")
    try:
        built = subprocess.run(
            [compiler(), "cc", *FLAGS, "-I.", *sources(), "-o", output],
            cwd=CORE,
            capture_output=True,
            text=True,
        )
        if built.returncode:
            raise UserError(f"core.wasm does not build: {built.stderr.strip()[-1000:]}")
        output.chmod(0o644)
        output.replace(WASM)
    finally:
        output.unlink(missing_ok=True)


def compiler() -> Path:
    """Zig; `UserError` if it is not installed."""
    found = zig()
    if found is None:
        raise UserError("core.wasm cannot be built without ziglang; run `make setup`")
    return found


if __name__ == "__main__":
    command(main)
