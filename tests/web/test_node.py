"""Runs the JavaScript tests, and tests Node.js from its wheel."""

import subprocess
import sys
from pathlib import Path

import pytest

from training.common.errors import UserError
from web.node import REPOSITORY, run_node

TESTS = Path(__file__).parent


def test_the_javascript_passes_its_own_tests(exported: Path):
    files = sorted(TESTS.rglob("*.test.mjs"))
    assert files
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


@pytest.mark.parametrize("program", [["npm", "--version"], ["npx", "--no", "esbuild", "--version"]])
def test_npm_runs_without_a_node_of_the_machine(program: list[str]):
    command = [str(Path(sys.prefix) / "node" / program[0]), *program[1:]]
    path = f"{Path(sys.prefix) / 'node'}:/usr/bin:/bin"
    ran = subprocess.run(command, env={"PATH": path}, cwd=REPOSITORY, capture_output=True)
    assert ran.returncode == 0, ran.stderr


def test_missing_npm_packages_are_said_to_be_missing(monkeypatch, tmp_path: Path):
    monkeypatch.setattr("web.node.REPOSITORY", tmp_path)
    with pytest.raises(UserError, match="make setup"):
        run_node("--version")
