"""Builds KenLM's programs from source, once: `python -m benchmarks.ngrams.kenlm_build`.

pip downloads the source from PyPI, pinned by its hash. CMake builds `lmplz`, `build_binary`,
`query` and this project's `rank` (`native/rank.cc`). The build needs a C++ compiler and Boost,
which are installed from Debian where that is allowed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common.environments import CACHE, last_line
from benchmarks.ngrams.debian import install
from training.common.display import ProgressDisplay, say
from training.common.errors import UserError, command
from training.common.files import making
from training.common.options import Parser

RECIPE = Path(__file__).resolve().parent / "native"
VERSION = "0.3.0"
NAMES = ("lmplz", "build_binary", "query", "rank")
PACKAGES = (
    "cmake make g++ libboost-program-options-dev libboost-system-dev libboost-thread-dev "
    "libboost-test-dev"
)


@dataclass(frozen=True)
class Programs:
    """The folder of the built programs."""

    folder: Path

    def path(self, name: str) -> Path:
        """The path of a program, one of `NAMES`."""
        return self.folder / name

    @property
    def complete(self) -> bool:
        """Whether all programs exist."""
        return all(self.path(name).is_file() for name in NAMES)


def programs(cache: Path = CACHE) -> Programs:
    """The programs, built in `cache` on first use (about a minute).

    Raises:
        UserError: If the source cannot be downloaded, tools are missing or the build fails.
    """
    built = Programs(cache / f"kenlm-{VERSION}-{recipe_digest()}")
    if not built.complete:
        with (
            making(built.folder, lambda folder: Programs(folder).complete) as binaries,
            tempfile.TemporaryDirectory(prefix=".kenlm-", dir=cache) as temporary,
        ):
            found = build(source(Path(temporary)), Path(temporary))
            shutil.copytree(found, binaries, dirs_exist_ok=True)
    return built


def recipe_digest() -> str:
    """Eight hexadecimal digits that change with the sources of the build."""
    parts = [path.read_bytes() for path in sorted(RECIPE.iterdir())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:8]


def source(folder: Path) -> Path:
    """Download the pinned source distribution to `folder` and unpack it."""
    say(f"downloading the source of KenLM {VERSION} from PyPI")
    result = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        + ["--no-deps", "--no-binary", "kenlm", "--no-build-isolation", "--require-hashes"]
        + ["--dest", str(folder), "-r", str(RECIPE / "requirements.txt")],
        capture_output=True,
        text=True,
    )
    archive = folder / f"kenlm-{VERSION}.tar.gz"
    if result.returncode or not archive.is_file():
        raise UserError(
            f"KenLM {VERSION} cannot be downloaded from PyPI ({last_line(result.stderr)}); "
            "the benchmark needs it: check the connection and run the command again"
        )
    with tarfile.open(archive) as packed:
        # Python 3.11.4 added the filter, and 3.12 warns without it.
        if hasattr(tarfile, "data_filter"):
            packed.extractall(folder, filter="data")
        else:
            packed.extractall(folder)
    return folder / f"kenlm-{VERSION}"


def build(kenlm: Path, folder: Path) -> Path:
    """Build in `folder`, and return the folder that contains only the programs."""
    tree = folder / "build"
    if (problem := configure(kenlm, tree)) is not None:
        what = "CMake, a C++ compiler and Boost, for KenLM"
        install(what, PACKAGES.split(), f"KenLM cannot be built on this machine ({problem})")
        shutil.rmtree(tree, ignore_errors=True)
        if (problem := configure(kenlm, tree)) is not None:
            raise UserError(f"KenLM cannot be built ({problem}); it needs {PACKAGES}")
    compile_all(tree)
    binaries = folder / "bin"
    binaries.mkdir()
    for name in NAMES:
        found = next(
            path for path in tree.rglob(name) if path.is_file() and os.access(path, os.X_OK)
        )
        shutil.copy2(found, binaries / name)
    return binaries


def configure(kenlm: Path, tree: Path) -> str | None:
    """Run CMake; return what is missing in one line, or None."""
    arguments = ["-S", str(RECIPE), "-B", str(tree), f"-DKENLM_SOURCE={kenlm}"]
    try:
        result = subprocess.run(
            ["cmake", *arguments, "-DCMAKE_BUILD_TYPE=Release"], capture_output=True, text=True
        )
    except FileNotFoundError:
        return "cmake is not installed"
    if not result.returncode:
        return None
    # The first paragraph of the first error.
    message = re.search(r"CMake Error[^\n]*\n+((?:[^\n]+\n)+)", result.stderr)
    return " ".join(message[1].split()).rstrip(".:") if message else last_line(result.stderr)


def compile_all(tree: Path) -> None:
    """Build all programs and show the progress; `UserError` with the first error on failure.

    CMake's variable CMAKE_BUILD_PARALLEL_LEVEL sets how many compilers run at once.
    """
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL") or str(os.cpu_count() or 1)
    lines: list[str] = []
    with (
        subprocess.Popen(
            ["cmake", "--build", str(tree), "--parallel", jobs],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
        ProgressDisplay("building KenLM", 100, "%") as display,
    ):
        for line in process.stdout or ():
            lines.append(line.strip())
            if percent := re.match(r"\[ *(\d+)%\]", line):
                display.update(int(percent[1]))
    if process.returncode:
        wrong = [line for line in lines if "error" in line.lower()] or lines[-1:]
        raise UserError(f"KenLM cannot be built: {wrong[0] if wrong else 'no message'}")


def main(argv: Sequence[str] | None) -> int:
    """Build the programs if they are missing."""
    example = "  python -m benchmarks.ngrams.kenlm_build"
    Parser("benchmarks.ngrams.kenlm_build", "Build KenLM's programs.", example).parse_args(argv)
    programs()
    return 0


if __name__ == "__main__":
    command(main)
