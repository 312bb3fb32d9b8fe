"""Separate environments, with an empty list of requirements in place of packages."""

import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.common import environments
from benchmarks.common.environments import separate_environment


@pytest.fixture
def requirements(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text("# none\n")
    return path


@pytest.fixture
def installed(monkeypatch):
    """What was installed, in place of doing so."""
    found = []

    def run(command, **_):
        if "venv" in command:
            found.append(command[-1])
            Path(command[-1]).mkdir(parents=True)
            # Long enough for another process to begin, too.
            time.sleep(0.3)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(environments.subprocess, "run", run)
    return found


def test_an_environment_is_made_once_and_again_for_other_requirements(
    tmp_path, requirements, installed
):
    for text, count in (("# none\n", 1), ("# none\n", 1), ("# others\n", 2)):
        requirements.write_text(text)
        python = separate_environment(tmp_path / "cache/one", requirements, "nothing")
        assert python == tmp_path / "cache/one/bin/python" and len(installed) == count


def test_two_at_once_make_one_environment(tmp_path, requirements, installed):
    arguments = tmp_path / "one", requirements, "nothing"
    both = [threading.Thread(target=separate_environment, args=arguments) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(installed) == 1
