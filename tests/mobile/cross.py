"""Builds the C library for other processors, and runs programs for them in QEMU."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ziglang

from export.amalgamation import sources
from export.keyboard.c_library import CORE, ROOT, ZIG_CACHE
from tests.core.text_program import STRICT

CACHE = ROOT / "cache" / "mobile"
PROGRAM = Path(__file__).with_name("native") / "agreement.c"
ZIG = Path(ziglang.__file__).parent
# As in core/Makefile.
OPTIMISED = ("-O3", "-fno-trapping-math", "-ffp-contract=off")


@dataclass(frozen=True)
class Processor:
    """A processor: Zig's name for it, and how QEMU runs its programs."""

    target: str
    emulator: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


HOST = Processor("x86_64-linux-musl")
PROCESSORS = {
    "aarch64 with dot products": Processor("aarch64-linux-musl", ("qemu-aarch64", "-cpu", "max")),
    "aarch64": Processor("aarch64-linux-musl", ("qemu-aarch64", "-cpu", "cortex-a53")),
    "armhf": Processor("arm-linux-musleabihf", ("qemu-arm",), ("-mcpu=cortex_a7",)),
    "riscv64": Processor("riscv64-linux-musl", ("qemu-riscv64",)),
}


def zig(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Zig's C compiler; fail with its messages."""
    environment = {"ZIG_GLOBAL_CACHE_DIR": str(ZIG_CACHE), **os.environ}
    return succeed([ZIG / "zig", "cc", *arguments], environment)


def succeed(
    command: Sequence[object], environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command that must succeed."""
    words = list(map(str, command))
    ran = subprocess.run(words, capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, f"{' '.join(words[:3])}: {ran.stderr}"
    return ran


def build(processor: Processor, program: Path) -> None:
    """Build `agreement.c` with the library, without any other library."""
    flags = [*STRICT, *OPTIMISED, *processor.flags, f"-I{CORE}", "-static"]
    everything = [PROGRAM, CORE / "programs" / "python.c", *sources()]
    zig("-target", processor.target, *flags, *everything, "-lm", "-o", program)


def build_with_litert(program: Path) -> None:
    """The same for 64-bit ARM with glibc, and with LiteRT besides the built-in network."""
    flags = [*STRICT, *OPTIMISED, f"-I{CORE}", "-DELMAN_WITH_LITERT"]
    everything = [PROGRAM, CORE / "programs" / "python.c", *sources(), CORE / "network/litert.c"]
    libraries = [f"-L{CACHE / 'litert-aarch64/ai_edge_litert'}", "-lLiteRt", "-lm"]
    zig("-target", "aarch64-linux-gnu.2.36", *flags, *everything, *libraries, "-o", program)
