"""No regular expression has an atomic group or a possessive quantifier on a group.

Python 3.11.0 to 3.11.4 match those incorrectly (python/cpython#106052). Possessive quantifiers on
single characters are safe.
"""

import ast
import importlib
import itertools
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from training.text.patterns import tokens

parser = importlib.import_module("re._parser")
ROOT = Path(__file__).parents[1]
PACKAGES = ("training", "export", "benchmarks", "web")
NOT_INSTALLED = ("benchmarks.speed.pytorch",)  # imports PyTorch
SINGLE_CHARACTERS = ("LITERAL", "NOT_LITERAL", "ANY", "IN")
# Finds the same in source text, for patterns that are not module variables.
UNSAFE_TEXT = re.compile(r"(?<!\\)\)(?:[*+?]|\{[^{}]*\})\+|\(\?>")


def is_unsafe(node: Any) -> bool:
    """Return whether a parsed pattern has such a quantifier or group at any depth."""
    if isinstance(node, parser.SubPattern):
        node = list(node)
    if isinstance(node, list | tuple):
        name = str(node[0]) if node else ""
        if name == "ATOMIC_GROUP":
            return True
        if name == "POSSESSIVE_REPEAT":
            repeated = node[1][2]
            return len(repeated) != 1 or str(repeated[0][0]) not in SINGLE_CHARACTERS
        return any(map(is_unsafe, node))
    return False


def unsafe(pattern: str) -> bool:
    return is_unsafe(parser.parse(pattern))


def compiled_patterns() -> Iterator[tuple[str, re.Pattern]]:
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__") or module.name in NOT_INSTALLED:
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{module.name}.{name}", value
    for is_ascii, in_groups in itertools.product((False, True), repeat=2):
        yield f"tokens, {is_ascii=}, {in_groups=}", tokens(is_ascii=is_ascii, in_groups=in_groups)


def string_literals(path: Path) -> Iterator[str]:
    """Yield every string in a Python file; fields of f-strings become `x`."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.JoinedStr):
            constants = (each for each in node.values if isinstance(each, ast.Constant))
            yield "x".join(str(each.value) for each in constants)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_compiled_pattern_is_unsafe():
    found = dict(compiled_patterns())
    assert "training.text.patterns.CHUNK" in found
    assert [name for name, pattern in found.items() if unsafe(pattern.pattern)] == []


def test_no_string_in_the_sources_is_an_unsafe_pattern():
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    paths += (ROOT / "scripts").glob("*.py")
    found = [path for path in paths for text in string_literals(path) if UNSAFE_TEXT.search(text)]
    assert found == []


@pytest.mark.parametrize(
    "pattern", ["(?:ab)*+", "a(?:bc|d)++", "(ab){2,}+", "((?:ab)?+c)?", "(?>ab)", "(?=(?:ab)*+c)"]
)
def test_unsafe_patterns_are_found(pattern):
    assert unsafe(pattern) and UNSAFE_TEXT.search(pattern)


@pytest.mark.parametrize("pattern", ["a*+", "[ab]++(?:c)*", r"(?:\.{2,}+)", r"\)*+", ".?+(a)+"])
def test_safe_patterns_are_not_found(pattern):
    assert not unsafe(pattern) and not UNSAFE_TEXT.search(pattern)
