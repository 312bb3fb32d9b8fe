"""Damaged flatbuffers in the built-in network, with sanitizers; the long form with libFuzzer."""

import shutil
import subprocess
from pathlib import Path

import pytest

from export.amalgamation import sources
from export.copies.saved_model import write_saved_model
from export.copies.tflite import write_float32, write_int8
from export.keyboard.c_library import CORE
from tests.conftest import ROOT
from tests.core.text_program import STRICT
from tests.export.networks import random_network

LAYERS, UNITS, WORDS = 2, 32, 64
PROGRAM = Path(__file__).with_name("native") / "network_fuzzer.c"
FLAGS = (*STRICT, "-O1", "-g", f"-I{CORE}", "-fno-sanitize-recover=all")
SANITIZERS = "address,undefined,float-cast-overflow"
# A file of 30 kB needs less memory than this. Reusing freed memory soon makes the program faster.
LIMITS = {"ASAN_OPTIONS": "max_allocation_size_mb=1:quarantine_size_mb=4"}
SHORT, LONG = 5_000, 10_000_000


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Networks small enough that damage meets what is read, in int8 and in float32."""
    folder = tmp_path_factory.mktemp("networks")
    weights = random_network(WORDS, 32, UNITS, LAYERS, "tanh")
    write_saved_model(weights, folder / "saved_model")
    write_int8(folder / "saved_model", folder / "int8.tflite")
    write_float32(folder / "saved_model", folder / "float32.tflite")
    return [folder / "int8.tflite", folder / "float32.tflite"]


def compile_fuzzer(compiler: str, folder: Path, *flags: str) -> Path:
    """Compile the fuzzer with the library's sources."""
    program = folder / "network_fuzzer"
    command = [compiler, *FLAGS, *flags, PROGRAM, *sources(), "-lm"]
    subprocess.run([*map(str, command), "-o", program], check=True)
    return program


@pytest.mark.timeout(5400)
def test_damaged_networks_never_leave_the_file(networks, tmp_path, long):
    program = compile_fuzzer("gcc", tmp_path, f"-fsanitize={SANITIZERS}", "-DWITHOUT_LIBFUZZER")
    last = LONG // len(networks) if long else SHORT
    for network in networks:
        sizes = map(str, (LAYERS, UNITS, WORDS, 0, last))
        ran = subprocess.run([program, network, *sizes], capture_output=True, text=True, env=LIMITS)
        assert ran.returncode == 0, ran.stderr[-3000:]
        opened = int(ran.stdout.split()[0])
        # Some damage hits weights only, and most of it does not.
        assert 0 < opened < last


@pytest.mark.long
@pytest.mark.timeout(5400)
def test_libfuzzer_finds_no_fault(networks, tmp_path):
    subprocess.run(["sh", ROOT / "scripts" / "setup_fuzzer.sh"], check=True)
    program = compile_fuzzer("clang", tmp_path, f"-fsanitize=fuzzer,{SANITIZERS}")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for network in networks:
        shutil.copy(network, corpus)
    options = [f"-runs={LONG}", "-max_len=40000", "-print_final_stats=1"]
    ran = subprocess.run([program, *options, corpus], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
