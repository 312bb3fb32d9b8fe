"""The set-up scripts: which Python they choose, and how they call apt-get."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.ngrams.debian import install
from tests.commands import ROOT, one_line
from training.common.errors import UserError

LOCKED = (
    "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (dpkg)\n"
    "E: Unable to acquire the dpkg frontend lock"
)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The only folder of programs on the path: the user is root, and `sleep` takes no time."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "dirname", "grep", "head", "tail", "mktemp", "rm", "cat", "wc"):
        (folder / name).symlink_to(shutil.which(name) or name)
    add_program(folder / "id", "echo 0")
    add_program(folder / "sleep", "")
    return folder


def add_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run_script(name: str, *arguments: str, programs: Path, **variables: str):
    return subprocess.run(
        ["sh", ROOT / "scripts" / name, *arguments],
        cwd=programs.parent,
        env={"PATH": str(programs), **variables},
        capture_output=True,
        text=True,
    )


def apt_that_fails(programs: Path, times: int, output: str) -> Path:
    """An apt-get that fails a number of times and records its calls."""
    calls = programs.parent / "calls"
    add_program(
        programs / "apt-get",
        f'echo "$@" >>{calls}\n[ "$(wc -l <{calls})" -gt {times} ] && exit 0\n'
        f"cat <<'END'\nReading package lists...\n{output}\nEND\nexit 100",
    )
    return calls


def test_packages_are_installed_after_an_update(programs):
    calls = apt_that_fails(programs, 0, "")
    result = run_script("apt.sh", "one", "two", programs=programs)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    update, install = calls.read_text().splitlines()
    assert update.endswith("update") and install.endswith(
        "install -y --no-install-recommends one two"
    )


@pytest.mark.parametrize("words", [LOCKED, "dpkg: error: database is locked by another process"])
def test_a_held_lock_is_waited_for_and_the_user_is_told_once(programs, words):
    calls = apt_that_fails(programs, 3, words)
    result = run_script("apt.sh", "one", programs=programs)
    assert (result.returncode, result.stdout) == (0, "")
    told = result.stderr.splitlines()
    assert len(told) == 1 and told[0].startswith("waiting for another program")
    assert words.splitlines()[0] in told[0]
    assert len(calls.read_text().splitlines()) == 3 + 2


def test_a_lock_that_is_never_released_is_given_as_the_reason(programs):
    apt_that_fails(programs, 10_000, LOCKED)
    result = run_script("apt.sh", "one", programs=programs)
    assert (result.returncode, result.stdout) == (1, LOCKED.splitlines()[0] + "\n")


@pytest.mark.parametrize("output", ["E: Unable to locate package one", "no space left"])
def test_the_error_of_apt_is_the_reason(programs, output):
    calls = apt_that_fails(programs, 10_000, output)
    result = run_script("apt.sh", "one", programs=programs)
    assert (result.returncode, result.stdout, result.stderr) == (1, output + "\n", "")
    assert len(calls.read_text().splitlines()) == 1


def test_without_root_nothing_is_installed(programs):
    calls = apt_that_fails(programs, 0, "")
    add_program(programs / "id", "echo 1000")
    result = run_script("apt.sh", "one", programs=programs)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
    assert not calls.exists()


@pytest.mark.parametrize(
    "script", ["setup_compiler.sh", "setup_fuzzer.sh", "setup_browser.sh", "setup_desktop.sh"]
)
def test_every_script_waits_and_tells_the_error_of_apt_in_its_own_line(programs, script):
    for name in ("gcc", "clang", "python"):
        add_program(programs / name, "exit 1")
    apt_that_fails(programs, 10_000, "E: Unable to locate package")
    line = one_line(run_script(script, programs=programs))
    assert "apt-get install" in line and line.endswith("(E: Unable to locate package)")


def test_a_python_without_venv_tells_the_error_of_apt(programs):
    add_program(programs / "python3", f'[ "$1" = -m ] && exit 1\nexec {sys.executable} "$@"')
    apt_that_fails(programs, 10_000, "E: Unable to locate package")
    line = one_line(run_script("setup_python.sh", ".venv", programs=programs))
    assert "-venv" in line and line.endswith("(E: Unable to locate package)")


def test_older_runtimes_need_a_python_that_has_wheels_of_all_of_them(programs):
    (programs / "cmp").symlink_to(shutil.which("cmp") or "cmp")
    add_program(programs / "python3", "exit 1")
    line = one_line(run_script("setup_runtimes.sh", programs=programs))
    assert "needs Python 3.11" in line and "install python3.11" in line


def test_older_runtimes_that_are_installed_already_need_no_other_python(programs):
    (programs / "cmp").symlink_to(shutil.which("cmp") or "cmp")
    for folder in ("tests/runtimes/requirements", "cache/runtimes/some"):
        (programs.parent / folder).mkdir(parents=True)
    for path in ("tests/runtimes/requirements/some.txt", "cache/runtimes/some/requirements.txt"):
        (programs.parent / path).write_text("some==1\n")
    result = run_script("setup_runtimes.sh", programs=programs)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def broken_python(programs: Path, name: str) -> None:
    """A Python whose `findall` loses all but two characters of each match."""
    broken = programs.parent / "broken"
    broken.mkdir(exist_ok=True)
    (broken / "sitecustomize.py").write_text(
        "import re\n"
        "class Broken:\n"
        "    def __init__(self, pattern): self._pattern = pattern\n"
        "    def __getattr__(self, name): return getattr(self._pattern, name)\n"
        "    def findall(self, text): return [each[:2] for each in self._pattern.findall(text)]\n"
        "real = re.compile\n"
        "re.compile = lambda *arguments: Broken(real(*arguments))\n"
    )
    add_program(programs / name, f'export PYTHONPATH={broken}\nexec {sys.executable} "$@"')


def failing_venv(programs: Path, name: str) -> None:
    """A working Python whose `-m venv` records its call and fails."""
    calls = programs.parent / "venv-calls"
    add_program(
        programs / name,
        f'[ "$1" = -m ] && echo "$0" >>{calls} && exit 1\nexec {sys.executable} "$@"',
    )


def test_a_python_that_fails_the_text_cases_is_refused_by_name_and_version(programs):
    broken_python(programs, "python3")
    broken_python(programs, "python")
    line = one_line(run_script("setup_python.sh", ".venv", programs=programs))
    program = Path(sys.executable).resolve()
    assert f"Python {platform.python_version()} ({program}) gets " in line
    assert (
        line.count("of the text cases wrong") == 1
        and "install Python 3.12, or 3.11.5 or later" in line
    )


def test_the_next_python_is_taken_after_one_that_fails_the_text_cases(programs):
    broken_python(programs, "python3")
    failing_venv(programs, "python3.11")
    result = run_script("setup_python.sh", ".venv", programs=programs)
    told = result.stderr.splitlines()[0]
    assert told.startswith("using python3.11, because Python 3.") and "text cases wrong" in told
    calls = (programs.parent / "venv-calls").read_text().splitlines()
    assert set(calls) == {str(programs / "python3.11")}


def test_a_python_of_another_version_is_refused(programs):
    add_program(programs / "python3", "echo 'Python 3.13.0 (here) is not 3.11 or 3.12'; exit 1")
    line = one_line(run_script("setup_python.sh", ".venv", programs=programs))
    assert "(Python 3.13.0 (here) is not 3.11 or 3.12)" in line


def test_a_python_that_is_asked_for_and_missing_is_named(programs):
    failing_venv(programs, "python3")
    result = run_script("setup_python.sh", ".venv", programs=programs, PYTHON="/no/python")
    assert "PYTHON=/no/python does not exist" in one_line(result)


def test_the_text_cases_need_nothing_but_the_standard_library():
    check = [sys.executable, "-I", "-S", ROOT / "scripts" / "check_python.py"]
    result = subprocess.run(check, capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_benchmark_waits_for_the_lock_and_tells_the_error_of_apt(programs, monkeypatch, capfd):
    apt_that_fails(programs, 10_000, LOCKED)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(
        UserError, match=r"not installed; run: apt-get install cmake \(E: Could not get"
    ):
        install("CMake", ["cmake"], "cmake is not installed")
    assert "waiting for another program" in capfd.readouterr().err
