"""What a person gives to make is text: neither make nor the shell runs any of it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = "'\"$(touch made-0)`touch made-1`$(shell touch made-2);touch made-3;$$(touch made-4)&"
TARGETS = {
    "train": ["CORPUS", "PRESET", "RUN"],
    "evaluate": ["CORPUS", "PART"],
    "generate": ["PROMPT", "WORDS", "TEMPERATURE", "TOP_K", "TOP_P", "SEED"],
    "score": ["FILE", "TEXT"],
    "demo": ["HOST", "PORT"],
    "benchmark-ngrams": ["PRESET", "PART"],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the Makefile, set up with programs that only write down their arguments."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    for name in ("python", "node"):
        program = programs / name
        program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> arguments\n')
        program.chmod(0o755)
    for name in ("requirements.txt", "package-lock.json", "scripts/setup_python.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in (".venv/.requirements-installed", "node_modules/.packages-installed"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def arguments_of(project: Path, target: str, *variables: str) -> list[str]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("M")}
    subprocess.run(["make", target, *variables], cwd=project, env=environment, check=True)
    return (project / "arguments").read_text().splitlines()


@pytest.mark.parametrize(
    ("target", "name"), [(target, name) for target, names in TARGETS.items() for name in names]
)
def test_what_a_person_gives_arrives_as_it_is(project, target, name):
    assert HOSTILE in arguments_of(project, target, f"{name}={HOSTILE}")
    assert not list(project.glob("made-*"))


def test_settings_and_texts_are_parted_at_spaces_and_not_run(project):
    arguments = arguments_of(project, "train", "SET=units=3 x=*`touch made-0` $(touch made-1)")
    settings = ["--set", "units=3", "--set", "x=*`touch", "--set", "made-0`"]
    assert arguments[4:10] == settings
    assert not list(project.glob("made-*"))


def test_texts_may_be_a_pattern(project):
    for name in ("text-1", "text-2"):
        (project / name).touch()
    arguments = arguments_of(project, "benchmark-ngrams", "TEXTS=text-* `touch made-0`")
    assert arguments[arguments.index("--") + 1 :][:2] == ["text-1", "text-2"]
    assert not list(project.glob("made-*"))
