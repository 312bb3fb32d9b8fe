"""Virtual environments for programs that the project itself does not need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.common.display import say
from training.common.errors import UserError
from training.common.locks import waiting_for

CACHE = Path(__file__).resolve().parents[2] / "cache"
"""For programs and files that are made or downloaded once."""


def last_line(text: str) -> str:
    """The last line that is not blank."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def separate_environment(
    folder: Path,
    requirements: Path,
    contents: str,
    options: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> Path:
    """The Python of a virtual environment, created in `folder` for these requirements once.

    Args:
        folder: The folder of the environment.
        requirements: A file for `pip install -r`.
        contents: What the environment contains, for messages.
        options: Further options of `pip install`.
        variables: Environment variables for the build of its packages.

    Raises:
        UserError: If it cannot be created, with the last line that pip printed.
    """
    python, done = folder / "bin/python", folder / ".complete"
    wanted = requirements.read_text(encoding="utf-8")
    with waiting_for(folder.with_name(f".{folder.name}.lock")):
        if done.is_file() and done.read_text(encoding="utf-8") == wanted:
            return python
        say(f"installing {contents} in a separate environment (once)")
        shutil.rmtree(folder, ignore_errors=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        install += [*options, "-r", requirements]
        settings = os.environ | (variables or {})
        for step in ([sys.executable, "-m", "venv", folder], install):
            command = list(map(str, step))
            result = subprocess.run(command, capture_output=True, text=True, env=settings)
            if result.returncode:
                reason = last_line(result.stderr)
                raise UserError(f"{contents} cannot be installed: {reason}")
        done.write_text(wanted, encoding="utf-8")
    return python
