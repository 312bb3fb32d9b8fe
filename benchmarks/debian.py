"""Debian's packages for what a benchmark compares with, installed where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from training.display import say
from training.errors import UserError


def install(what: str, packages: Sequence[str], problem: str) -> None:
    """Install `packages`, which are `what` says; `problem` is why.

    `UserError` with the problem and the command to run where they cannot be installed.
    """
    advice = UserError(f"{problem}; run: apt-get install {' '.join(packages)}")
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise advice
    say(f"setting up: {what}")
    call = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-qq"], call):
        if subprocess.run(step, capture_output=True, env=environment).returncode:
            raise advice
