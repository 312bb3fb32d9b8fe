"""Which words a profile may keep: nothing that looks like a secret or an address."""

import subprocess
from pathlib import Path

import pytest

from tests.core.text_program import ROOT, SANITIZED, SOURCES, STRICT

CORE = ROOT / "core"
DRIVER = Path(__file__).with_name("native") / "keeping_driver.c"
KEPT = (
    "Rajesh",
    "d'être",
    "well-known",
    "Žižková",
    "привет",
    "你好",
    "2024",
    "a" * 24,
    "oh.",
    "ok.see",
    "tonite.busy",
    "i.e",
    "x.comma",
    "é.ü",
)
SECRETS = (
    "hunter2",
    "Tr0ub4dor&3",
    "abc-123",
    "а٣б",  # Cyrillic letters and an Arabic digit
    "12345",
    "1-234-5",
    "a" * 25,
    "mia@example",
    "https://x",
    "example.org",
    "Example.Co.UK",
    "go.com:80",
    "t.me/mia",
    "www.example.rocks",
    "(mia.example.de)",
    "first_last",
    "\udcff",  # not UTF-8
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The driver, compiled with sanitizers."""
    built = tmp_path_factory.mktemp("keeping") / "keeping"
    sources = [DRIVER, CORE / "profile" / "keeping.c", *SOURCES]
    command = ["gcc", *STRICT, *SANITIZED, f"-I{CORE}", *sources, "-lm", "-o", built]
    subprocess.run(list(map(str, command)), check=True)
    return built


def answers(program: Path, words: tuple[str, ...]) -> dict[str, str]:
    """Return "1" for each word that may be kept, otherwise "0"."""
    text = "".join(f"{word}\n" for word in words).encode(errors="surrogateescape")
    output = subprocess.run([program], input=text, capture_output=True, check=True).stdout.decode()
    return dict(zip(words, output, strict=True))


def test_ordinary_words_are_kept(program: Path):
    assert answers(program, KEPT) == dict.fromkeys(KEPT, "1")


def test_secrets_and_addresses_are_not_kept(program: Path):
    assert answers(program, SECRETS) == dict.fromkeys(SECRETS, "0")
