"""Installs Debian packages that a benchmark needs, where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from training.common.display import say
from training.common.errors import UserError

APT = Path(__file__).resolve().parents[2] / "scripts" / "apt.sh"


def install(what: str, packages: Sequence[str], problem: str) -> None:
    """Install packages.

    Args:
        what: Description of the packages, shown to the user.
        packages: Names of the packages.
        problem: Why they are needed.

    Raises:
        UserError: If they cannot be installed, with the problem, the command to run and the error
            of apt-get.
    """
    advice = f"{problem}; run: apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise UserError(advice)
    say(f"installing {what}")
    result = subprocess.run(["sh", APT, *packages], stdout=subprocess.PIPE, text=True)
    if result.returncode:
        reason = result.stdout.strip()
        raise UserError(f"{advice} ({reason})" if reason else advice)
