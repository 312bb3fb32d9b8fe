"""Values of make variables are treated as text: neither make nor the shell executes them."""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from training.corpora import BUILT_IN, DEFAULT_CORPUS
from training.measure.sampling import OPTIONS

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = "'\"$(touch made-0)`touch made-1`$(shell touch made-2);touch made-3;$$(touch made-4)&"
# These accept any text; files with the hostile name exist.
TEXTS = {
    "train": ["CORPUS"],
    "generate": ["PROMPT"],
    "score": ["FILE", "TEXT"],
    "keyboard": ["PROFILE", "FORGET"],
}
# These are validated.
CHECKED = {
    "train": ["SEGMENTATION", "PRESET", "RUN", "SET", "WORKERS"],
    "evaluate": ["PRESET", "RUN", "PART"],
    "generate": ["RUN", "TOKENS", *(option.variable for option in OPTIONS.values())],
    "score": ["RUN", "RANK"],
    "export": ["PRESET", "RUN"],
    "verify": ["PRESET", "RUN"],
    "benchmark-ngrams": ["RUN", "PART"],
    "benchmark-page": ["RUN"],
    "pictures": ["RUN"],
    "keyboard": ["PRESET", "RUN"],
    "dist": ["RUN"],
    "demo": ["RUN", "HOST", "PORT"],
}
WRONG = [
    (
        "generate",
        "TOKENS",
        "x",
        "TOKENS (--tokens) must be a whole number from 1 to 100000, not 'x'",
    ),
    (
        "generate",
        "TOKENS",
        "0",
        "TOKENS (--tokens) must be a whole number from 1 to 100000, not '0'",
    ),
    (
        "generate",
        "TEMPERATURE",
        "nan",
        "TEMPERATURE (--temperature) must be a number from 0 to 100",
    ),
    ("generate", "TOP_K", "-1", "TOP_K (--top-k) must be a whole number of at least 0"),
    ("generate", "TOP_P", "1.5", "TOP_P (--top-p) must be a number above 0 and at most 1"),
    ("generate", "SEED", "", "SEED (--seed) must be a whole number"),
    ("evaluate", "PART", "dev", "PART (--part) must be test or valid, not 'dev'"),
    ("demo", "PORT", "abc", "PORT (--port) must be a whole number from 0 to 65535, not 'abc'"),
    ("train", "CORPUS", "none.txt", "none.txt does not exist"),
    ("train", "PRESET", "keybord", "unknown preset 'keybord' (did you mean 'keyboard'?)"),
    ("train", "SET", "units", "SET (--set) must be name=value, not 'units'"),
    ("train", "WORKERS", "0", "WORKERS (--workers) must be a whole number from 1 to 64, not '0'"),
    ("train", "RUN", "../up", "RUN (--run) must be a name"),
    ("score", "TEXT", "", 'nothing to score: give a sentence (TEXT="...") or a file (FILE=...)'),
    ("score", "FILE", "none", "cannot read FILE=none"),
    ("benchmark-ngrams", "TEXTS", "none*", "none* matches no file"),
    ("benchmark-ngrams", "TEXTS", "~no-such-user/a", "cannot read TEXTS=~no-such-user/a: "),
    ("train", "WORD_LIST", "~no-such-user/a", "cannot read WORD_LIST=~no-such-user/a: "),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the Makefile and with programs that only record their arguments."""
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
    shutil.copy(ROOT / "scripts/check_variables.py", tmp_path / "scripts")
    for package in ("training", "web"):
        (tmp_path / package).symlink_to(ROOT / package)
    for name in (".venv/.requirements-installed", "node_modules/.packages-installed"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def make(project: Path, target: str, *variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("M")}
    call = ["make", target, *variables]
    return subprocess.run(call, cwd=project, env=environment, capture_output=True, text=True)


def arguments_of(project: Path, target: str, *variables: str) -> list[str]:
    ran = make(project, target, *variables)
    assert ran.returncode == 0, ran.stderr
    return (project / "arguments").read_text().splitlines()


def refusal(project: Path, target: str, *variables: str) -> str:
    """Return the error for a value that is refused before any project command starts."""
    ran = make(project, target, *variables)
    error, of_make = ran.stderr.splitlines()
    assert ran.returncode == 2 and error.startswith("error: ")
    assert of_make.startswith("make: ") and ran.stdout == ""
    assert not (project / "arguments").exists()
    return error


def pairs(names: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(target, name) for target, each in names.items() for name in each]


@pytest.mark.parametrize(("target", "name"), pairs(TEXTS))
def test_what_a_person_gives_arrives_as_it_is(project, target, name):
    (project / HOSTILE).touch()
    assert HOSTILE in arguments_of(project, target, f"{name}={HOSTILE}")
    assert not list(project.glob("made-*"))


@pytest.mark.parametrize(("target", "name"), pairs(CHECKED))
def test_a_checked_value_is_refused_and_not_run(project, target, name):
    assert "touch" in refusal(project, target, f"{name}={HOSTILE}")
    assert not list(project.glob("made-*"))


def test_keep_is_no_text_to_run(project):
    assert "--keep" in arguments_of(project, "benchmark-ngrams", f"KEEP={HOSTILE}")
    (project / "arguments").unlink()
    assert "--keep" not in arguments_of(project, "benchmark-ngrams", "KEEP=")
    assert not list(project.glob("made-*"))


@pytest.mark.parametrize(("target", "name", "text", "line"), WRONG)
def test_a_wrong_value_is_named_as_make_names_it_before_anything_starts(
    project, target, name, text, line
):
    (project / ".venv/.requirements-installed").unlink()  # nothing is set up yet
    assert refusal(project, target, f"{name}={text}").startswith(f"error: {line}")


def test_a_port_in_use_is_found_before_the_page_is_built(project):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refusal(project, "demo", f"PORT={port}")
    assert (
        line
        == f"error: port {port} is in use by another program; choose another with PORT= (--port)"
    )


def test_every_target_that_is_about_a_run_is_checked():
    text = (ROOT / "Makefile").read_text()
    recipes = re.findall(r"^([a-z-]+):(.*)\n((?:\t.*\n)+)", text, re.MULTILINE)
    about_a_run = [each for each in recipes if "$(WHICH)" in each[2]]
    assert {name for name, _, _ in about_a_run} == set(CHECKED)
    assert all(f"check-{name} " in prerequisites for name, prerequisites, _ in about_a_run)


def test_without_a_suitable_python_the_commands_check(project):
    (project / ".venv/bin/python3").symlink_to("false-python")
    (project / ".venv/bin/false-python").write_text("#!/bin/sh\nexit 1\n")
    (project / ".venv/bin/false-python").chmod(0o755)
    assert "x" in arguments_of(project, "generate", "TOKENS=x")


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.variable)
def test_every_generation_setting_reaches_the_command_and_is_in_the_help(project, option):
    program = project / ".venv/bin/python"
    program.write_text(f'#!/bin/sh\necho "${{{option.variable}-not given}}" "$@" > arguments\n')
    (arguments,) = arguments_of(project, "generate", f"{option.variable}=1")
    assert arguments.startswith("1 -m training.generate ") and " --environment " in arguments
    (arguments,) = arguments_of(project, "generate")
    assert arguments.startswith("not given ")
    assert f" {option.variable}=" in make(project, "help").stdout


def test_settings_and_texts_are_parted_at_spaces_and_not_run(project):
    arguments = arguments_of(project, "train", "SET=units=3 layers=2")
    assert arguments[4:8] == ["--set", "units=3", "--set", "layers=2"]


def test_texts_may_be_a_pattern(project):
    for name in ("text-1", "text-2", "`id`"):
        (project / name).touch()
    arguments = arguments_of(project, "benchmark-ngrams", "TEXTS=text-* `id`")
    assert arguments[arguments.index("--") + 1 :] == ["text-1", "text-2", "`id`"]


@pytest.mark.parametrize("target", ["test", "test-fast", "test-faults"])
def test_the_tests_do_without_the_rivals(project, target):
    planned = make(project, target, "--dry-run").stdout
    assert "not rivals" in planned
    assert not re.search("kenlm|presage|cmake", planned)


def ci_commands() -> list[str]:
    return [line.strip() for line in (ROOT / ".ci/run").read_text().splitlines()]


def test_the_rivals_have_a_target_of_their_own(project):
    planned = make(project, "test-benchmarks", "--dry-run").stdout
    assert "kenlm_build" in planned and "presage" in planned and planned.endswith("-m rivals\n")
    assert "make test-benchmarks" in ci_commands()


def test_older_runtimes_have_a_target_of_their_own(project):
    assert "RUN (--run) must be a name" in refusal(project, "test-runtimes", "RUN=../up")
    planned = make(project, "test-runtimes", "--dry-run", "RUN=mine").stdout
    assert "scripts/setup_runtimes.sh" in planned and "pytest tests/runtimes" in planned
    assert "make test-runtimes" in ci_commands()
    assert "tests/runtimes" not in make(project, "test", "--dry-run").stdout


def test_the_desktop_has_a_target_of_its_own(project):
    planned = make(project, "test-desktop", "--dry-run").stdout
    # Named alone: beside tests/desktop, pytest would leave it out because of norecursedirs.
    assert "scripts/setup_desktop.sh" in planned and "pytest tests/desktop/installed\n" in planned
    assert "make test-desktop" in ci_commands()
    assert "tests/desktop" not in make(project, "test", "--dry-run").stdout


def test_phones_have_a_target_of_their_own(project):
    planned = make(project, "test-mobile", "--dry-run").stdout
    assert "scripts/setup_mobile.sh" in planned and "tests/mobile" in planned
    assert "make test-mobile" in ci_commands()
    assert "tests/mobile" not in make(project, "test", "--dry-run").stdout


def test_the_help_names_every_corpus(project):
    names = "|".join(BUILT_IN)
    assert f"CORPUS={names}|<file, folder or glob>" in make(project, "help").stdout


def test_the_default_corpus_is_that_of_the_commands():
    assert f"\nCORPUS ?= {DEFAULT_CORPUS}\n" in (ROOT / "Makefile").read_text()


def test_workers_are_passed_on_to_the_training_alone(project):
    arguments = arguments_of(project, "train", "WORKERS=2")
    assert arguments.count("--workers") == 1
    assert arguments[arguments.index("--workers") + 1] == "2"


def test_a_worker_of_a_cluster_only_trains(project, monkeypatch):
    assert "export" in arguments_of(project, "train")
    (project / "arguments").unlink()
    monkeypatch.setenv("TF_CONFIG", "{}")
    arguments = arguments_of(project, "train")
    assert "training.train" in arguments and "export" not in arguments
