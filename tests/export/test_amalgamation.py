"""The C library in one file compiles alone, everywhere, and suggests the same words."""

import shutil
import subprocess
from pathlib import Path

import pytest

from export.amalgamation import PUBLIC, amalgamation
from export.keyboard.c_library import CORE, ZIG_CACHE, build
from export.keyboard.core import CKeyboard
from training.common.zig import zig

STRICT = ("-std=c11", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
TARGETS = [
    "x86_64-linux-gnu",
    "x86_64-linux-musl",
    "aarch64-linux-gnu",
    "arm-linux-musleabihf",
    "x86_64-windows-gnu",
    "aarch64-macos",
    "wasm32-wasi",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with the two files and nothing else."""
    folder = tmp_path_factory.mktemp("amalgamation")
    (folder / "elman.c").write_text(amalgamation())
    shutil.copy(CORE / PUBLIC, folder)
    return folder


def test_it_suggests_the_words_of_the_library(folder, exported, tmp_path):
    example = CORE / "programs" / "example.c"
    command = ["gcc", *STRICT, f"-I{folder}", example, folder / "elman.c", "-lm"]
    subprocess.run([*map(str, command), "-o", tmp_path / "example"], check=True)
    model = exported / "model.tflite"
    ran = subprocess.run([tmp_path / "example", model, "how are y"], capture_output=True, text=True)
    with CKeyboard(build(), model) as keyboard:
        words = [suggestion.word for suggestion in keyboard.predict("how are y")]
    assert [line.split()[0] for line in ran.stdout.splitlines()] == words


@pytest.mark.parametrize("target", TARGETS)
def test_zig_compiles_it_without_a_warning(folder, tmp_path, target):
    command = [zig(), "cc", "-target", target, *STRICT, "-c", "elman.c", "-o", tmp_path / "elman.o"]
    environment = {"ZIG_GLOBAL_CACHE_DIR": str(ZIG_CACHE), "PATH": ""}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_private_functions_of_one_name_are_refused(tmp_path):
    core = Path(shutil.copytree(CORE, tmp_path / "core", ignore=shutil.ignore_patterns("build")))
    source = core / "common" / "error.c"
    source.write_text(source.read_text() + "\nstatic void release_model(void) {}\n")
    with pytest.raises(ValueError, match="two sources .* with the same name: release_model"):
        amalgamation(core)
