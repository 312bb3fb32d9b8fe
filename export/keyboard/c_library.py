"""Builds the C library in `core/`."""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from export.proof.runtimes import UnavailableError
from training.common.zig import zig

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core"
# Zig compiles parts of the C standard library and keeps them here.
ZIG_CACHE = ROOT / "cache" / "zig"


def litert_folder() -> Path:
    """The folder of `libLiteRt.so`; `UnavailableError` if LiteRT is not installed."""
    found = find_spec("ai_edge_litert")
    if found is None or not found.submodule_search_locations:
        raise UnavailableError("no LiteRT (install ai-edge-litert)")
    return Path(next(iter(found.submodule_search_locations)))


def compilers() -> tuple[str, str]:
    """The shell commands of a C compiler and its archiver.

    This is `CC` if it is set, otherwise Zig from the `ziglang` wheel, otherwise gcc.

    Raises:
        UnavailableError: If there is no compiler.
    """
    own, found = os.environ.get("CC", ""), zig()
    if not own and found is not None:
        quoted = shlex.quote(str(found))
        # By default, Zig compiles for the processor of this machine only.
        return f"{quoted} cc -mcpu=baseline", f"{quoted} ar"
    compiler = own or "gcc"
    if shutil.which(shlex.split(compiler)[0]) is None:
        raise UnavailableError(f"no C compiler ({compiler} is not installed; install ziglang)")
    return compiler, "ar"


def build(
    folder: Path | None = None,
    sanitize: bool = False,
    strict: bool = False,
    litert: bool = True,
    own: dict[str, str] | None = None,
) -> Path:
    """Build the library.

    Args:
        folder: Folder for the build (default: `core/build`).
        sanitize: Whether to build with the address and undefined-behaviour sanitizers, using gcc.
        strict: Whether compiler warnings are errors.
        litert: Whether to include `elman_litert` besides the built-in network.
        own: The commands `CC` and `AR`, instead of the usual ones.

    Returns:
        The shared library that `export/keyboard/core.py` loads.

    Raises:
        UnavailableError: If there is no compiler, or it cannot compile the code.
    """
    if shutil.which("make") is None:
        raise UnavailableError("no C compiler (make is not installed)")
    if own:
        compiler, archiver = own["CC"], own["AR"]
    else:
        compiler, archiver = ("gcc", "ar") if sanitize else compilers()
    folder = folder or CORE / "build"
    folder.mkdir(parents=True, exist_ok=True)
    command = ["make", "-s", "-C", str(CORE), f"OUT={folder.resolve()}", f"CC={compiler}"]
    command += [f"AR={archiver}", f"LITERT={litert_folder() if litert else ''}"]
    command += ["SANITIZE=1"] if sanitize else []
    command += ["STRICT=1"] if strict else []
    environment = {"ZIG_GLOBAL_CACHE_DIR": str(ZIG_CACHE), **os.environ}
    with (folder / ".lock").open("w") as lock:
        # Builds into the same folder would overwrite each other's files.
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = subprocess.run(command, capture_output=True, text=True, env=environment)
    if built.returncode:
        raise UnavailableError(f"the C library cannot be built: {built.stderr.strip()[-1000:]}")
    return folder / "libelman-python.so"
