"""Installs or unpacks Debian packages that a benchmark needs, where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common.environments import last_line
from training.common.display import say
from training.common.errors import UserError
from training.common.files import making

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


def unpacked(packages: Sequence[str], folder: Path) -> Path:
    """Unpack packages into `folder` on first use, without installing them; returns `folder`.

    Raises:
        UserError: If they cannot be downloaded or unpacked, with the error of the program.
    """
    if folder.is_dir():
        return folder
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise UserError(f"{' and '.join(packages)} can be downloaded only on Debian or Ubuntu")
    with making(folder, Path.is_dir) as files, tempfile.TemporaryDirectory() as archives:
        download(packages, Path(archives))
        for archive in sorted(Path(archives).glob("*.deb")):
            command = ["dpkg-deb", "-x", str(archive), str(files)]
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode:
                reason = last_line(result.stderr)
                raise UserError(f"{archive.name} cannot be unpacked ({reason}); try again")
    return folder


def download(packages: Sequence[str], folder: Path) -> None:
    """Download packages into `folder`; as root, update apt's lists if they are out of date."""
    say(f"downloading {' and '.join(packages)} from Debian")
    result = apt_get("download", *packages, folder=folder)
    if result.returncode and os.geteuid() == 0:
        apt_get("update", folder=folder)
        result = apt_get("download", *packages, folder=folder)
    if result.returncode:
        errors = [line for line in result.stderr.splitlines() if line.startswith("E: ")]
        reason = errors[0].removeprefix("E: ") if errors else result.stderr.strip()
        raise UserError(f"{' and '.join(packages)} cannot be downloaded: {reason}")


def apt_get(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run apt-get in `folder`."""
    environment = {**os.environ, "LC_ALL": "C"}
    command = ["apt-get", "-qq", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
