"""The C library on other processors, emulated by QEMU, gives what it gives on this one."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from export.build import SELF_TEST_TOLERANCES
from tests.mobile.cross import CACHE, HOST, PROCESSORS, Processor, build, build_with_litert

MODEL = "model.tflite"
LINES = 60
# The natural logarithm and exponential may differ in their last bit between processors.
LARGEST_DIFFERENCE = 1e-6
# Programs in QEMU see the /proc/cpuinfo of this machine, with which LiteRT crashes. This is
# that of the processor that QEMU emulates.
CPUINFO = """\
processor\t: 0
BogoMIPS\t: 243.75
Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimddp
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x3
CPU part\t: 0xd0c
CPU revision\t: 1
"""


@pytest.fixture(scope="module", params=PROCESSORS)
def processor(request) -> Processor:
    return PROCESSORS[request.param]


@pytest.fixture(scope="module")
def program_for(once):
    """A function that returns the program for a processor."""

    def made(processor: Processor) -> Path:
        folder = once(
            f"agreement-{processor.target}", lambda folder: build(processor, folder / "program")
        )
        return folder / "program"

    return made


@pytest.fixture(scope="module")
def model(exported) -> Path:
    return exported / MODEL


@pytest.fixture(scope="module")
def ids(exported) -> bytes:
    golden = json.loads((exported / "golden.json").read_text(encoding="utf-8"))
    return np.array(golden["trace"]["ids"], "<i4").tobytes()


@pytest.fixture(scope="module")
def texts(own_text) -> bytes:
    """Beginnings of messages, half of them inside a word, and slips."""
    messages = [line for line in own_text.read_text().splitlines() if len(line) > 20][:LINES]
    begun = [line[: 10 + number % 10] for number, line in enumerate(messages)]
    return "\n".join([*begun, "What do yuo", "I dont", "thankyou", "Déja"]).encode() + b"\n"


def run(command: list[object], task: str, given: bytes) -> bytes:
    ran = subprocess.run([*map(str, command), task], input=given, capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


@pytest.fixture(scope="module")
def run_on(program_for, model):
    """A function that runs a task on a processor."""

    def run_it(processor: Processor, task: str, given: bytes) -> bytes:
        return run([*processor.emulator, program_for(processor), model], task, given)

    return run_it


def parted(output: bytes) -> tuple[list[str], list[float]]:
    """The words and the logarithms of their probabilities."""
    fields = [field for line in output.decode().split("\n") for field in line.split("\t") if field]
    words, logs = zip(*(field.rsplit(" ", 1) for field in fields), strict=True)
    return list(words), [float(log) for log in logs]


def test_the_logits_have_the_same_bits(run_on, processor, ids):
    found, expected = run_on(processor, "trace", ids), run_on(HOST, "trace", ids)
    assert len(expected) > 100 * len(ids)
    assert found == expected


def test_suggestions_and_corrections_are_the_same_words(run_on, processor, texts):
    words, logs = parted(run_on(processor, "words", texts))
    expected_words, expected_logs = parted(run_on(HOST, "words", texts))
    assert len(expected_words) > 5 * LINES
    assert words == expected_words
    np.testing.assert_allclose(logs, expected_logs, atol=LARGEST_DIFFERENCE)


def test_a_profile_has_the_same_bytes(run_on, processor, own_text):
    expected = run_on(HOST, "profile", own_text.read_bytes())
    assert len(expected) > 1000
    assert run_on(processor, "profile", own_text.read_bytes()) == expected


def test_litert_s_library_for_phones_gives_the_same_words(
    run_on, once, model, ids, texts, tmp_path
):
    folder = once("agreement-litert", lambda folder: build_with_litert(folder / "program"))
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "cpuinfo").write_text(CPUINFO)
    (tmp_path / "lib").symlink_to("/usr/aarch64-linux-gnu/lib")
    emulator = ["qemu-aarch64", "-cpu", "neoverse-n1", "-L", tmp_path]
    command = [*emulator, "-E", f"LD_LIBRARY_PATH={CACHE / 'litert-aarch64/ai_edge_litert'}"]
    command += [folder / "program", "litert", model]
    found = np.frombuffer(run(command, "trace", ids), "<f4")
    expected = np.frombuffer(run_on(HOST, "trace", ids), "<f4")
    # Activations halfway between two 8-bit numbers may be rounded either way.
    assert np.quantile(np.abs(found - expected), 0.99) <= SELF_TEST_TOLERANCES[MODEL]
    words, _ = parted(run(command, "words", texts))
    expected_words, _ = parted(run_on(HOST, "words", texts))
    same = np.mean([one == other for one, other in zip(words, expected_words, strict=True)])
    assert same >= 0.98
