"""The JavaScript's own tests, and Node.js from its wheel."""

from pathlib import Path

import pytest

from training.errors import UserError
from web.node import NPM, main, run_node

TESTS = Path(__file__).parent


def test_the_javascript_passes_its_own_tests(exported: Path):
    files = sorted(TESTS.glob("*.test.mjs"))
    ran = run_node(
        "--test",
        "--test-reporter=spec",
        *files,
        env={"ELMAN_EXPORTED": str(exported)},
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stdout[ran.stdout.find("failing tests:") :] + ran.stderr
    assert "skipped 0" in ran.stdout


def test_npm_runs_without_a_node_of_the_machine():
    ran = run_node(NPM, "--version", env={"PATH": ""}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_what_npm_starts_finds_node():
    ran = run_node(NPM, "exec", "--", "esbuild", "--version", env={"PATH": "/usr/bin:/bin"})
    assert ran.returncode == 0


def test_an_unknown_program_is_refused():
    with pytest.raises(UserError, match="no program 'nonsense'"):
        main(["nonsense"])
