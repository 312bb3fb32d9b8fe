"""Every Python command: its help, and how it selects a run."""

import argparse
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.common.options import Parser

ROOT = Path(__file__).resolve().parent.parent
# Commands that use no run, or only temporary ones.
WITHOUT_A_RUN = {
    "web.core",
    "web.serve",
    "benchmarks.activations",
    "benchmarks.controls",
    "benchmarks.correction.rivals.spell_checkers",
    "benchmarks.keyboard.presage",
    "benchmarks.learning.typing_booster",
    "benchmarks.ngrams.kenlm_build",
    "benchmarks.preparation",
    "benchmarks.recipe",
    "benchmarks.training_speed",
    "benchmarks.workers",
    "examples.serve",
    "examples.tagging",
    "tools.reranking",
    "tools.settings",
    "tools.tables",
}


def commands() -> Iterator[str]:
    """Yield the modules with a command line, as passed to `python -m`."""
    tops = [ROOT / top for top in ("training", "export", "web", "benchmarks", "tools")]
    files = [path for top in tops for path in sorted(top.rglob("*.py"))]
    # The npm packages in a folder of examples/ contain Python, too.
    files += sorted((ROOT / "examples").glob("*.py"))
    for path in files:
        text = path.read_text(encoding="utf-8")
        if '__name__ == "__main__"' in text and "Parser(" in text:
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__main__")


class Seen(Exception):
    """Raised in place of parsing; carries the parser."""


@pytest.fixture(params=commands())
def command(request) -> str:
    return request.param


@pytest.fixture
def parser(command, monkeypatch) -> argparse.ArgumentParser:
    """The complete parser of a command."""

    def parse_args(self, _arguments):
        raise Seen(self)

    monkeypatch.setattr(Parser, "parse_args", parse_args)
    package = (ROOT / command.replace(".", "/")).is_dir()
    module = importlib.import_module(f"{command}.__main__" if package else command)
    with pytest.raises(Seen) as seen:
        module.main([])
    return seen.value.args[0]


def test_every_argument_has_a_help(parser):
    assert [action.dest for action in parser._actions if not action.help] == []


def test_a_command_is_called_as_its_help_says(command, parser):
    assert parser.prog == f"python -m {command}"
    assert all(parser.prog in line for line in examples(parser))


def examples(parser: argparse.ArgumentParser) -> list[str]:
    _title, *lines = (parser.epilog or "").rstrip().splitlines()
    return lines


def test_a_run_is_named_by_run_alone(command, parser):
    options = {option for action in parser._actions for option in action.option_strings}
    assert ("--run" in options) == (command not in WITHOUT_A_RUN)
    assert ("--runs" in options) == (command not in WITHOUT_A_RUN)
